/** Lines in other currencies and of contracts, and what is said where rates are not known. */
import { expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { ClientOrderId, ExecId, InstrumentId, PermId, PlanId, RunId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { Quote } from '#marketdata/quote.ts'
import { analyseCosts, type CostAnalysis } from '#execution/cost-analysis/cost-analysis.ts'
import {
  emptyTradingRecord,
  recordOrder,
  recordPlan,
  recordQuotes,
  recordReport,
  recordRun,
} from '#execution/cost-analysis/trading-record.ts'
import { ACCOUNT, line, MORNING, planOf, quoteOf, stock } from '#test/support/engine-world.ts'

const RUN = 'r1' as RunId
const ORDER = '0a1b2c3d-r1-B1-1' as ClientOrderId
const EUR_USD = 'EUR.CASH.USD' as InstrumentId

const share: Instrument = { ...stock('SAP'), id: 'SAP.STK.EUR' as InstrumentId, currency: 'EUR' }
const future: Instrument = { ...stock('ES'), id: 'ESH8.FUT.USD' as InstrumentId, assetClass: 'FUT', multiplier: 50n, localSymbol: 'ESH8', expiry: '2018-03-16' } // prettier-ignore
const pair: Instrument = { ...stock('EUR'), id: EUR_USD, assetClass: 'CASH' }

/** Ten of an instrument bought at 100.02 after a mid of 100; fee 2 of a currency. */
function bought(
  instrument: Instrument,
  rate: Quote | undefined,
  feeCurrency = instrument.currency,
): CostAnalysis {
  const record = emptyTradingRecord()
  const planned: PlanLine = { ...line('B1', 'BUY', 'SAP', '10'), instrument: instrument.id, symbol: instrument.symbol, assetClass: instrument.assetClass } // prettier-ignore
  const plan: Plan = planOf([planned])
  record.instruments.set(instrument.id, instrument)
  recordQuotes(record, [quoteOf(instrument.id, MORNING), ...(rate === undefined ? [] : [rate])])
  recordPlan(record, plan)
  recordRun(record, RUN, 'plan-1' as PlanId, MORNING)
  const request = { id: ORDER, instrument: instrument.id, side: 'BUY', quantity: quantity('10'), orderType: 'MKT', timeInForce: 'DAY' } as const // prettier-ignore
  recordOrder(record, { request, runId: RUN, line: 'B1', attempt: 1, adds: true, arrivalMid: 100 }, MORNING) // prettier-ignore
  const execId = '0000e0d5.01.01' as ExecId
  // The rate moves on afterwards, and is not what the line is counted at.
  if (rate !== undefined) recordQuotes(record, [{ ...quoteOf(EUR_USD, MORNING + 500, 9) }])
  recordReport(record, { type: 'Commission', commission: { execId, amount: money('2', feeCurrency), currency: feeCurrency, realizedPnl: undefined } }, MORNING + 900) // prettier-ignore
  recordReport(record, { type: 'Execution', execution: { execId, clientOrderId: ORDER, permId: '1' as PermId, account: ACCOUNT, instrument: instrument.id, quantity: quantity('10'), price: price('100.02'), venue: 'IBIS', at: MORNING + 1_000, liquidity: 'removed' } }, MORNING + 1_000) // prettier-ignore
  return analyseCosts(record, [...record.runs.values()])
}

const parts = ({ lines }: CostAnalysis) => {
  const { spread, impact, fees, total } = lines[0]!.parts
  return [spread, impact, fees, total].map((part) => format(part)).join(' ')
}

test('another currency counts at the rate when the order went, its fee too', () => {
  const of = bought(share, quoteOf(EUR_USD, MORNING, 1.25))
  // 10 × 0.01 and 10 × 0.02 − 0.10, and 2, times 1.25
  expect(parts(of)).toBe('0.125 0.125 2.5 2.75')
  expect(of.lines[0]).toMatchObject({ currency: 'USD', rate: 1.25 })
  expect(format(of.total.traded)).toBe('1250.25')
  expect(of.traded.map((row) => `${row.currency} ${format(row.cash)}`)).toEqual(['EUR -1002.2'])
  expect(of.notes.join()).not.toMatch(/rate/)
})

test('without a rate it is told in its own currency, said so, and no total has it', () => {
  const of = bought(share, undefined)
  expect(parts(of)).toBe('0.1 0.1 2 2.2')
  expect(of.lines[0]).toMatchObject({ currency: 'EUR', rate: 1 })
  expect(of.total).toMatchObject({ lines: 0, traded: 0n })
  expect(of.calibration).toEqual([])
  expect(of.notes.join()).toMatch(/SAP\.STK\.EUR: no rate to USD is on record/)
})

test('a future counts by its multiplier and moves no cash but its fee', () => {
  const of = bought(future, undefined)
  expect(parts(of)).toBe('5 5 2 12')
  expect(of.traded.map((row) => [row.currency, format(row.bought), format(row.cash)])).toEqual([['USD', '50010', '-2']]) // prettier-ignore
})

test('a currency pair moves both of its currencies', () => {
  const of = bought(pair, undefined)
  expect(of.traded.map((row) => [row.currency, format(row.bought), format(row.cash)])).toEqual([['EUR', '0', '10'], ['USD', '1000.2', '-1002.2']]) // prettier-ignore
})
