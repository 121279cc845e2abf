/**
 * From changes of holdings to the lines of a plan: sides, prices, costs, margin, waves, and the
 * reason of each in words.
 */
import { moneyFrom, priceFrom, snapPrice, toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { format, magnitude, minus, plus, roundTo, type Price, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { isBuying, isReducing, type Side } from '#model/order.ts'
import type { LineReason, PlanLine } from '#model/plan.ts'
import { levelOf, type Limit } from '#risk/limits.ts'
import type { TradeCost } from '#costs/trade-cost.ts'
import { marginFreed, type Margin, type Names } from '#construction/margin.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { CostModel } from '#construction/predicted-cost.ts'
import { percent } from '#construction/reasons.ts'
import { legsOf, notionalOf, sideOf, weightOfHolding } from '#construction/trade.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'
import {
  assignWaves,
  worseOf,
  type CornerFigures,
  type WaveBook,
  type WaveBounds,
  type Waves,
} from '#construction/waves.ts'

/** One name's change and why. */
export interface Change {
  readonly name: ValuedName
  readonly change: Quantity
  readonly reason: Pick<LineReason, 'rule' | 'text' | 'weightTarget'>
  /** Of a unit of exposure over the horizon; 0 where nothing is forecast. */
  readonly expectedReturn: number
}

export interface Lines {
  readonly A: readonly PlanLine[]
  readonly B: readonly PlanLine[]
  readonly costs: readonly TradeCost[]
  /** Worst corners of the whole run, wave after wave. */
  readonly worst: CornerFigures
}

type Asked = Pick<PlanInputs, 'execution' | 'limits' | 'snapshot'>

export function linesOf(
  { execution, limits, snapshot }: Asked,
  book: ValuedBook,
  changes: readonly Change[],
  cost: CostModel,
): Lines {
  const names: Names = new Map(book.names.map((name) => [name.id, name]))
  const drafts = changes.flatMap((change) => draftsOf(change, names, cost))
  const A = drafts.filter(({ side }) => isReducing(side)).toSorted(byMarginFreed)
  const B = drafts.filter(({ side }) => !isReducing(side)).toSorted(byAlphaPerCost)
  const bounds = boundsOf(limits)
  const wavesOfA = waves(bookOf(book), A, bounds, book.nav)
  const wavesOfB = waves(wavesOfA.after, B, bounds, book.nav)
  const line = (phase: 'A' | 'B', numbers: Waves['numbers']) => (draft: Draft, i: number) =>
    lineOf(draft, `${phase}${i + 1}`, numbers.get(keyOf(draft)) ?? 1, execution, snapshot, book.nav)
  return {
    A: inWaveOrder(A, wavesOfA.numbers).map(line('A', wavesOfA.numbers)),
    B: inWaveOrder(B, wavesOfB.numbers).map(line('B', wavesOfB.numbers)),
    costs: drafts.map((draft) => draft.cost),
    worst: worseOf(wavesOfA.worst, wavesOfB.worst),
  }
}

/** One leg of a change, before it has its place. */
interface Draft {
  readonly name: ValuedName
  readonly instrument: Instrument
  readonly side: Side
  /** Holding before and after the leg. */
  readonly from: Quantity
  readonly to: Quantity
  readonly cost: TradeCost
  readonly margin: Margin
  readonly reason: Change['reason']
  /** Expected return of the leg over its horizon, bps of notional. */
  readonly alphaBps: number
}

function draftsOf(
  { name, change, reason, expectedReturn }: Change,
  names: Names,
  cost: CostModel,
): Draft[] {
  const { instrument, held } = name
  if (instrument === undefined) return []
  const { reduction, addition } = legsOf(held, change)
  const flip = reduction !== 0n && addition !== 0n
  const draft = (size: Quantity, from: Quantity, reduces: boolean): Draft[] => {
    if (size === 0n) return []
    const to = plus(from, size)
    return [
      {
        name,
        instrument,
        side: sideOf(size, reduces),
        from,
        to,
        cost: cost(name, size),
        margin: marginFreed(name, from, to, names),
        reason: flip ? { ...reason, rule: 'flip' } : reason,
        alphaBps: alphaBpsOf(name, size, expectedReturn),
      },
    ]
  }
  return [...draft(reduction, held, true), ...draft(addition, plus(held, reduction), false)]
}

/** A trade's exposure makes the forecast; its notional is what bps are of. */
function alphaBpsOf(name: ValuedName, size: Quantity, expectedReturn: number): number {
  if (expectedReturn === 0) return 0
  const notional = notionalOf(name, size)
  return notional > 0
    ? (toNumber(size) * name.unitExposure * expectedReturn * 10_000) / notional
    : 0
}

const keyOf = ({ name, side }: Draft): string => `${name.id} ${side}`

/** Most margin freed per dollar first; a cover before a sale that frees as much; then the largest. */
function byMarginFreed(a: Draft, b: Draft): number {
  return (
    compare(perDollar(b, b.margin.initial), perDollar(a, a.margin.initial)) ||
    compare(perDollar(b, b.margin.maintenance), perDollar(a, a.margin.maintenance)) ||
    byGap(a, b)
  )
}

/** Most expected return per unit of cost first; where nothing is forecast the largest. */
const byAlphaPerCost = (a: Draft, b: Draft): number =>
  compare(alphaPerCost(b), alphaPerCost(a)) || byGap(a, b)

const alphaPerCost = ({ alphaBps, cost }: Draft): number => Math.round((alphaBps / Math.max(cost.totalBps, LEAST_COST_BPS)) * 1e6) / 1e6 // prettier-ignore

/** A cheaper trade than this is as cheap. */
const LEAST_COST_BPS = 0.01

/** Largest first, then by name. */
function byGap(a: Draft, b: Draft): number {
  return compare(b.cost.notional, a.cost.notional) || byCodeUnit(a.name.id, b.name.id)
}

const perDollar = ({ cost }: Draft, freed: number): number =>
  cost.notional > 0 ? Math.round((freed / cost.notional) * 1e6) / 1e6 : 0
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

function boundsOf(limits: readonly Limit[]): WaveBounds {
  return {
    gross: levelOf(limits, 'grossLeverage', 'breach'),
    net: levelOf(limits, 'netLeverage', 'breach'),
    position: levelOf(limits, 'largestPosition', 'breach'),
    cash: 0,
  }
}

function bookOf({ names, cash, nav }: ValuedBook): WaveBook {
  return {
    weights: new Map(names.map(({ id, weight }) => [id, weight])),
    facts: new Map(names.map(({ id, facts }) => [id, facts])),
    cash: cash / nav,
  }
}

function waves(book: WaveBook, drafts: readonly Draft[], bounds: WaveBounds, nav: number): Waves {
  const orders = drafts.map((draft) => ({
    id: keyOf(draft),
    instrument: draft.name.id,
    weight: weightOfHolding(draft.name, minus(draft.to, draft.from), nav),
    cash: (-toNumber(minus(draft.to, draft.from)) * draft.name.unitCash) / nav,
  }))
  return assignWaves(book, orders, bounds)
}

const inWaveOrder = (drafts: readonly Draft[], numbers: Waves['numbers']): Draft[] =>
  drafts.toSorted((a, b) => (numbers.get(keyOf(a)) ?? 0) - (numbers.get(keyOf(b)) ?? 0))

function lineOf(
  { name, instrument, side, from, to, cost, margin, reason, alphaBps }: Draft,
  id: string,
  wave: number,
  execution: PlanInputs['execution'],
  { baseCurrency }: PlanInputs['snapshot'],
  nav: number,
): PlanLine {
  const limitPrice = execution.orderType === 'limit' ? limitPriceOf(name, instrument, side, execution.collarBps) : undefined // prettier-ignore
  const size = magnitude(minus(to, from))
  const weightBefore = weightOfHolding(name, from, nav)
  const weightAfter = weightOfHolding(name, to, nav)
  return {
    id,
    instrument: name.id,
    conId: instrument.conId,
    symbol: instrument.symbol,
    assetClass: instrument.assetClass,
    side,
    quantity: size,
    orderType: limitPrice === undefined ? 'MKT' : 'LMT',
    ...(limitPrice === undefined ? {} : { limitPrice }),
    timeInForce: isReducing(side) ? 'DAY' : 'GTD',
    algo: limitPrice === undefined ? 'market' : 'marketable-limit',
    guardPrice: priceFrom(name.price),
    expectedAlphaBps: alphaBps,
    estimatedCostBps: cost.totalBps,
    marginFreed: roundTo(moneyFrom(margin.initial, baseCurrency), CENT, 'half-even'),
    wave,
    reason: {
      ...reason,
      text: `${reason.text}; ${side} ${format(size)} takes it from ${percent(weightBefore)} to ${percent(weightAfter)}`,
      weightBefore,
      weightAfter,
    },
  }
}

const CENT = 10_000_000n

/** The touch and a collar beyond it, snapped so that the collar is not crossed. */
function limitPriceOf(
  { quote, price }: ValuedName,
  { priceIncrements }: Instrument,
  side: Side,
  collarBps: number,
): Price {
  const collar = collarBps / 10_000
  return isBuying(side)
    ? snapPrice((quote?.ask ?? price) * (1 + collar), priceIncrements, 'down')
    : snapPrice((quote?.bid ?? price) * (1 - collar), priceIncrements, 'up')
}
