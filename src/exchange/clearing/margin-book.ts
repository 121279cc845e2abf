/**
 * The account's figures, kept up to date instead of computed: each group's part is remembered, and only what a
 * trade, an order or a new mark has touched is reckoned again.
 *
 * A trial of an order reckons its own group with the order in it and takes the rest as it stands: its cost
 * does not grow with the number of holdings or orders. Working orders that add exposure are in the account's
 * *claims*: what it would be if they filled whole.
 */
import { NANOS, fractionOf, greater, magnitude, minus, money, plus, quantity, type Currency, type Money } from '#model/fixed.ts' // prettier-ignore
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { CLASS_RATES, forexDeposit } from '#schedules/margin-presets.ts'
import type { ClearingAccount } from '#exchange/clearing/clearing.ts'
import { groupOf, type Exposure, type MarginRules } from '#exchange/clearing/exposure.ts'
import { NO_FIGURES, groupFigures, type GroupFigures } from '#exchange/clearing/group-margin.ts'
import {
  NOTHING_SEEN,
  isUnchanged,
  rememberedIn,
  type PricesSeen,
} from '#exchange/clearing/prices-seen.ts'
import { toBase, type Marks } from '#exchange/clearing/valuation.ts'

/** What an order would do if it filled whole. */
export interface Claim {
  readonly instrument: Instrument
  readonly exposure: Exposure
  /** By currency, signed as the account sees it; commission included. */
  readonly cash: readonly (readonly [Currency, Money<Currency>])[]
}

/** Base currency. */
export interface AccountSums extends GroupFigures {
  readonly cash: Money<Currency>
}

export interface MarginBook {
  /** The account as it stands. */
  standing(now: EpochMs): AccountSums
  /** As if every claim but those named had come true, and `claim` too. @param without - keys */
  trial(claim: Claim, now: EpochMs, without: readonly number[]): AccountSums
  /** As if `claim` alone had come true. */
  alone(claim: Claim, now: EpochMs): AccountSums
  /** Whether the claim raises what its own group needs to open. */
  raises(claim: Claim, now: EpochMs): boolean
  /** An order claims: how is asked when it matters; undefined takes it back. */
  claim(key: number, instrument: Instrument, claim: (() => Claim | undefined) | undefined): void
  /** What the claims of working orders take of a currency beyond what they bring, ≥ 0. */
  spoken(currency: Currency, now: EpochMs, without: readonly number[]): Money<Currency>
  /** A holding changed. */
  touched(instrument: Instrument): void
  /** Marks or rules are others: everything is reckoned anew. */
  remark(): void
  /** All of it computed from nothing: what the rest must equal. */
  afresh(now: EpochMs): AccountSums
}

interface Group {
  readonly members: Set<InstrumentId>
  /** Whose marks it has ever looked at. */
  readonly marked: Set<InstrumentId>
  readonly claims: Map<number, () => Claim | undefined>
  figures: GroupFigures
  /** The prices that `figures` are of. */
  priced: PricesSeen
  /** Beyond `figures` if the claims came true, and the cash they take. */
  claimed: { readonly figures: GroupFigures; readonly cash: Claim['cash'] }
}

const ZERO: Money<Currency> = money('0', 'USD')
const NONE = quantity('0')
const UNCLAIMED: Group['claimed'] = { figures: NO_FIGURES, cash: [] }

export function marginBook(
  clearing: () => ClearingAccount,
  marks: Marks,
  baseCurrency: Currency,
  rulesAt: (asOf: EpochMs) => MarginRules,
): MarginBook {
  const groups = new Map<string, Group>()
  const dirty = new Set<Group>()
  const claiming = new Set<Group>()
  let total = NO_FIGURES
  let claimed = NO_FIGURES
  const claimedCash = new Map<Currency, Money<Currency>>()
  let rules: MarginRules | undefined
  /** The marks' instant that the groups are of; others move the marks too. */
  let reckonedAt = Number.NaN

  const group = (of: Instrument): Group => {
    const key = groupOf(of)
    const known = groups.get(key)
    known?.marked.add(of.id)
    if (known !== undefined) return known
    const marked = new Set([of.id, ...(of.assetClass === 'OPT' ? [of.underlying] : [])])
    const fresh: Group = { members: new Set(), marked, claims: new Map(), figures: NO_FIGURES, priced: NOTHING_SEEN, claimed: UNCLAIMED } // prettier-ignore
    groups.set(key, fresh)
    return fresh
  }
  const exposuresOf = ({ members }: Group): Exposure[] =>
    [...members].flatMap((id) => clearing().holding(id) ?? [])
  const currentRules = () => (rules ??= rulesAt(marks.asOf))

  /** What guards may not fill, and what it guards does: a requirement is never less than without the guards. */
  const afterAll = (exposures: readonly Exposure[], claims: readonly Claim[], tried?: Claim) => {
    const all = groupFigures(joined(exposures, claims), marks, currentRules())
    const bare = claims.filter((claim) => claim === tried || isWritten(claim))
    if (bare.length === claims.length || bare.length === 0) return all
    const alone = groupFigures(joined(exposures, bare), marks, currentRules())
    return { ...all, initial: greater(all.initial, alone.initial), maintenance: greater(all.maintenance, alone.maintenance) } // prettier-ignore
  }

  const reckon = (of: Group) => {
    const exposures = exposuresOf(of)
    of.priced = { marks: new Map(), rates: new Map() }
    const figures = groupFigures(exposures, rememberedIn(of.priced, marks), currentRules())
    total = changed(total, of.figures, figures)
    of.figures = figures
    const claims = worstSides(
      exposures,
      [...of.claims.values()].flatMap((ask) => ask() ?? []),
    )
    const after = claims.length === 0 ? UNCLAIMED : {
      figures: differenceOf(afterAll(exposures, claims), figures),
      cash: claims.flatMap(({ cash }) => cash),
    } // prettier-ignore
    claimed = changed(claimed, of.claimed.figures, after.figures)
    addCash(claimedCash, of.claimed.cash, -1n)
    addCash(claimedCash, after.cash, 1n)
    of.claimed = after
    if (claims.length === 0) claiming.delete(of)
    else claiming.add(of)
  }
  const refresh = (now: EpochMs) => {
    marks.moveTo(now)
    if (marks.asOf !== reckonedAt) {
      const before = rules
      reckonedAt = marks.asOf
      rules = undefined
      const isAlike = before !== undefined && areAlike(before, currentRules())
      for (const of of groups.values())
        if (of.claims.size > 0 || (of.members.size > 0 && !(isAlike && isUnchanged(of.priced, marks)))) dirty.add(of) // prettier-ignore
    }
    for (const of of dirty) reckon(of)
    dirty.clear()
  }
  const withCash = (
    figures: GroupFigures,
    moved: ReadonlyMap<Currency, Money<Currency>>,
  ): AccountSums => {
    const balances = clearing().cash()
    let [cash, initial, maintenance] = [ZERO, figures.initial, figures.maintenance]
    const currencies = moved.size === 0 ? balances.keys() : new Set([...balances.keys(), ...moved.keys()]) // prettier-ignore
    for (const currency of currencies) {
      const balance = plus(balances.get(currency) ?? ZERO, moved.get(currency) ?? ZERO)
      const inBase = toBase(balance, marks.rate(currency))
      cash = plus(cash, inBase)
      const deposit = depositOf(inBase, currency)
      initial = plus(initial, deposit.initial)
      maintenance = plus(maintenance, deposit.maintenance)
    }
    return { ...figures, cash, net: plus(figures.net, cash), initial, maintenance }
  }
  const depositOf = (inBase: Money<Currency>, currency: Currency) => {
    const { preset } = currentRules()
    if (currency === baseCurrency || preset === 'cash') return { initial: ZERO, maintenance: ZERO }
    const needed = forexDeposit(inBase, currency)
    if (preset !== 'class-rates') return { initial: needed, maintenance: needed }
    const { initialBps, maintenanceBps } = CLASS_RATES.CASH
    const size = inBase < 0n ? minus(ZERO, inBase) : inBase
    return { initial: fractionOf(size, initialBps, 10_000n), maintenance: fractionOf(size, maintenanceBps, 10_000n) } // prettier-ignore
  }

  const tried = (claim: Claim, withClaims: boolean, without: readonly number[]): AccountSums => {
    const own = group(claim.instrument)
    const exposures = exposuresOf(own)
    const asked = withClaims ? [...own.claims].flatMap(([key, ask]) => (without.includes(key) ? [] : (ask() ?? []))) : [] // prettier-ignore
    const claims = [...worstSides(exposures, asked, claim), claim]
    const moved = new Map(withClaims ? claimedCash : [])
    if (withClaims) addCash(moved, own.claimed.cash, -1n)
    for (const { cash } of claims) addCash(moved, cash, 1n)
    const after = afterAll(exposures, claims, claim)
    const rest = withClaims ? changed(added(total, claimed), own.claimed.figures, NO_FIGURES) : total // prettier-ignore
    return withCash(changed(rest, own.figures, after), moved)
  }

  return {
    standing: (now) => {
      refresh(now)
      return withCash(total, new Map())
    },
    trial: (claim, now, without) => {
      refresh(now)
      return tried(claim, true, without)
    },
    alone: (claim, now) => {
      refresh(now)
      return tried(claim, false, [])
    },
    raises: (claim, now) => {
      refresh(now)
      const own = group(claim.instrument)
      const after = groupFigures(joined(exposuresOf(own), [claim]), marks, currentRules())
      return after.initial > own.figures.initial
    },
    claim: (key, instrument, ask) => {
      const own = group(instrument)
      if (ask === undefined) own.claims.delete(key)
      else own.claims.set(key, ask)
      dirty.add(own)
    },
    spoken: (currency, now, without) => {
      refresh(now)
      let taken = ZERO
      for (const { claims } of claiming)
        for (const [key, ask] of claims)
          for (const [of, amount] of without.includes(key) ? [] : (ask()?.cash ?? []))
            if (of === currency && amount < 0n) taken = minus(taken, amount)
      return taken
    },
    touched: (instrument) => {
      const own = group(instrument)
      if ((clearing().holding(instrument.id)?.quantity ?? 0n) === 0n)
        own.members.delete(instrument.id)
      else own.members.add(instrument.id)
      // Options are marked by what they are on: a trade in one of them moves them all.
      for (const id of own.marked) marks.forget(id)
      dirty.add(own)
    },
    remark: () => {
      marks.forgetAll()
      rules = undefined
      for (const of of groups.values()) dirty.add(of)
    },
    afresh: (now) => {
      marks.moveTo(now)
      const byGroup = Map.groupBy(clearing().holdings(), ({ instrument }) => groupOf(instrument))
      const sums = [...byGroup.values()].reduce((sum, held) => added(sum, groupFigures(held, marks, rulesAt(marks.asOf))), NO_FIGURES) // prettier-ignore
      return withCash(sums, new Map())
    },
  }
}

/** Stress prices options by the time they have left, so that its rules are never those of before. */
const areAlike = (before: MarginRules, now: MarginRules): boolean =>
  now.preset !== 'portfolio' &&
  before.preset === now.preset &&
  before.rate === now.rate &&
  before.intraday.futures === now.intraday.futures &&
  before.intraday.stocks === now.intraday.stocks

/**
 * Of orders on both sides of an instrument either may fill and the other not: the side that leads further from
 * nothing counts, and where an order is tried, its own side.
 */
function worstSides(
  exposures: readonly Exposure[],
  claims: readonly Claim[],
  tried?: Claim,
): readonly Claim[] {
  if (claims.length === 0 || (claims.length === 1 && tried === undefined)) return claims
  const sides = Map.groupBy(claims, ({ instrument }) => instrument.id)
  return [...sides].flatMap(([id, all]) => {
    const [bought, sold] = [all.filter(isBought), all.filter((claim) => !isBought(claim))]
    if (tried?.instrument.id === id) return isBought(tried) ? bought : sold
    const held = exposures.find(({ instrument }) => instrument.id === id)?.quantity ?? NONE
    const after = (side: readonly Claim[]) =>
      magnitude(side.reduce((sum, { exposure }) => plus(sum, exposure.quantity), held))
    return after(bought) >= after(sold) ? bought : sold
  })
}

const isWritten = ({ instrument, exposure }: Claim): boolean =>
  instrument.assetClass === 'OPT' && exposure.quantity < 0n

const isBought = ({ exposure }: Claim): boolean => exposure.quantity > 0n

/** Positions after claims: quantities and costs add up. */
function joined(exposures: readonly Exposure[], claims: readonly Claim[]): readonly Exposure[] {
  const all = new Map(exposures.map((exposure) => [exposure.instrument.id, exposure]))
  for (const { exposure } of claims) {
    const held = all.get(exposure.instrument.id)
    all.set(exposure.instrument.id, held === undefined ? exposure : { instrument: held.instrument, quantity: plus(held.quantity, exposure.quantity), cost: plus(held.cost, exposure.cost) }) // prettier-ignore
  }
  return [...all.values()].filter(({ instrument }) => instrument.assetClass !== 'CASH')
}

const combine = (
  a: GroupFigures,
  b: GroupFigures,
  by: (x: Money<Currency>, y: Money<Currency>) => Money<Currency>,
): GroupFigures => ({
  net: by(a.net, b.net),
  withoutLoan: by(a.withoutLoan, b.withoutLoan),
  gross: by(a.gross, b.gross),
  initial: by(a.initial, b.initial),
  maintenance: by(a.maintenance, b.maintenance),
})
const added = (a: GroupFigures, b: GroupFigures) => combine(a, b, (x, y) => plus(x, y))
const differenceOf = (a: GroupFigures, b: GroupFigures) => combine(a, b, (x, y) => minus(x, y))
const changed = (sum: GroupFigures, from: GroupFigures, to: GroupFigures) =>
  from === to ? sum : added(differenceOf(sum, from), to)

function addCash(sums: Map<Currency, Money<Currency>>, rows: Claim['cash'], sign: 1n | -1n): void {
  for (const [currency, amount] of rows)
    sums.set(currency, plus(sums.get(currency) ?? ZERO, fractionOf(amount, sign * NANOS, NANOS)))
}
