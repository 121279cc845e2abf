import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { costDocumentOf, type CostDocument } from '#contract/cost-analysis.ts'
import { analyseCosts } from '#execution/cost-analysis/cost-analysis.ts'
import { memoryJournal } from '#journal/memory/memory-journal.ts'
import { recordedTrading } from '#cli/engine/recorded-trading.ts'
import { renderCosts } from '#cli/render/cost-analysis.ts'
import { PLAIN } from '#cli/render/ink.ts'
import { ACCOUNT, JOURNAL, MORNING, type JournalRow } from '#test/support/engine-world.ts'

/** Of a recorded run. */
function documentOf(name: string): CostDocument {
  const header = { journalId: JOURNAL, schema: 1, account: ACCOUNT, program: 'test', node: process.version, createdAt: MORNING } // prettier-ignore
  const journal = memoryJournal(header)
  const rows = readFileSync(`test/replay/golden/${name}.ndjson`, 'utf8').trimEnd().split('\n')
  for (const text of rows) {
    const { kind, at, body } = JSON.parse(text) as JournalRow
    journal.append([{ kind, at, body, type: (JSON.parse(body) as { readonly type: string }).type }])
  }
  const record = recordedTrading(journal)
  if (!record.ok) throw new Error(record.error)
  return costDocumentOf(analyseCosts(record.value, [...record.value.runs.values()]), header)
}

test('a person reads the parts, the lines, the orders and the calibration', () => {
  const shown = renderCosts(documentOf('two-phase-run'), PLAIN)
  expect(shown).toMatch(/^What r1 cost DU1234567, 2018-02-05T15:00/)
  expect(shown).toContain(
    '29,000.00 USD traded in 8 fills of 4 lines; 100.00 % of what was planned',
  )
  expect(shown).toMatch(/^spread +2\.90 +1\.00 +half the quoted spread$/m)
  expect(shown).toMatch(/^total +8\.00 +2\.76 +implementation shortfall$/m)
  expect(shown).toContain('2.8 bps paid against the mid (spread, impact, fees); 2.0 bps predicted')
  expect(shown).toMatch(/^r1 B2 +SHORT +DDD\.STK\.USD +4,000\.00 +2\.00 +USD/m)
  expect(shown).toMatch(/4 sent, 4 filled, 0 partly, 0 canceled or expired, 0 rejected, 0 denied/)
  expect(shown).toMatch(/^phase +A reduce +2 +2\.00 +2\.67 +0\.67/m)
  expect(shown).toMatch(/^USD +15,000\.00 +14,000\.00 +8\.00 +-1,008\.00$/m)
  expect(shown).not.toMatch(/NaN|undefined/)
})

test('a run that traded nothing is told without figures that are none', () => {
  const shown = renderCosts(documentOf('halted-in-mid-run'), PLAIN)
  expect(shown).toContain('0.00 USD traded in 0 fills of 4 lines; 0.00 % of what was planned')
  expect(shown).not.toMatch(/NaN|undefined|Predicted and realised|Coefficients/)
})

test('several runs on several days are told by run and by day', () => {
  const one = documentOf('two-phase-run')
  const [run] = one.runs
  const [day] = one.days
  if (run === undefined || day === undefined) throw new Error('there is a run on a day')
  const two = { ...one, runs: [run, { ...run, runId: 'r2' as typeof run.runId }], days: [day, { ...day, date: '2018-02-06' }] } // prettier-ignore
  const shown = renderCosts(two, PLAIN)
  expect(shown).toMatch(/^What r1 to r2 cost/)
  expect(shown).toMatch(/^By run$[^]*^r2 +2018-02-05T15[^]*^By day$[^]*^2018-02-06 +29,000\.00/m)
})
