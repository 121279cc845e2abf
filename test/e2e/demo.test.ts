/**
 * The main job as a program sees it: one messy portfolio from plan to review over the real wire, on a
 * market that never was and on three days that were.
 */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Json } from '#model/canonical-json.ts'
import { RUN_EVENT } from '#contract/run-event.ts'
import type { RunEvent } from '#engine/run-event.ts'
import { ballast } from '#test/support/demo-world.ts'

const BARS = '../shared/data/bars/us_equity_daily_2005_2021.parquet'

test('on the synthetic market', async () => {
  const events = await demo([])
  const orders = events.filter(({ type }) => type === 'OrderSubmitted')
  expect(orders.length).toBeGreaterThan(20)
  const sides = new Set(orders.flatMap((event) => (event.type === 'OrderSubmitted' ? [event.side] : []))) // prettier-ignore
  expect(sides).toEqual(new Set(['COVER', 'SELL', 'BUY', 'SHORT']))
  expect(phasesOf(events)).toEqual(['start A', 'end A', 'start B', 'end B'])
})

describe.skipIf(!existsSync(BARS))(`on real history (needs ${BARS})`, () => {
  test.each(['2018-02-05', '2008-10-10', '2020-03-16'])('%s', async (date) => {
    const events = await demo(['--market', BARS, '--from', date])
    expect(events[0]?.at).toBeGreaterThan(Date.parse(`${date}T14:00:00Z`) - 1)
    expect(events[0]?.at).toBeLessThan(Date.parse(`${date}T21:00:00Z`))
    expect(phasesOf(events)).toEqual(['start A', 'end A', 'start B', 'end B'])
  })
})

/** Runs it and reads every line as the contract's events. */
async function demo(words: readonly string[]): Promise<readonly RunEvent[]> {
  const folder = process.cwd()
  const ended = await ballast(folder, ['demo', '--once', '--json', ...words]).ended
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  const events = ended.stdout.split('\n').map((line) => {
    const event = RUN_EVENT.decode(JSON.parse(line) as Json, 'event')
    if (!event.ok) throw new Error(`${event.error} in ${line}`)
    return event.value
  })
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
  expect(events.at(-1)).toMatchObject({
    type: 'RunCompleted',
    summary: { verdict: 'completed', breaks: 0, rejected: 0, fillRate: 1 },
  })
  return events
}

/** Phase B begins when phase A has ended, and neither comes twice. */
function phasesOf(events: readonly RunEvent[]): readonly string[] {
  const told = events.flatMap((event) => {
    if (event.type === 'PhaseStarted') return [`start ${event.phase}`]
    return event.type === 'PhaseCompleted' ? [`end ${event.phase}`] : []
  })
  return told.filter((text, i) => text !== told[i - 1])
}
