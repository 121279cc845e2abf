/**
 * The clearing account's ledger: cash by currency, positions at cost, realised profit, flows; exact.
 *
 * A security is paid for: cash moves by its value. A future is not: cash moves by the profit that a closing
 * trade realises, and by its daily variation. A currency pair is an exchange of cash; what was bought at which
 * rate is kept beside it as a virtual position, as IBKR shows it, and is worth nothing of its own.
 *
 * Invariant, to the nano, for every currency and under anything that happens: cash + cost of what was paid for
 * + open fees − realised profit − flows does not change (`conservation.ts` states and checks it).
 */
import {
  fractionOf,
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
import { invariant } from '#model/invariant.ts'
import { apportion, flat, type Holding, type Trade } from '#exchange/clearing/holdings.ts'
import type { CashBooking } from '#exchange/exchange.ts'

/** Why cash moves without a security: bookings, the legs of a currency trade, its commission. */
export type FlowKind = CashBooking['kind'] | 'exchange' | 'commission'

/** Sums since the start, by currency. */
export interface LedgerSums {
  readonly realized: ReadonlyMap<Currency, Money<Currency>>
  readonly flows: ReadonlyMap<Currency, ReadonlyMap<FlowKind, Money<Currency>>>
  /** Units that came and went by trades, and by corporate actions, deliveries and expiries. */
  readonly traded: ReadonlyMap<InstrumentId, Quantity>
  readonly otherwise: ReadonlyMap<InstrumentId, Quantity>
}

export interface ClearingAccount {
  cash(): ReadonlyMap<Currency, Money<Currency>>
  /** Sorted by id, those of quantity zero too; currency pairs apart. */
  holdings(): readonly Holding[]
  holding(instrument: InstrumentId): Holding | undefined
  held(instrument: InstrumentId): Quantity
  /** Virtual positions in currency pairs at cost, sorted by id. */
  pairs(): readonly Holding[]
  sums(): LedgerSums
  /** Books a trade. @returns profit it realised, net of commission; undefined when it only opened */
  settle(trade: Trade): Money<Currency> | undefined
  /**
   * Books today's trade of that key anew, or takes it back; later trades of the day follow from it.
   *
   * @returns what it realises now; `unknown` when nothing of that key can be changed any more
   */
  correct(key: string, replacement: Trade | undefined): Money<Currency> | 'unknown' | undefined
  /** Cash that moves without a trade. */
  book(kind: FlowKind, currency: Currency, amount: Money<Currency>): void
  /** New units for old ones at the same cost; a broken unit is paid out at `at`. @returns what was paid */
  split(instrument: InstrumentId, ratio: number, at: Price): Money<Currency>
  /** The position goes on as another instrument's, at the same cost, beside what is held of it. */
  rename(from: InstrumentId, to: Instrument): void
  /** `ratio` units of another for each; `costShare` of the cost goes with them; broken units are paid at `at`. */
  spinOff(from: InstrumentId, to: Instrument, ratio: number, costShare: number, at: Price): void
  /** Pays a future's gain since it was last settled, and settles it at `at`. @returns what was paid */
  markToMarket(instrument: InstrumentId, at: Price): Money<Currency>
  /** Ends so many units of an option, signed as held, and carries their cost into a trade of what it is on. */
  deliver(option: InstrumentId, units: Quantity, trade: Omit<Trade, 'commission' | 'commissionCurrency'>): void // prettier-ignore
  /** Closes a position without a trade at a price: expiry, buy-out. @returns cash received */
  close(instrument: InstrumentId, at: Price): Money<Currency>
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
 * @param changed - told whose holding changed
 */
export function clearingAccount(
  cash: ReadonlyMap<Currency, Money<Currency>>,
  opening: readonly Pick<Holding, 'instrument' | 'quantity' | 'cost'>[],
  changed: (instrument: Instrument) => void = () => undefined,
): ClearingAccount {
  const balances = new Map(cash)
  const realizedSums = new Map<Currency, Money<Currency>>()
  const flows = new Map<Currency, Map<FlowKind, Money<Currency>>>()
  const traded = new Map<InstrumentId, Quantity>()
  const otherwise = new Map<InstrumentId, Quantity>()
  const pairs = new Map<InstrumentId, Holding>()
  /** Where the day's trades of an instrument begin, and what they were. */
  const today = new Map<InstrumentId, { readonly base: Holding; trades: Trade[] }>()
  const holdings = new Map<InstrumentId, Holding>(
    opening
      .filter(({ quantity: held }) => held !== 0n)
      .map((held) => [held.instrument.id, { ...held, fees: ZERO, realizedToday: ZERO }]),
  )
  let inOrder: readonly Holding[] | undefined

  const pay = (currency: Currency, amount: Money<Currency>) => {
    if (amount === 0n) return
    balances.set(currency, plus(balances.get(currency) ?? ZERO, amount))
  }
  /** Where what is held of an instrument is kept: pairs stand apart. */
  const keptOf = ({ assetClass }: Instrument) => (assetClass === 'CASH' ? pairs : holdings)
  const put = (holding: Holding) => {
    if (holding.instrument.assetClass === 'CASH') {
      pairs.set(holding.instrument.id, holding)
      return
    }
    holdings.set(holding.instrument.id, holding)
    inOrder = undefined
    changed(holding.instrument)
  }
  const realize = (currency: Currency, amount: Money<Currency>) =>
    add(realizedSums, currency, amount)
  /** Nothing of before can be corrected from here on. */
  const seal = (id: InstrumentId) => today.delete(id)

  const book: ClearingAccount['book'] = (kind, currency, amount) => {
    const sums = flows.get(currency) ?? new Map<FlowKind, Money<Currency>>()
    flows.set(currency, sums)
    add(sums, kind, amount)
    pay(currency, amount)
  }

  /** Applies a trade with sign +1, or takes back what applying it did with sign −1. */
  const bookTrade = (
    before: Holding,
    trade: Trade,
    sign: 1n | -1n,
  ): Holding & { readonly gain: Money<Currency> | undefined } => {
    // prettier-ignore
    const { currency, assetClass } = trade.instrument
    if (assetClass === 'CASH') return exchangeCash(before, trade, sign)
    const own = trade.commissionCurrency === currency
    const parts = apportion(before, trade, own ? trade.commission : ZERO)
    const signedly = (amount: Money<Currency>) => fractionOf(amount, sign, 1n)
    if (own) pay(currency, signedly(negate(trade.commission)))
    else book('commission', trade.commissionCurrency, signedly(negate(trade.commission)))
    pay(currency, signedly(assetClass === 'FUT' ? parts.grossProfit : negate(parts.notional)))
    realize(currency, signedly(parts.realized ?? ZERO))
    count(traded, trade.instrument.id, fractionOf(trade.quantity, sign, 1n))
    return { ...parts.after, gain: parts.realized }
  }

  const settle: ClearingAccount['settle'] = (trade) => {
    const { id } = trade.instrument
    const before = keptOf(trade.instrument).get(id) ?? flat(trade.instrument)
    if (trade.key === undefined) seal(id)
    else {
      const day = today.get(id) ?? { base: before, trades: [] }
      day.trades.push(trade)
      today.set(id, day)
    }
    const { gain, ...after } = bookTrade(before, trade, 1n)
    put(after)
    return gain
  }

  const correct: ClearingAccount['correct'] = (key, replacement) => {
    const found = [...today].find(([, { trades }]) => trades.some((one) => one.key === key))
    if (found === undefined) return 'unknown'
    const [id, { base, trades }] = found
    let held = base
    for (const one of trades) held = bookTrade(held, one, -1n)
    held = base
    let gain: Money<Currency> | undefined
    const kept = trades.flatMap((one) => (one.key !== key ? [one] : replacement === undefined ? [] : [replacement])) // prettier-ignore
    for (const one of kept) {
      const booked = bookTrade(held, one, 1n)
      if (one === replacement) gain = booked.gain
      const { gain: _gain, ...after } = booked
      held = after
    }
    today.set(id, { base, trades: kept })
    put({ instrument: held.instrument, quantity: held.quantity, cost: held.cost, fees: held.fees, realizedToday: held.realizedToday }) // prettier-ignore
    return gain
  }

  /** Base currency in, quote currency out, or the other way; the pair is kept at cost. */
  const exchangeCash: typeof bookTrade = (before, trade, sign) => {
    const { instrument, commissionCurrency, commission } = trade
    const signedly = (amount: Money<Currency>) => fractionOf(amount, sign, 1n)
    const unit = { multiplier: 1n, currency: instrument.symbol }
    const paid = notional(trade.quantity, trade.price, instrument)
    book('exchange', instrument.symbol, signedly(notional(trade.quantity, ONE, unit)))
    book('exchange', instrument.currency, signedly(negate(paid)))
    book('commission', commissionCurrency, signedly(negate(commission)))
    const own = commissionCurrency === instrument.currency
    const parts = apportion(before, trade, own ? commission : ZERO)
    count(traded, instrument.id, fractionOf(trade.quantity, sign, 1n))
    return { ...parts.after, gain: parts.realized }
  }

  /** Replaces a holding without a trade; what its cost loses beyond `paid` is realised. */
  const replace = (
    before: Holding,
    after: Pick<Holding, 'quantity' | 'cost' | 'fees'>,
    paid: Money<Currency>,
  ) => {
    // prettier-ignore
    const { id, currency } = before.instrument
    const gain = minus(paid, minus(plus(before.cost, before.fees), plus(after.cost, after.fees)))
    pay(currency, paid)
    realize(currency, gain)
    count(otherwise, id, minus(after.quantity, before.quantity))
    put({ instrument: before.instrument, ...after, realizedToday: plus(before.realizedToday, gain) }) // prettier-ignore
    seal(id)
  }

  const split: ClearingAccount['split'] = (instrument, ratio, at) => {
    const before = holdings.get(instrument)
    if (before === undefined || before.quantity === 0n) return ZERO
    const { whole, exact } = inNewUnits(before.quantity, ratio, before.instrument)
    const proceeds = notional(minus(exact, whole), at, before.instrument)
    const left = (of: Money<Currency>) => exact === 0n ? ZERO : fractionOf(of, magnitude(whole), magnitude(exact)) // prettier-ignore
    const after = { quantity: whole, cost: left(before.cost), fees: left(before.fees) }
    replace(before, after, proceeds)
    return proceeds
  }

  /** Moves cost and fees into another holding; nothing is paid. */
  const receive = (
    to: Instrument,
    units: Quantity,
    cost: Money<Currency>,
    fees: Money<Currency>,
  ) => {
    // prettier-ignore
    const before = holdings.get(to.id) ?? flat(to)
    const [held, paid, kept] = [plus(before.quantity, units), plus(before.cost, cost), plus(before.fees, fees)] // prettier-ignore
    count(otherwise, to.id, units)
    // What meets its opposite is closed at the cost it came with: nothing stays where nothing is held.
    if (held !== 0n) put({ ...before, quantity: held, cost: paid, fees: kept })
    else {
      realize(to.currency, negate(plus(paid, kept)))
      put({ ...flat(to), realizedToday: minus(before.realizedToday, plus(paid, kept)) })
    }
    seal(to.id)
  }

  const rename: ClearingAccount['rename'] = (from, to) => {
    const before = holdings.get(from)
    if (before === undefined) return
    holdings.delete(from)
    inOrder = undefined
    changed(before.instrument)
    seal(from)
    if (before.quantity === 0n) return
    count(otherwise, from, negate(before.quantity))
    receive(to, before.quantity, before.cost, before.fees)
  }

  const spinOff: ClearingAccount['spinOff'] = (from, to, ratio, costShare, at) => {
    const before = holdings.get(from)
    if (before === undefined || before.quantity === 0n) return
    const { whole, exact } = inNewUnits(before.quantity, ratio, to)
    const moved = fractionOf(before.cost, BigInt(Math.round(costShare * 1e15)), RATIO_UNIT)
    const kept = exact === 0n ? ZERO : fractionOf(moved, magnitude(whole), magnitude(exact))
    put({ ...before, cost: minus(before.cost, moved) })
    seal(from)
    receive(to, whole, kept, ZERO)
    const paid = notional(minus(exact, whole), at, to)
    pay(to.currency, paid)
    const gain = minus(paid, minus(moved, kept))
    realize(to.currency, gain)
    const after = holdings.get(to.id)
    if (after !== undefined) put({ ...after, realizedToday: plus(after.realizedToday, gain) })
  }

  const markToMarket: ClearingAccount['markToMarket'] = (instrument, at) => {
    const before = holdings.get(instrument)
    if (before === undefined || before.quantity === 0n) return ZERO
    const value = notional(before.quantity, at, before.instrument)
    const variation = minus(value, before.cost)
    book('variation-margin', before.instrument.currency, variation)
    put({ ...before, cost: value })
    seal(instrument)
    return variation
  }

  const deliver: ClearingAccount['deliver'] = (option, units, trade) => {
    const before = holdings.get(option)
    invariant(before !== undefined && magnitude(units) <= magnitude(before.quantity), 'delivered options are held') // prettier-ignore
    const share = (of: Money<Currency>) => fractionOf(of, magnitude(units), magnitude(before.quantity)) // prettier-ignore
    const [cost, fees] = [share(before.cost), share(before.fees)]
    put({ ...before, quantity: minus(before.quantity, units), cost: minus(before.cost, cost), fees: minus(before.fees, fees) }) // prettier-ignore
    count(otherwise, option, negate(units))
    seal(option)
    // The premium was paid or received long ago: it moves no cash now, only the cost of what is delivered.
    const carried = plus(cost, fees)
    const { currency } = trade.instrument
    settle({ ...trade, commission: carried, commissionCurrency: currency })
    pay(currency, carried)
  }

  const close: ClearingAccount['close'] = (instrument, at) => {
    const before = holdings.get(instrument)
    if (before === undefined || before.quantity === 0n) return ZERO
    const value = notional(before.quantity, at, before.instrument)
    const isFuture = before.instrument.assetClass === 'FUT'
    const paid = isFuture ? minus(value, before.cost) : value
    // Nobody paid for a future's cost, so none of it is realised beside what is paid.
    const free = isFuture ? { ...before, cost: ZERO } : before
    replace(free, { quantity: NOTHING, cost: ZERO, fees: ZERO }, paid)
    return paid
  }

  return {
    cash: () => balances,
    holdings: () => (inOrder ??= sorted(holdings)),
    holding: (id) => holdings.get(id),
    held: (id) => holdings.get(id)?.quantity ?? NOTHING,
    pairs: () => sorted(pairs),
    sums: () => ({ realized: realizedSums, flows, traded, otherwise }),
    settle,
    correct,
    book,
    split,
    rename,
    spinOff,
    markToMarket,
    deliver,
    close,
    turnDay: () => {
      today.clear()
      inOrder = undefined
      for (const map of [holdings, pairs])
        for (const [id, holding] of map)
          if (holding.quantity === 0n) map.delete(id)
          else map.set(id, { ...holding, realizedToday: ZERO })
    },
  }
}

/** Units after a ratio, whole lots and exactly. */
function inNewUnits(
  units: Quantity,
  ratio: number,
  of: Pick<Instrument, 'lot'>,
): { readonly whole: Quantity; readonly exact: Quantity } {
  const exact = fractionOf(units, BigInt(Math.round(ratio * 1e15)), RATIO_UNIT)
  return { exact, whole: roundTo(exact, of.lot, 'toward-zero') }
}

function count(sums: Map<InstrumentId, Quantity>, id: InstrumentId, units: Quantity): void {
  sums.set(id, plus(sums.get(id) ?? NOTHING, units))
}

function add<Key>(sums: Map<Key, Money<Currency>>, key: Key, amount: Money<Currency>): void {
  sums.set(key, plus(sums.get(key) ?? ZERO, amount))
}

function sorted(holdings: ReadonlyMap<InstrumentId, Holding>): readonly Holding[] {
  return [...holdings.values()].toSorted((a, b) => (a.instrument.id < b.instrument.id ? -1 : 1))
}
