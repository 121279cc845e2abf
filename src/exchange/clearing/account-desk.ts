/**
 * The account as the broker states it: what it is worth now, what an order would do to it, and whether it may.
 */
import type { MarginFigures } from '#model/account.ts'
import {
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  negate,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { MINUTE_MS, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkDate, sessionAt } from '#marketdata/calendar.ts'
import { benchmarkOn } from '#schedules/interest.ts'
import { BUYING_POWER, buyingPowerOf } from '#schedules/margin-presets.ts'
import { accruals, type Accruals } from '#exchange/clearing/accruals.ts'
import { borrowDesk, type BorrowDesk } from '#exchange/clearing/borrow-desk.ts'
import { charging, type Charging } from '#exchange/clearing/charging.ts'
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import { clearingAccount, type ClearingAccount } from '#exchange/clearing/clearing.ts'
import { adds, dayTrades, type DayTrades } from '#exchange/clearing/day-trades.ts'
import { markOf, type MarginRules } from '#exchange/clearing/exposure.ts'
import {
  averageCostOf,
  unrealizedOf,
  type Holding,
  type Trade,
} from '#exchange/clearing/holdings.ts'
import { marginBook, type AccountSums, type Claim, type MarginBook } from '#exchange/clearing/margin-book.ts' // prettier-ignore
import { orderChecks } from '#exchange/clearing/order-checks.ts'
import { legsOf, paymentsOf } from '#exchange/clearing/payments.ts'
import { settledCash, settlementDate, type SettledCash } from '#exchange/clearing/settled-cash.ts'
import { marksOf, toBase, type MarkSource, type Marks } from '#exchange/clearing/valuation.ts'
import type { VenuePosition, VenueRefusal } from '#exchange/exchange.ts'
import type { Directory } from '#exchange/listing.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { isOpen, leavesOf, signed, type LiveOrder } from '#exchange/orders/venue-order.ts'

/** An order as it would change the account if it filled whole. */
export interface Intended {
  readonly instrument: Instrument
  readonly terms: NewVenueOrder
  readonly quantity: Quantity
}

/** What the broker knows of an account beyond positions and margin; base currency where it is one amount. */
export interface AccountStanding {
  /** By currency, signed. */
  readonly settledCash: ReadonlyMap<Currency, Money<Currency>>
  readonly accruedInterest: Money<Currency>
  readonly accruedDividends: Money<Currency>
  /** −1: no limit. */
  readonly dayTradesRemaining: number
}

export interface AccountDesk {
  readonly settings: ClearingSettings
  readonly clearing: ClearingAccount
  readonly marks: Marks
  readonly margin: MarginBook
  readonly charging: Charging
  readonly settled: SettledCash
  readonly accruals: Accruals
  readonly borrow: BorrowDesk
  readonly dayTrades: DayTrades
  figures(now: EpochMs): MarginFigures
  standing(now: EpochMs): AccountStanding
  /** Currency pairs too, at cost beside the cash they stand for. */
  positions(now: EpochMs): readonly VenuePosition[]
  unrealized(now: EpochMs): Money<Currency>
  realized(now: EpochMs): Money<Currency>
  /** Figures as if an order had filled whole, its commission too. */
  figuresAfter(order: Intended, now: EpochMs): MarginFigures
  /** What filling it whole would cost, at its limit or at the market. */
  commissionOf(order: Intended, now: EpochMs): Money<Currency>
  /** Commission of everything an order has filled. @param added - units that added liquidity */
  commissionSoFar(order: LiveOrder, averagePrice: Price, now: EpochMs, added?: Quantity): Money<Currency> // prettier-ignore
  /**
   * Why the broker forbids an order: with it and every adding order that already works filled whole, the initial
   * margin would exceed the equity with loan; a cash account's money has not settled; a small account day-trades.
   * Orders that reduce are neither checked nor credited before they fill, unless they bare what they covered.
   *
   * @param replaces - the order it is a new version of
   */
  refusalOf(order: Intended, now: EpochMs, replaces?: number): VenueRefusal | undefined
  /** Excess liquidity if a position were closed at its mark. */
  excessAfterClosing(held: Holding, now: EpochMs): Money<Currency>
  /** An order was taken, changed, filled or ended. */
  orderChanged(order: LiveOrder): void
  /** Books a trade: ledger, settlement, day trades, volume. @returns the profit it realised */
  book(trade: Trade, now: EpochMs): Money<Currency> | undefined
  /**
   * Books a trade of today anew, or takes it back, its settlement too.
   *
   * @returns what it realises now; `unknown` when it cannot be changed any more
   */
  rebook(before: Trade & { readonly key: string }, after: Trade | undefined, now: EpochMs): Money<Currency> | 'unknown' | undefined // prettier-ignore
}

/** What an account begins with and lives by. */
export interface AccountOpening {
  readonly cash: ReadonlyMap<Currency, Money<Currency>>
  readonly positions: readonly Pick<Holding, 'instrument' | 'quantity' | 'cost'>[]
  readonly baseCurrency: Currency
  readonly source: MarkSource
  /** Tells an index from a stock where options are on one; absent: none is. */
  readonly directory?: Directory | undefined
  readonly settings?: ClearingSettings | undefined
  /** Units to borrow of a shortable name that the settings do not mention; absent: any number. */
  readonly lending?: ((of: Instrument) => Quantity) | undefined
}

const ZERO: Money<Currency> = money('0', 'USD')
const NONE = quantity('0')

/** Opens an account. */
export function accountDesk(opening: AccountOpening): AccountDesk {
  const { source, baseCurrency, settings = REG_T_ACCOUNT } = opening
  const marks = marksOf(source, baseCurrency, settings.rates, settings.remarkMs)
  const margin = marginBook(
    () => clearing,
    marks,
    baseCurrency,
    (asOf) => rulesAt(asOf),
  )
  const clearing = clearingAccount(opening.cash, opening.positions, (of) => margin.touched(of)) // prettier-ignore
  for (const { instrument } of opening.positions) margin.touched(instrument)
  const charges = charging(settings.commissions, (currency) => marks.rate(currency))
  const settled = settledCash()
  const accrued = accruals()
  const borrow = borrowDesk(settings.borrowable, opening.lending)
  const counted = dayTrades()
  /** The month's volume when an order began to fill: its own fills bring it into no cheaper tier twice. */
  const volumesBefore = new WeakMap<LiveOrder, Quantity>()

  const rulesAt = (asOf: EpochMs): MarginRules => ({
    preset: settings.margin,
    intraday: { futures: settings.intradayFutures && isSession(asOf), stocks: settings.dayTrading && isSession(asOf) }, // prettier-ignore
    asOf,
    rate: Number(benchmarkOn(baseCurrency, newYorkDate(asOf), settings.interest)) / 1e6,
    indexOf: ({ underlying }) => {
      const listed = opening.directory?.byId(underlying)
      return listed?.assetClass === 'IND' ? listed.symbol : undefined
    },
  })

  const inBase = (amount: Money<Currency>, currency: Currency) =>
    toBase(amount, marks.rate(currency))
  const allInBase = (amounts: ReadonlyMap<Currency, Money<Currency>>) =>
    [...amounts].reduce((sum, [currency, amount]) => plus(sum, inBase(amount, currency)), ZERO)

  const figuresOf = (sums: AccountSums): MarginFigures => {
    const equity = minus(sums.net, sums.withoutLoan)
    const available = minus(equity, sums.initial)
    return {
      netLiquidation: plus(
        sums.net,
        plus(allInBase(accrued.accrued()), allInBase(accrued.promised())),
      ),
      equityWithLoan: equity,
      grossPositionValue: sums.gross,
      initialMargin: sums.initial,
      maintenanceMargin: sums.maintenance,
      availableFunds: available,
      excessLiquidity: minus(equity, sums.maintenance),
      buyingPower: buyingPower(available, sums.net),
    }
  }
  const buyingPower = (available: Money<Currency>, net: Money<Currency>): Money<Currency> => {
    if (settings.margin === 'cash') return buyingPowerOf(available, 1n)
    // 15 % of a stock's value is what a portfolio margin account ties up for it.
    if (settings.margin === 'portfolio') return fractionOf(greater(available, ZERO), 100n, 15n)
    // Intraday the initial margin is a quarter, so that the same funds carry four times as much.
    const day = settings.dayTrading && net >= BUYING_POWER.leastEquity && isSession(marks.asOf)
    return buyingPowerOf(available, day ? BUYING_POWER.intraday : BUYING_POWER.overnight)
  }

  const expected = ({ instrument, terms, quantity: units }: Intended) => {
    const at = expectedPrice(terms, marks.mark(instrument.id))
    const value = notional(units, at, instrument)
    const side = terms.action === 'BUY' ? ('buy' as const) : ('sell' as const)
    const commission = charges.chargeOf({ instrument, side, units, added: NONE, value, averagePrice: at, date: newYorkDate(marks.asOf) }) // prettier-ignore
    return { at, commission, quantity: signed(terms, units) }
  }
  const claimOf = (order: Intended): Claim => {
    const { instrument } = order
    const { at, commission, quantity: units } = expected(order)
    const value = notional(units, at, instrument)
    const charge = [charges.currencyOf(instrument), negate(commission)] as const
    const exposure = { instrument, quantity: units, cost: value }
    if (instrument.assetClass === 'FUT') return { instrument, exposure, cash: [charge] }
    return { instrument, exposure, cash: [...legsOf(instrument, units, value), charge] }
  }

  const orderChanged: AccountDesk['orderChanged'] = (order) => {
    const { instrument, permId, terms: asked } = order
    // A child closes what its parent opens, and works only for as much.
    if (!isOpen(order) || asked.parent !== undefined)
      return margin.claim(permId, instrument, undefined)
    margin.claim(permId, instrument, () => {
      const units = leavesOf(order)
      const isAdding = adds(clearing.held(instrument.id), signed(order.terms, units))
      return isAdding ? claimOf({ instrument, terms: order.terms, quantity: units }) : undefined
    })
  }

  const checks = orderChecks({
    settings,
    clearing,
    margin,
    settled,
    dayTrades: counted,
    baseCurrency,
  })
  const refusalOf: AccountDesk['refusalOf'] = (order, now, replaces) => {
    marks.moveTo(now)
    return checks.refusalOf(claimOf(order), now, replaces === undefined ? [] : [replaces])
  }

  const book: AccountDesk['book'] = (trade, now) => {
    const { instrument, quantity: units } = trade
    const date = newYorkDate(now)
    counted.count(instrument, clearing.held(instrument.id), units, date, trade.key)
    const realized = clearing.settle(trade)
    owe(trade, undefined, date)
    countVolume(trade, date)
    return realized
  }
  const rebook: AccountDesk['rebook'] = (before, after, now) => {
    const realized = clearing.correct(before.key, after)
    if (realized === 'unknown') return realized
    const date = newYorkDate(now)
    owe(after, before, date)
    countVolume(after ?? { ...before, quantity: NONE }, date)
    counted.restate(before.key, after?.quantity ?? NONE, date)
    return realized
  }
  const countVolume = ({ instrument, quantity: units, price: at, key }: Trade, date: IsoDate) => {
    const size = magnitude(units)
    charges.count(instrument, size, notional(size, at, instrument), date, key)
  }
  /** Money of a trade is agreed now and paid when it settles; what is paid the same day is paid. */
  const owe = (trade: Trade | undefined, instead: Trade | undefined, date: IsoDate) => {
    const of = trade?.instrument ?? instead?.instrument
    if (of === undefined) return
    // A currency trade moves the rate that everything in that currency is worth.
    if (of.assetClass === 'CASH') margin.remark()
    const due = settlementDate(of, date)
    if (due <= date) return
    const [now, before] = [paymentsOf(trade), paymentsOf(instead)]
    for (const currency of new Set([...now.keys(), ...before.keys()]))
      settled.owe(currency, now.get(currency) ?? ZERO, due, before.get(currency))
  }

  const sumOf = (now: EpochMs, of: (held: Holding) => Money<Currency>): Money<Currency> => {
    marks.moveTo(now)
    return [...clearing.holdings(), ...clearing.pairs()].reduce((total, held) => plus(total, inBase(of(held), held.instrument.currency)), ZERO) // prettier-ignore
  }

  return {
    settings,
    clearing,
    marks,
    margin,
    charging: charges,
    settled,
    accruals: accrued,
    borrow,
    dayTrades: counted,
    figures: (now) => figuresOf(margin.standing(now)),
    standing: (now) => {
      marks.moveTo(now)
      const left = settings.dayTrading ? checks.dayTradesLeft(now) : Infinity
      return {
        settledCash: new Map([...clearing.cash()].map(([currency, amount]) => [currency, minus(amount, settled.pending(currency))])), // prettier-ignore
        accruedInterest: allInBase(accrued.accrued()),
        accruedDividends: allInBase(accrued.promised()),
        dayTradesRemaining: Number.isFinite(left) ? left : -1,
      }
    },
    positions: (now) => {
      marks.moveTo(now)
      return [...clearing.holdings(), ...clearing.pairs()].flatMap((held) => positionOf(held, marks)).toSorted((a, b) => (a.instrument < b.instrument ? -1 : 1)) // prettier-ignore
    },
    unrealized: (now) => sumOf(now, (held) => unrealizedOf(held, markOf(held, marks))),
    realized: (now) => sumOf(now, ({ realizedToday }) => realizedToday),
    figuresAfter: (order, now) => {
      marks.moveTo(now)
      return figuresOf(margin.alone(claimOf(order), now))
    },
    commissionOf: (order, now) => {
      marks.moveTo(now)
      return expected(order).commission
    },
    commissionSoFar: (order, averagePrice, now, added = NONE) => {
      marks.moveTo(now)
      const { instrument, terms, filled, value } = order
      const [side, date] = [terms.action === 'BUY' ? 'buy' as const : 'sell' as const, newYorkDate(now)] // prettier-ignore
      const monthVolume = volumesBefore.get(order) ?? charges.volumeBefore(instrument, date)
      volumesBefore.set(order, monthVolume)
      return charges.chargeOf({ instrument, side, units: filled, added, value, averagePrice, date, monthVolume }) // prettier-ignore
    },
    refusalOf,
    excessAfterClosing: ({ instrument, quantity: units, cost }, now) => {
      marks.moveTo(now)
      const at = markOf({ instrument, quantity: units, cost }, marks)
      const value = notional(units, at, instrument)
      const exposure = { instrument, quantity: negate(units), cost: negate(value) }
      const cash = instrument.assetClass === 'FUT' ? [] : [[instrument.currency, value] as const]
      return figuresOf(margin.alone({ instrument, exposure, cash }, now)).excessLiquidity
    },
    orderChanged,
    book,
    rebook,
  }
}

function positionOf(held: Holding, marks: Marks): readonly VenuePosition[] {
  if (held.quantity === 0n) return []
  const at = markOf(held, marks)
  return [
    {
      instrument: held.instrument.id,
      quantity: held.quantity,
      averageCost: averageCostOf(held),
      marketPrice: at,
      marketValue: notional(held.quantity, at, held.instrument),
      unrealizedPnl: unrealizedOf(held, at),
      realizedPnl: held.realizedToday,
    },
  ]
}

/** At the limit where there is one, else at the mark; a pegged order's limit is a cap. */
function expectedPrice(terms: NewVenueOrder, mark: Price | undefined): Price {
  const { orderType, limitPrice, triggerPrice } = terms
  const bound = orderType === 'LMT' || orderType === 'STP LMT' || orderType === 'LIT' || orderType === 'LOC' // prettier-ignore
  if (bound && limitPrice !== undefined) return limitPrice
  const stop = orderType === 'STP' || orderType === 'MIT' ? triggerPrice : undefined
  return stop ?? mark ?? price('0')
}

/** Intraday rates end a quarter of an hour before the close. */
const RATES_END_BEFORE_CLOSE_MS = 15 * MINUTE_MS

/** Whether the broker grants its intraday rates: in the regular session of US stocks, but for its end. */
const isSession = (at: EpochMs): boolean => {
  const session = sessionAt(at, 'us-equity')
  return at >= session.opensAt && at < session.closesAt - RATES_END_BEFORE_CLOSE_MS
}
