/** What `tca --json` prints is what its schema says, of a run with fills and of one without. */
import { describe, expect, test } from 'vitest'
import { fromJSONSchema } from 'zod'
import { COST_DOCUMENT, COST_SCHEMA, costDocumentOf } from '#contract/cost-analysis.ts'
import { analyseCosts } from '#execution/cost-analysis/cost-analysis.ts'
import { emptyTradingRecord, recordOrder, recordPlan, recordQuotes, recordReport, recordRun } from '#execution/cost-analysis/trading-record.ts' // prettier-ignore
import { money, price } from '#model/fixed.ts'
import type { ClientOrderId, ExecId, PermId, RunId } from '#model/ids.ts'
import {
  ACCOUNT,
  FOUR_LINES,
  MORNING,
  planOf,
  quoteOf,
  stock,
  SYMBOLS,
} from '#test/support/engine-world.ts'

const RUN = 'r1' as RunId

/** Four lines; the first order goes, and fills where told to. */
function documentOf(fills: boolean) {
  const record = emptyTradingRecord()
  const [first] = FOUR_LINES
  if (first === undefined) throw new Error('there are lines')
  for (const symbol of SYMBOLS) record.instruments.set(stock(symbol).id, stock(symbol))
  recordQuotes(
    record,
    FOUR_LINES.map(({ instrument }) => quoteOf(instrument, MORNING)),
  )
  const plan = planOf(FOUR_LINES)
  recordPlan(record, plan)
  recordRun(record, RUN, plan.planId, MORNING)
  const { instrument, side, quantity } = first
  const request = { id: '0a1b2c3d-r1-A1-1' as ClientOrderId, instrument, side, quantity, orderType: 'MKT', timeInForce: 'DAY' } as const // prettier-ignore
  recordOrder(record, { request, runId: RUN, line: first.id, attempt: 1, adds: false, arrivalMid: 100 }, MORNING) // prettier-ignore
  const execId = '0000e0d5.01.01' as ExecId
  const execution = { execId, clientOrderId: request.id, permId: '1' as PermId, account: ACCOUNT, instrument, quantity, price: price('100.02'), venue: 'IEX', at: MORNING, liquidity: 'removed' } as const // prettier-ignore
  if (fills) {
    recordReport(record, { type: 'Execution', execution }, MORNING + 40)
    recordReport(record, { type: 'Commission', commission: { execId, amount: money('1', 'USD'), currency: 'USD', realizedPnl: undefined } }, MORNING + 50) // prettier-ignore
  }
  const analysis = analyseCosts(record, [...record.runs.values()])
  return costDocumentOf(analysis, { account: ACCOUNT, journalId: '0a1b2c3d' })
}

describe.each([true, false])('with fills: %s', (fills) => {
  test('it is what the schema says, and is read back as it was', () => {
    const document = documentOf(fills)
    const json = COST_DOCUMENT.encode(document)
    const schema = fromJSONSchema(COST_SCHEMA)
    expect(schema.safeParse(json)).toMatchObject({ success: true })
    const read = COST_DOCUMENT.decode(json, 'tca')
    expect(read.ok && COST_DOCUMENT.encode(read.value)).toEqual(json)
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  })
})

test('amounts are decimal text, and what cannot be measured is said to be no number', () => {
  const json = COST_DOCUMENT.encode(documentOf(true))
  // COVER 50 at 100.02 after a mid of 100: 0.50 of half spread, 0.50 beyond it, 1.00 of fees
  expect(json).toMatchObject({ currency: 'USD', total: { traded: '5001.00', parts: { spread: '0.50', impact: '0.50', fees: '1.00', total: '2.00' } } }) // prettier-ignore
  expect(COST_DOCUMENT.encode(documentOf(false))).toMatchObject({ total: { traded: '0.00', bps: { total: 'NaN' }, fillRate: 0 } }) // prettier-ignore
})
