/**
 * What fills and fees came to, exactly, in the currency that each was in: what a clearing broker's
 * ledger is held against.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import { minus, money, negate, notional, plus, price, type Currency, type Money } from '#model/fixed.ts' // prettier-ignore
import { isBuying } from '#model/order.ts'
import type { LineCost, LineFill } from '#execution/cost-analysis/line-cost.ts'

/** One currency's. */
export interface TradedTotal {
  readonly currency: Currency
  /** Σ quantity × price × multiplier, ≥ 0; futures by their notional. */
  readonly bought: Money<Currency>
  readonly sold: Money<Currency>
  /** Commissions in this currency, as reported; a cost when positive. */
  readonly fees: Money<Currency>
  /** What trades and fees added to the balance: spent negative. A future moves none, it settles daily. */
  readonly cash: Money<Currency>
}

/** Sorted by currency. */
export function tradedTotals(lines: readonly LineCost[]): TradedTotal[] {
  const totals = new Map<Currency, TradedTotal>()
  const add = (currency: Currency, by: Partial<TradedTotal>): void => {
    const { bought, sold, fees, cash } = totals.get(currency) ?? { bought: NONE, sold: NONE, fees: NONE, cash: NONE } // prettier-ignore
    totals.set(currency, {
      currency,
      bought: plus(bought, by.bought ?? NONE),
      sold: plus(sold, by.sold ?? NONE),
      fees: plus(fees, by.fees ?? NONE),
      cash: plus(cash, by.cash ?? NONE),
    })
  }
  for (const line of lines) for (const fill of line.fills) addFill(line, fill, add)
  return [...totals.values()].toSorted((a, b) => byCodeUnit(a.currency, b.currency))
}

function addFill(
  { line, instrument }: LineCost,
  fill: LineFill,
  add: (currency: Currency, by: Partial<TradedTotal>) => void,
): void {
  const { assetClass, currency, symbol } = instrument
  const worth = notional(fill.quantity, fill.price, instrument)
  const buys = isBuying(line.side)
  const moved = (amount: Money<Currency>) => (assetClass === 'FUT' ? NONE : buys ? negate(amount) : amount) // prettier-ignore
  add(currency, { [buys ? 'bought' : 'sold']: worth, cash: moved(worth) })
  if (assetClass === 'CASH') {
    const units = notional(fill.quantity, ONE, { multiplier: 1n, currency: symbol })
    add(symbol, { cash: buys ? units : negate(units) })
  }
  const { commission } = fill.held
  if (commission !== undefined)
    add(commission.currency, { fees: commission.amount, cash: minus(NONE, commission.amount) })
}

const NONE: Money<Currency> = money('0', 'USD')
const ONE = price('1')
