/**
 * Margin of the options on one underlying and of the underlying itself, by strategy.
 *
 * First the stock covers what it can: long shares short calls, short shares short puts, and long options of
 * the same expiry protect what is covered (collar, conversion) or not (protective put or call). What is left
 * of the options is a universal spread as far as longs stand against shorts (verticals, butterflies,
 * condors, boxes and whatever nobody named): its requirement is the most it can lose at any strike. What stands
 * against nothing is naked, and a naked call beside a naked put needs the dearer of the two and the premium of
 * the other. Of offsetting and not offsetting, what needs less holds, as the broker's optimisation would find.
 *
 * Premiums are no equity here: what a short brought is in the cash, and the requirement names it.
 *
 * Sources: FINRA Rule 4210(f)(2)(H) (covered writing, protective options, conversions, collars, 10 % and 25 %
 * of the strikes) and Regulatory Notice 12-44 with SEC Release 34-67752 (universal spreads); Cboe Margin
 * Manual (April 2000 and later); IBKR, "US Options Margin" (the in-the-money amount on top of covered
 * stock). The worked examples of Cboe and IBKR are in the test.
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  money,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Option } from '#model/instrument.ts'
import { optionMargin, stockMargin, type MarginRequirement } from '#schedules/margin.ts'

export type OptionTerms = Pick<Option, 'right' | 'strike' | 'expiry' | 'multiplier' | 'currency'>

/** Contracts of one series. */
export interface OptionLeg {
  readonly of: OptionTerms
  /** Signed. */
  readonly held: Quantity
  /** The mark. */
  readonly at: Price
}

/** Everything held on one underlying. */
export interface UnderlyingBook {
  /** The underlying's mark. */
  readonly spot: Price
  /** Shares held, signed; 0 for an index. */
  readonly shares: Quantity
  readonly currency: Currency
  /** Of one multiplier. */
  readonly legs: readonly OptionLeg[]
  /** The underlying is a broad-based index. */
  readonly onIndex: boolean
}

/** What the book needs, its shares included. */
export function strategyMargin(book: UnderlyingBook): MarginRequirement {
  const stock = stockMargin(book.shares, book.spot, { multiplier: 1n, currency: book.currency })
  if (book.legs.every(({ held }) => held === 0n)) return stock
  const [whole, left] = [poolsOf(book.legs), poolsOf(book.legs)]
  const covered = coverWithStock(book, left)
  const offset = sum(covered, both(optionsAlone(book, left)))
  const apart = sum(stock, both(optionsAlone(book, whole)))
  return {
    initial: lesser(offset.initial, apart.initial),
    maintenance: lesser(offset.maintenance, apart.maintenance),
  }
}

/** Options without shares: as spreads beside what is naked, or all of it naked, whichever needs less. */
const optionsAlone = (book: UnderlyingBook, pools: Pools): Money<Currency> =>
  lesser(spreadsAndNaked(book, pools), nakedMargin(pools.shortCalls, pools.shortPuts, book))

/** Contracts of a series that nothing stands against yet, unsigned. */
interface Open {
  readonly of: OptionTerms
  readonly at: Price
  left: Quantity
}

interface Pools {
  /** Costliest when naked first: calls by rising, puts by falling strike. */
  readonly shortCalls: readonly Open[]
  readonly shortPuts: readonly Open[]
  readonly longCalls: readonly Open[]
  readonly longPuts: readonly Open[]
}

function poolsOf(legs: readonly OptionLeg[]): Pools {
  return {
    shortCalls: shortsOf(legs, 'C'),
    shortPuts: shortsOf(legs, 'P'),
    longCalls: sorted(legs.filter(({ of, held }) => of.right === 'C' && held > 0n)),
    longPuts: sorted(legs.filter(({ of, held }) => of.right === 'P' && held > 0n)),
  }
}

const shortsOf = (legs: readonly OptionLeg[], right: 'C' | 'P'): readonly Open[] =>
  sorted(legs.filter(({ of, held }) => of.right === right && held < 0n))

const sorted = (legs: readonly OptionLeg[]): readonly Open[] =>
  legs
    .map(({ of, at, held }) => ({ of, at, left: magnitude(held) }))
    .toSorted((a, b) => {
      const rising = a.of.strike < b.of.strike ? -1 : a.of.strike > b.of.strike ? 1 : 0
      return a.of.right === 'C' ? rising : -rising
    })

/** Takes from the pools what the shares cover and what protects them; what all of that needs. */
function coverWithStock(book: UnderlyingBook, pools: Pools): MarginRequirement {
  const { shares, spot, currency } = book
  const long = shares >= 0n
  const multiplier = book.legs[0]?.of.multiplier ?? 100n
  const contracts = wholeContracts(magnitude(shares), multiplier)
  const written = long ? pools.shortCalls : pools.shortPuts
  const protection = long ? pools.longPuts : pools.longCalls
  // Longs that stand against shorts of their own kind are worth more there.
  let spare = minus(total(protection), total(long ? pools.shortPuts : pools.shortCalls))
  let uncovered = contracts
  let needed = NOTHING
  const protect = (units: Quantity, call: Open | undefined): Quantity => {
    const found = protection.find(({ of, left }) => left > 0n && (call === undefined || of.expiry === call.of.expiry)) // prettier-ignore
    if (found === undefined || spare <= 0n) return NONE
    const taken = lesser(lesser(units, found.left), spare)
    found.left = minus(found.left, taken)
    spare = minus(spare, taken)
    needed = sum(needed, hedgedStock(book, taken, call, found))
    return taken
  }
  for (const open of written)
    while (open.left > 0n && uncovered > 0n) {
      const units = lesser(open.left, uncovered)
      const hedged = protect(units, open)
      const taken = hedged > 0n ? hedged : units
      if (hedged === 0n) needed = sum(needed, hedgedStock(book, taken, open, undefined))
      open.left = minus(open.left, taken)
      uncovered = minus(uncovered, taken)
    }
  for (let taken = protect(uncovered, undefined); taken > 0n; taken = protect(uncovered, undefined))
    uncovered = minus(uncovered, taken)
  const rest = minus(magnitude(shares), times(minus(contracts, uncovered), multiplier))
  return sum(needed, stockMargin(long ? rest : negative(rest), spot, { multiplier: 1n, currency }))
}

/** Shares of so many contracts with what is written against them and what protects them. */
function hedgedStock(
  { spot, shares, currency }: UnderlyingBook,
  contracts: Quantity,
  written: Open | undefined,
  protection: Open | undefined,
): MarginRequirement {
  const multiplier = (written ?? protection)?.of.multiplier ?? 100n
  const held = times(contracts, multiplier)
  const stock = stockMargin(shares >= 0n ? held : negative(held), spot, { multiplier: 1n, currency }) // prettier-ignore
  const inTheMoney = written === undefined ? ZERO : intrinsic(written.of, spot, contracts)
  const initial = plus(stock.initial, inTheMoney)
  if (protection === undefined) return { initial, maintenance: plus(stock.maintenance, inTheMoney) }
  const strike = notional(contracts, protection.of.strike, protection.of)
  const beyond = outOfTheMoney(protection.of, spot, contracts)
  const protectedBy = plus(fractionOf(strike, 1n, 10n), beyond)
  if (written?.of.strike === protection.of.strike)
    return { initial, maintenance: plus(fractionOf(strike, 1n, 10n), inTheMoney) }
  const other = written === undefined || shares < 0n ? stock.maintenance : fractionOf(notional(contracts, written.of.strike, written.of), 1n, 4n) // prettier-ignore
  return { initial, maintenance: plus(lesser(protectedBy, other), inTheMoney) }
}

/** What is left of the pools, as a universal spread beside what is naked. */
function spreadsAndNaked(book: UnderlyingBook, pools: Pools): Money<Currency> {
  const nakedCalls = unmatched(pools.shortCalls, pools.longCalls)
  const nakedPuts = unmatched(pools.shortPuts, pools.longPuts)
  const shorts = [...less(pools.shortCalls, nakedCalls), ...less(pools.shortPuts, nakedPuts)]
  const lastShort = shorts.reduce((last, { of }) => (of.expiry > last ? of.expiry : last), '')
  const firstShort = shorts.reduce((first, { of }) => (of.expiry < first ? of.expiry : first), lastShort) // prettier-ignore
  // A long counts where it outlives a short; one that every short outlives does not.
  const longs = [...pools.longCalls, ...pools.longPuts].filter(({ of }) => of.expiry >= firstShort)
  const spread = shorts.length === 0 ? ZERO : mostLost(longs, shorts)
  return plus(spread, nakedMargin(nakedCalls, nakedPuts, book))
}

/** Shorts that no long of their kind, expiring no earlier, stands against; each long stands against one. */
function unmatched(shorts: readonly Open[], longs: readonly Open[]): readonly Open[] {
  const free = longs.map((long) => ({ ...long }))
  const latestFirst = shorts.toSorted((a, b) => (a.of.expiry > b.of.expiry ? -1 : a.of.expiry < b.of.expiry ? 1 : 0)) // prettier-ignore
  const naked = new Map<Open, Quantity>()
  for (const short of latestFirst) {
    let left = short.left
    for (const long of free) {
      if (left === 0n || long.of.expiry < short.of.expiry) continue
      const taken = lesser(left, long.left)
      long.left = minus(long.left, taken)
      left = minus(left, taken)
    }
    naked.set(short, left)
  }
  return shorts.map((short) => ({ ...short, left: naked.get(short) ?? NONE }))
}

const less = (all: readonly Open[], part: readonly Open[]): readonly Open[] =>
  all
    .map((open, i) => ({ ...open, left: minus(open.left, part[i]?.left ?? NONE) }))
    .filter(({ left }) => left > 0n)

/**
 * The most that intrinsic values lose at any price: it is found at zero or at a strike, since beyond the highest
 * one no call is short that no call stands against.
 */
function mostLost(longs: readonly Open[], shorts: readonly Open[]): Money<Currency> {
  const strikes = [...longs, ...shorts].map(({ of }) => of.strike)
  return [price('0'), ...strikes].reduce<Money<Currency>>((most, at) => {
    const owed = shorts.reduce((lost, { of, left }) => plus(lost, intrinsic(of, at, left)), ZERO)
    const owned = longs.reduce((held, { of, left }) => plus(held, intrinsic(of, at, left)), ZERO)
    return greater(most, minus(owed, owned))
  }, ZERO)
}

/** Calls and puts of which one at most can end in the money: the dearer of each pair, and the other's premium. */
function nakedMargin(
  calls: readonly Open[],
  puts: readonly Open[],
  book: UnderlyingBook,
): Money<Currency> {
  const [c, p] = [calls.map((open) => ({ ...open })), puts.map((open) => ({ ...open }))]
  let needed = ZERO
  for (;;) {
    const call = c.find(({ left }) => left > 0n)
    const put = p.find(({ left }) => left > 0n)
    if (call === undefined && put === undefined) return needed
    const units = call === undefined || put === undefined ? (call ?? put)?.left ?? NONE : lesser(call.left, put.left) // prettier-ignore
    const [ofCall, ofPut] = [aloneOf(call, units, book), aloneOf(put, units, book)]
    const [premiumC, premiumP] = [premiumOf(call, units), premiumOf(put, units)]
    needed = plus(needed, ofPut > ofCall ? plus(ofPut, premiumC) : plus(ofCall, premiumP))
    for (const open of [call, put]) if (open !== undefined) open.left = minus(open.left, units)
  }
}

const aloneOf = (open: Open | undefined, units: Quantity, book: UnderlyingBook): Money<Currency> =>
  open === undefined
    ? ZERO
    : optionMargin(negative(units), open.at, book.spot, open.of, book.onIndex).initial

const premiumOf = (open: Open | undefined, units: Quantity): Money<Currency> =>
  open === undefined ? ZERO : notional(units, open.at, open.of)

function intrinsic(of: OptionTerms, spot: Price, contracts: Quantity): Money<Currency> {
  const within = of.right === 'C' ? minus(spot, of.strike) : minus(of.strike, spot)
  return notional(contracts, greater(within, price('0')), of)
}

function outOfTheMoney(of: OptionTerms, spot: Price, contracts: Quantity): Money<Currency> {
  const beyond = of.right === 'C' ? minus(of.strike, spot) : minus(spot, of.strike)
  return notional(contracts, greater(beyond, price('0')), of)
}

const ZERO: Money<Currency> = money('0', 'USD')
const NOTHING: MarginRequirement = { initial: ZERO, maintenance: ZERO }
const NONE = quantity('0')
const ONE = 1_000_000_000n

const both = (needed: Money<Currency>): MarginRequirement => ({ initial: needed, maintenance: needed }) // prettier-ignore
const sum = (a: MarginRequirement, b: MarginRequirement): MarginRequirement => ({
  initial: plus(a.initial, b.initial),
  maintenance: plus(a.maintenance, b.maintenance),
})
const total = (pool: readonly Open[]): Quantity =>
  pool.reduce<Quantity>((all, { left }) => plus(all, left), NONE)
const times = (units: Quantity, by: bigint): Quantity => fractionOf(units, by, 1n)
const negative = (units: Quantity): Quantity => fractionOf(units, -1n, 1n)
const wholeContracts = (shares: Quantity, multiplier: bigint): Quantity =>
  fractionOf(quantity('1'), shares / (multiplier * ONE), 1n)
