/**
 * The wire between engine and gateway is cut in the middle of phase A and can be had again: orders
 * and market data lose their connections at once. The run goes on by itself and completes, no order
 * is sent twice, and the account holds what was planned.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import type { AccountId } from '#model/ids.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { DEMO_ACCOUNT } from '#cli/demo/folder.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { offsetClock } from '#runtime/clock.ts'
import { ballast, demoWorld, type DemoWorld } from '#test/support/demo-world.ts'
import { tcpRelay } from '#test/support/tcp-relay.ts'

test('cut as the first orders leave, the run completes and nothing is sent twice', async () => {
  const world = await demoWorld()
  const relay = await tcpRelay(world.gateway.port)
  onTestFinished(() => relay.close())
  throughRelay(world, relay.port)
  const planned = await ballast(world.folder, ['plan', '--json']).ended
  expect(planned, planned.stderr).toMatchObject({ code: 2 })
  const { planId } = JSON.parse(planned.stdout) as { planId: string }

  let isCut = false
  const events: { type: string; execId: string }[] = []
  const run = ballast(world.folder, ['apply', planId, '--yes', '--json'], (line) => {
    const event = JSON.parse(line) as (typeof events)[number]
    events.push(event)
    if (event.type !== 'OrderSubmitted' || isCut) return
    isCut = true
    relay.cut()
  })
  const ended = await run.ended
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  expect(isCut).toBe(true)
  expect(events.at(-1)).toMatchObject({ type: 'RunCompleted', summary: { verdict: 'completed', breaks: 0 } }) // prettier-ignore
  const fills = events.flatMap((event) => (event.type === 'Fill' ? [event.execId] : []))
  expect(new Set(fills).size).toBe(fills.length)

  const { openOrders, completedOrders, executions } = await truth(world)
  expect(openOrders).toEqual([])
  const references = completedOrders.map(({ clientOrderId }) => clientOrderId)
  expect(new Set(references).size).toBe(references.length)
  expect(executions.map(({ execId }): string => execId).toSorted(byCodeUnit)).toEqual(
    fills.toSorted(byCodeUnit),
  )
  const again = await ballast(world.folder, ['plan']).ended
  expect(again, again.stdout).toMatchObject({ code: 0 })
})

/** The engine's configuration, with the relay in place of the gateway. */
function throughRelay({ config, gateway }: DemoWorld, port: number): void {
  const text = readFileSync(config, 'utf8')
  const changed = text.replaceAll(String(gateway.port), String(port))
  expect(changed).not.toBe(text)
  writeFileSync(config, changed)
}

/** What the gateway itself says, to a client of its own. */
async function truth({ gateway }: DemoWorld) {
  const { host, port, clockOffsetMs } = gateway
  const account = DEMO_ACCOUNT as AccountId
  const broker = createIbkrBroker(
    { ...IBKR_DEFAULTS, host, port, clientId: 77, account, mode: 'paper' },
    offsetClock(clockOffsetMs),
  )
  await broker.connect()
  try {
    return await broker.snapshot(20_000)
  } finally {
    await broker.close()
  }
}
