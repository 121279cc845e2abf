/**
 * What an account is worth and what its positions tie up, in its base currency (see
 * `schedules/margin.ts` for the rules).
 *
 * Equity with loan leaves US options out, which have no loan value; buying power is what the available
 * funds could buy of stock at Reg T's initial margin of a half, that is twice the available funds. IBKR
 * shows four times for accounts that may day-trade; the overnight figure is the one that does not force
 * a sale at the close.
 */
import type { MarginFigures } from '#model/account.ts'
import {
  NANOS,
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  notional,
  plus,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import {
  REG_T,
  futureMargin,
  optionMargin,
  stockMargin,
  type MarginRequirement,
} from '#schedules/margin.ts'

/** A position as margin sees it. */
export interface Exposure {
  readonly instrument: Instrument
  readonly quantity: Quantity
  /** Signed cost without fees: a future is worth what it gained on it. */
  readonly cost: Money<Currency>
}

/** What prices the account. */
export interface Valuation {
  mark(instrument: InstrumentId): Price | undefined
  /** Base currency per unit of a currency, > 0. */
  rate(currency: Currency): Price
}

const ZERO: Money<Currency> = money('0', 'USD')
const NO_PRICE = price('0')
const ONE = price('1')

/**
 * @param exposures - quantities may be hypothetical; a position without a mark is worth its cost
 */
export function marginFigures(
  cash: ReadonlyMap<Currency, Money<Currency>>,
  exposures: readonly Exposure[],
  valuation: Valuation,
): MarginFigures {
  let [net, options, gross, initial, maintenance] = [ZERO, ZERO, ZERO, ZERO, ZERO]
  for (const [currency, amount] of cash) net = plus(net, toBase(amount, valuation.rate(currency)))
  for (const exposure of exposures) {
    const { instrument, quantity, cost } = exposure
    if (quantity === 0n) continue
    const rate = valuation.rate(instrument.currency)
    const at = markOf(exposure, valuation)
    const value = notional(quantity, at, instrument)
    const inBase = toBase(value, rate)
    const isFuture = instrument.assetClass === 'FUT'
    net = plus(net, isFuture ? toBase(minus(value, cost), rate) : inBase)
    if (!isFuture) gross = plus(gross, magnitude(inBase))
    if (instrument.assetClass === 'OPT') options = plus(options, inBase)
    const needed = requirementOf(instrument, quantity, at, valuation)
    initial = plus(initial, toBase(needed.initial, rate))
    maintenance = plus(maintenance, toBase(needed.maintenance, rate))
  }
  const equity = minus(net, options)
  const available = minus(equity, initial)
  return {
    netLiquidation: net,
    equityWithLoan: equity,
    grossPositionValue: gross,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    availableFunds: available,
    excessLiquidity: minus(equity, maintenance),
    buyingPower: fractionOf(greater(available, ZERO), 10_000n, REG_T.initialLongBps),
  }
}

/** @param rate - base currency per unit */
export const toBase = (amount: Money<Currency>, rate: Price): Money<Currency> =>
  rate === NANOS ? amount : fractionOf(amount, rate, NANOS)

/** The mark, or what a unit cost where there is none. */
export function markOf({ instrument, quantity, cost }: Exposure, valuation: Valuation): Price {
  const mark = valuation.mark(instrument.id)
  if (mark !== undefined || quantity === 0n) return mark ?? NO_PRICE
  return fractionOf(ONE, magnitude(cost), magnitude(quantity) * instrument.multiplier)
}

function requirementOf(
  of: Instrument,
  quantity: Quantity,
  at: Price,
  valuation: Valuation,
): MarginRequirement {
  if (of.assetClass === 'STK') return stockMargin(quantity, at, of)
  if (of.assetClass === 'FUT') return futureMargin(quantity, at, of)
  if (of.assetClass === 'CASH') return { initial: ZERO, maintenance: ZERO }
  return optionMargin(quantity, at, valuation.mark(of.underlying) ?? of.strike, of)
}
