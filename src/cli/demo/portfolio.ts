/**
 * A portfolio that needs attention, and what it should become: the demo's two halves, drawn by
 * seed from whatever names the market has.
 *
 * What is wrong with it is `TROUBLES`: weights that drifted out of their bands, two names grown too
 * large, flips both ways, names that are held and no longer wanted, names that are wanted and not
 * held, one that cannot be traded, one that nobody has heard of, and too much idle cash. The
 * targets stay inside every limit's warning, and the way there inside a day's turnover.
 */
import { moneyFrom, priceFrom, quantityFor } from '#model/border.ts'
import {
  format,
  minus,
  money,
  notional,
  plus,
  quantity,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'

/** A name that may be held. */
export interface DemoName {
  readonly instrument: InstrumentId
  readonly sector: string
  readonly shortable: boolean
  /** Where it trades at the start, > 0. */
  readonly price: number
}

export interface DemoPortfolio {
  readonly positions: readonly DemoPosition[]
  readonly targets: readonly DemoTarget[]
  /** Decimal text, base currency: what is left of the net asset value. */
  readonly cash: string
  /** Lists on the venue, does not trade. */
  readonly halted: InstrumentId
}

export interface DemoPosition {
  readonly instrument: InstrumentId
  /** Signed, never zero. */
  readonly quantity: Quantity
  readonly averageCost: Price
}

export interface DemoTarget {
  readonly instrument: InstrumentId
  readonly weight: number
}

/** How many names have which trouble. Weights and moves are fractions of net asset value. */
export const TROUBLES = {
  grownTooLarge: [0.056, 0.044],
  grownTarget: 0.03,
  /** Held on one side, wanted on the other; the first long, the second short. */
  flips: [0.009, -0.009],
  untargeted: 3,
  untargetedWeight: 0.008,
  missing: 4,
  missingWeight: 0.011,
  unknown: 'ZZGONE.STK.USD',
  unknownWeight: 0.005,
} as const

/** The quiet part: what most names look like. */
const BOOK = {
  longs: 54,
  shorts: 11,
  longWeight: { least: 0.009, most: 0.017 },
  shortWeight: { least: 0.009, most: 0.014 },
  /** One long or short in so many has left its band. */
  driftedOneIn: 3,
  /** Of the weight: within the hybrid band of 25 %, and beyond it. */
  calm: 0.12,
  drifted: { least: 0.3, most: 0.45 },
  /** Drifts up and down: more names are too small, so that idle cash is put to work. */
  shareTooSmall: 0.65,
  /** Most |weight| of a sector's targets, held under the 16 % that warn. */
  sectorMost: 0.13,
  leastNav: 2_000_000,
  mostNav: 6_000_000,
} as const

/** Names that a demo needs at least. */
export const LEAST_NAMES =
  BOOK.longs +
  BOOK.shorts +
  TROUBLES.grownTooLarge.length +
  TROUBLES.flips.length +
  TROUBLES.untargeted +
  TROUBLES.missing +
  1

/**
 * Draws the portfolio.
 *
 * @param names - at least `LEAST_NAMES`, at least a quarter of them shortable; sorted by instrument
 * @param seed - the same seed and names give the same portfolio
 */
export function demoPortfolio(names: readonly DemoName[], seed: number): DemoPortfolio {
  invariant(names.length >= LEAST_NAMES, `a demo has ${LEAST_NAMES} names to choose from`)
  const stream = randomStream(randomKey(seed, 'demo'))
  const nav = Math.round(BOOK.leastNav + stream.uniform() * (BOOK.mostNav - BOOK.leastNav))
  const weights = drawWeights(acrossSectors(names, stream), stream)
  const positions = weights.flatMap((row) => positionOf(row, nav, stream))
  const invested = positions.reduce((sum, { value }) => plus(sum, value), money('0', 'USD'))
  const halted = weights.find(({ trouble }) => trouble === 'halted')
  invariant(halted !== undefined, 'one name is halted')
  return {
    positions: positions.map(({ position }) => position),
    targets: [
      ...weights.flatMap(({ name, target }) =>
        target === undefined ? [] : [{ instrument: name.instrument, weight: rounded(target) }],
      ),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal in our own grammar
      { instrument: TROUBLES.unknown as InstrumentId, weight: TROUBLES.unknownWeight },
    ],
    cash: format(minus(moneyFrom(nav, 'USD'), invested), 2),
    halted: halted.name.instrument,
  }
}

interface Weighted {
  readonly name: DemoName
  /** Held now; 0: not held. */
  readonly before: number
  /** Undefined: no target. */
  readonly target: number | undefined
  /** `fixed` ones keep their size when a sector is cut. */
  readonly trouble: 'drift' | 'halted' | 'fixed'
}

/** Takes names in turn from each sector, so that no sector is heavy; each sector's own in random order. */
function acrossSectors(names: readonly DemoName[], stream: RandomStream): readonly DemoName[] {
  const shuffled = names
    .map((name) => ({ name, key: stream.uniform() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ name }) => name)
  const bySector = [...Map.groupBy(shuffled, ({ sector }) => sector)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, members]) => members)
  const rounds = Math.max(...bySector.map((members) => members.length))
  return Array.from({ length: rounds }, (_, round) =>
    bySector.flatMap((members) => members[round] ?? []),
  ).flat()
}

function drawWeights(names: readonly DemoName[], stream: RandomStream): readonly Weighted[] {
  const left = [...names]
  const take = (suits: (name: DemoName) => boolean = () => true): DemoName => {
    const place = left.findIndex(suits)
    const [name] = place < 0 ? [] : left.splice(place, 1)
    invariant(name !== undefined, 'the market has enough names of each kind')
    return name
  }
  const shortable = ({ shortable: can }: DemoName) => can
  const quiet = (sign: 1 | -1, name: DemoName): Weighted => {
    const { least, most } = sign > 0 ? BOOK.longWeight : BOOK.shortWeight
    const target = sign * (least + stream.uniform() * (most - least))
    return { name, target, before: target * (1 + drift(stream)), trouble: 'drift' }
  }
  const shorts = times(BOOK.shorts, () => quiet(-1, take(shortable)))
  const flips = TROUBLES.flips.map((before) => ({
    name: take(shortable),
    before,
    target: -before,
    trouble: 'fixed' as const,
  }))
  const grown = TROUBLES.grownTooLarge.map((before) => ({
    name: take(),
    before,
    target: TROUBLES.grownTarget,
    trouble: 'fixed' as const,
  }))
  const unwanted = times(TROUBLES.untargeted, () => ({
    name: take(),
    before: TROUBLES.untargetedWeight,
    target: undefined,
    trouble: 'fixed' as const,
  }))
  const missing = times(TROUBLES.missing, () => ({
    name: take(),
    before: 0,
    target: TROUBLES.missingWeight,
    trouble: 'fixed' as const,
  }))
  const longs = times(BOOK.longs, () => quiet(1, take()))
  const halted = { ...quiet(1, take()), trouble: 'halted' as const }
  const all = [...shorts, ...flips, ...grown, ...unwanted, ...missing, ...longs, halted]
  return withinSectors(all).toSorted((a, b) => (a.name.instrument < b.name.instrument ? -1 : 1))
}

const times = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw)

/** How far a weight has moved from its target, as a fraction of it. */
function drift(stream: RandomStream): number {
  const size =
    stream.below(BOOK.driftedOneIn) === 0
      ? BOOK.drifted.least + stream.uniform() * (BOOK.drifted.most - BOOK.drifted.least)
      : stream.uniform() * BOOK.calm
  return stream.uniform() < BOOK.shareTooSmall ? -size : size
}

/** Cuts the drifting names of a sector that is too heavy, what is held and what is wanted alike. */
function withinSectors(all: readonly Weighted[]): readonly Weighted[] {
  const sectors = Map.groupBy(all, ({ name }) => name.sector)
  // A market without sectors is one bucket; its demo lifts that limit instead (files.ts).
  if (sectors.size === 1) return all
  return [...sectors.values()].flatMap((members) => {
    const fixed = weightOf(members.filter(({ trouble }) => trouble === 'fixed'))
    const drifting = weightOf(members) - fixed
    const scale = Math.min(1, Math.max(0, BOOK.sectorMost - fixed) / drifting)
    return members.map((row) => (row.trouble === 'fixed' ? row : scaled(row, scale)))
  })
}

/** Σ of the heavier side of each name, before or after. */
const weightOf = (rows: readonly Weighted[]): number =>
  rows.reduce((sum, row) => sum + Math.max(Math.abs(row.target ?? 0), Math.abs(row.before)), 0)

const scaled = (row: Weighted, by: number): Weighted => ({
  ...row,
  before: row.before * by,
  target: row.target === undefined ? undefined : row.target * by,
})

/** Whole shares at today's price, at least one; bought at some price of the past. */
function positionOf(
  { name, before }: Weighted,
  nav: number,
  stream: RandomStream,
): { readonly position: DemoPosition; readonly value: ReturnType<typeof money<'USD'>> }[] {
  const cost = name.price * (0.7 + 0.6 * stream.uniform())
  if (before === 0) return []
  const stock = { multiplier: 1n, lot: ONE_SHARE, currency: 'USD' } as const
  const at = priceFrom(name.price)
  const held = quantityFor(before, at, stock, 1, moneyFrom(nav, 'USD'), 'away-from-zero')
  const averageCost = priceFrom(Math.round(cost * 100) / 100)
  const position = { instrument: name.instrument, quantity: held, averageCost }
  return [{ position, value: notional(held, at, stock) }]
}

const ONE_SHARE = quantity('1')

/** Four decimals: what a person would write. */
const rounded = (weight: number): number => Math.round(weight * 10_000) / 10_000
