import { expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, RunId } from '#model/ids.ts'
import type { Side } from '#model/order.ts'
import { addDenied, addSubmitted, emptyLedger, ordersOf } from '#execution/order-ledger.ts'
import { applyReport } from '#execution/ledger-reports.ts'
import { runFigures, type SummaryInputs } from '#execution/run-summary.ts'

const AAPL = 'AAPL.STK.USD' as InstrumentId
const ledger = emptyLedger()
let trades = 0

function submit(leg: string, side: Side, arrivalMid: number): ClientOrderId {
  const id = `0a1b2c3d-r1-${leg}-1` as ClientOrderId
  const request = { id, instrument: AAPL, side, quantity: quantity('100'), orderType: 'MKT', timeInForce: 'DAY' } as const // prettier-ignore
  const intent = { request, runId: 'r1' as RunId, line: leg, attempt: 1, adds: false, arrivalMid }
  if (leg === 'A4') addDenied(ledger, intent, 'collar', 1_000)
  else addSubmitted(ledger, intent, 1_000)
  return id
}

function trade(id: ClientOrderId, signed: string, at: string, heardAt: number): void {
  const execId = `a.${++trades}.01` as ExecId
  applyReport(ledger, { type: 'Execution', execution: { execId, clientOrderId: id, permId: undefined, account: 'DU1' as AccountId, instrument: AAPL, quantity: quantity(signed), price: price(at), venue: 'X', at: 0, liquidity: 'removed' } }, heardAt) // prettier-ignore
  applyReport(ledger, { type: 'Commission', commission: { execId, amount: money('1', 'USD'), currency: 'USD', realizedPnl: undefined } }, heardAt) // prettier-ignore
}

const bought = submit('A1', 'BUY', 100)
const sold = submit('A2', 'SELL', 100)
submit('A3', 'BUY', 100)
submit('A4', 'BUY', 100)
trade(bought, '60', '100.10', 1_040)
trade(bought, '40', '100.10', 1_090)
trade(sold, '-50', '99.90', 1_200)

const inputs: SummaryInputs = {
  ledger,
  orders: ordersOf(ledger),
  lines: [
    { planned: 10_000, filled: 10_000 },
    { planned: 10_000, filled: 5_000 },
    { planned: 10_000, filled: 0 },
    { planned: 10_000, filled: 0 },
  ],
  nav: 1_000_000,
  unitValueOf: () => 1,
  fxOf: () => 1,
}

test('a run in figures', () => {
  const traded = 100 * 100.1 + 50 * 99.9
  const figures = runFigures(inputs)
  expect(figures).toMatchObject({
    orders: 3,
    filled: 1,
    rejected: 1,
    fillRate: 0.375,
    latencyMs: { p50: 40, p99: 200 },
  })
  expect(figures.turnover).toBeCloseTo(traded / 1_000_000, 12)
  expect(figures.slippageBps).toBeCloseTo((15 / traded) * 10_000, 6)
  expect(figures.costBps).toBeCloseTo((18 / traded) * 10_000, 6)
})

test('in another currency the ratios stay and the turnover is in base', () => {
  const euro = runFigures({ ...inputs, unitValueOf: () => 1.1, fxOf: () => 1.1 })
  expect(euro.costBps).toBeCloseTo(runFigures(inputs).costBps, 6)
  expect(euro.turnover).toBeCloseTo(runFigures(inputs).turnover * 1.1, 12)
})

test('a run that had nothing to do has done all of it', () => {
  const nothing = runFigures({ ...inputs, orders: [], lines: [] })
  expect(nothing).toMatchObject({ orders: 0, fillRate: 1, slippageBps: 0, costBps: 0, turnover: 0 })
  expect(nothing.latencyMs.p50).toBeNaN()
})
