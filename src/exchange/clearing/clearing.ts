/**
 * The clearing account's ledger: cash by currency, positions at cost, realised profit; exact.
 *
 * A security is paid for: cash moves by its value. A future is not: cash moves by the profit that a
 * closing trade realises. A currency pair is an exchange of cash and leaves no position. Commission
 * leaves the cash at once; as at IBKR it raises the cost of what a trade opens and lowers the
 * profit of what it closes, pro rata where it does both.
 *
 * Invariant, to the nano, under any sequence of trades: cash + cost + open fees − realised profit does not
 * change (cost of futures left out, which no cash was paid for).
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  money,
  negate,
  notional,
  plus,
  price,
  quantity,
  roundTo,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'

/** What is held of one instrument, in its currency. */
export interface Holding {
  readonly instrument: Instrument
  /** Signed; zero is kept until the day turns, for the day's realised profit. */
  readonly quantity: Quantity
  /** Paid for it, signed like the quantity: what the proceeds of a short brought is negative. */
  readonly cost: Money<Currency>
  /** Commission of what is open, ≥ 0. */
  readonly fees: Money<Currency>
  /** Net of commission, since the day turned. */
  readonly realizedToday: Money<Currency>
}

export interface Trade {
  readonly instrument: Instrument
  /** Signed: bought positive; never zero. */
  readonly quantity: Quantity
  readonly price: Price
  readonly commission: Money<Currency>
  readonly commissionCurrency: Currency
}

export interface ClearingAccount {
  cash(): ReadonlyMap<Currency, Money<Currency>>
  /** Sorted by id, those of quantity zero too. */
  holdings(): readonly Holding[]
  held(instrument: InstrumentId): Quantity
  /** Books a trade. @returns profit it realised, net of commission; undefined when it only opened */
  settle(trade: Trade): Money<Currency> | undefined
  /** New units for old ones at the same cost; a broken unit is paid out at `at`. */
  split(instrument: InstrumentId, ratio: number, at: Price): void
  /** Starts a day: forgets what was realised and what is flat. */
  turnDay(): void
}

const ZERO: Money<Currency> = money('0', 'USD')
const NOTHING = quantity('0')
const ONE = price('1')
/** Fine enough that a third of a million shares is whole to the nano. */
const RATIO_UNIT = 1_000_000_000_000_000n

/**
 * @param cash - at the start
 * @param opening - positions at the start, fees none
 */
export function clearingAccount(
  cash: ReadonlyMap<Currency, Money<Currency>>,
  opening: readonly Pick<Holding, 'instrument' | 'quantity' | 'cost'>[],
): ClearingAccount {
  const balances = new Map(cash)
  const holdings = new Map<InstrumentId, Holding>(
    opening
      .filter(({ quantity: held }) => held !== 0n)
      .map((held) => [held.instrument.id, { ...held, fees: ZERO, realizedToday: ZERO }]),
  )
  const pay = (currency: Currency, amount: Money<Currency>) => {
    balances.set(currency, plus(balances.get(currency) ?? ZERO, amount))
  }

  const settle: ClearingAccount['settle'] = (trade) => {
    pay(trade.commissionCurrency, negate(trade.commission))
    if (trade.instrument.assetClass === 'CASH') return exchangeCash(trade, pay)
    const before = holdings.get(trade.instrument.id) ?? flat(trade.instrument)
    const parts = apportion(before, trade)
    const paid = trade.instrument.assetClass === 'FUT' ? parts.grossProfit : negate(parts.notional)
    pay(trade.instrument.currency, paid)
    holdings.set(trade.instrument.id, parts.after)
    return parts.realized
  }

  const split: ClearingAccount['split'] = (instrument, ratio, at) => {
    const before = holdings.get(instrument)
    if (before === undefined || before.quantity === 0n) return
    const exact = fractionOf(before.quantity, BigInt(Math.round(ratio * 1e15)), RATIO_UNIT)
    const whole = roundTo(exact, before.instrument.lot, 'toward-zero')
    const broken = minus(exact, whole)
    pay(before.instrument.currency, notional(broken, at, before.instrument))
    const left = exact === 0n ? ZERO : fractionOf(before.cost, magnitude(whole), magnitude(exact))
    const proceeds = notional(broken, at, before.instrument)
    holdings.set(instrument, {
      ...before,
      quantity: whole,
      cost: left,
      realizedToday: plus(before.realizedToday, minus(proceeds, minus(before.cost, left))),
    })
  }

  const turnDay = () => {
    for (const [id, holding] of holdings)
      if (holding.quantity === 0n) holdings.delete(id)
      else holdings.set(id, { ...holding, realizedToday: ZERO })
  }

  return {
    cash: () => balances,
    holdings: () => sorted(holdings),
    held: (id) => holdings.get(id)?.quantity ?? NOTHING,
    settle,
    split,
    turnDay,
  }
}

/** Cost and open fees of one unit, multiplier included, as IBKR's average cost. */
export function averageCostOf({ quantity: held, cost, fees }: Holding): Price {
  return held === 0n ? price('0') : fractionOf(ONE, ...signFree(plus(cost, fees), held))
}

/** Market value less cost and open fees. */
export function unrealizedOf(holding: Holding, at: Price): Money<Currency> {
  const value = notional(holding.quantity, at, holding.instrument)
  return minus(minus(value, holding.cost), holding.fees)
}

/** The same ratio with a denominator above zero. */
const signFree = (numerator: bigint, denominator: bigint): [bigint, bigint] =>
  denominator < 0n ? [-numerator, -denominator] : [numerator, denominator]

interface Apportioned {
  readonly after: Holding
  readonly notional: Money<Currency>
  /** Before commission; zero when nothing was closed. */
  readonly grossProfit: Money<Currency>
  readonly realized: Money<Currency> | undefined
}

/** Parts a trade into what it closes and what it opens. */
function apportion(before: Holding, trade: Trade): Apportioned {
  const closes = closedBy(before.quantity, trade.quantity)
  const value = notional(trade.quantity, trade.price, trade.instrument)
  const traded = magnitude(trade.quantity)
  const closingValue = fractionOf(value, magnitude(closes), traded)
  const closingFee = fractionOf(trade.commission, magnitude(closes), traded)
  const held = magnitude(before.quantity)
  const share = (of: Money<Currency>) =>
    held === 0n ? ZERO : fractionOf(of, magnitude(closes), held)
  const [costOut, feesOut] = [share(before.cost), share(before.fees)]
  const grossProfit = minus(negate(closingValue), costOut)
  const realized = minus(minus(grossProfit, feesOut), closingFee)
  return {
    notional: value,
    grossProfit: closes === 0n ? ZERO : grossProfit,
    realized: closes === 0n ? undefined : realized,
    after: {
      instrument: before.instrument,
      quantity: plus(before.quantity, trade.quantity),
      cost: plus(minus(before.cost, costOut), minus(value, closingValue)),
      fees: plus(minus(before.fees, feesOut), minus(trade.commission, closingFee)),
      realizedToday: closes === 0n ? before.realizedToday : plus(before.realizedToday, realized),
    },
  }
}

/** The part of a trade that brings a holding towards zero, signed like the trade. */
function closedBy(held: Quantity, traded: Quantity): Quantity {
  if (held > 0n && traded < 0n) return greater(traded, negate(held))
  if (held < 0n && traded > 0n) return lesser(traded, negate(held))
  return NOTHING
}

/** Base currency in, quote currency out, or the other way. */
function exchangeCash(
  trade: Trade,
  pay: (currency: Currency, amount: Money<Currency>) => void,
): undefined {
  const unit = { multiplier: 1n, currency: trade.instrument.symbol }
  pay(trade.instrument.symbol, notional(trade.quantity, ONE, unit))
  pay(trade.instrument.currency, negate(notional(trade.quantity, trade.price, trade.instrument)))
}

const flat = (instrument: Instrument): Holding => ({
  instrument,
  quantity: NOTHING,
  cost: ZERO,
  fees: ZERO,
  realizedToday: ZERO,
})

function sorted(holdings: ReadonlyMap<InstrumentId, Holding>): readonly Holding[] {
  return [...holdings.values()].toSorted((a, b) => (a.instrument.id < b.instrument.id ? -1 : 1))
}
