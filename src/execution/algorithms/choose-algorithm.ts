/**
 * Which algorithm works an order: by its size in the day's volume, the spread, how fast its reason fades and how far
 * that is believed. The first row of the table that fits is taken; a person may take another.
 */
import { impactBps } from '#costs/impact.ts'
import type { AssetClass } from '#model/instrument.ts'
import { MINUTE_MS } from '#model/time.ts'
import type { AlgorithmName } from '#execution/algorithms/algorithm.ts'
import type { DecayingAlpha, UsualMarket } from '#execution/algorithms/parent-order.ts'
import { predictedCost, type PredictedCost } from '#execution/algorithms/predicted-cost.ts'

export interface OrderToWork {
  /** > 0 */
  readonly units: number
  /** From now to its deadline, and a whole session, > 0. */
  readonly timeMs: number
  readonly sessionMs: number
  /** λ times the multiplier, per unit of quote currency, ≥ 0. */
  readonly riskAversion: number
  readonly alpha?: DecayingAlpha
  /** How far the alpha is believed, 0 to 1. */
  readonly confidence: number
}

export interface MarketNow {
  readonly assetClass: AssetClass
  /** > 0 */
  readonly mid: number
  /** (ask − bid) / mid now, fraction ≥ 0. */
  readonly spread: number
  readonly usual: UsualMarket
}

export interface Choice {
  readonly algorithm: AlgorithmName
  readonly cost: PredictedCost
  /** What one market order now is predicted to cost: half the spread and the square-root law. */
  readonly atMarketBps: number
  readonly why: string
}

/** One row: what an order must be for an algorithm to be taken. */
export interface ChoiceRow {
  readonly algorithm: AlgorithmName
  /** The order's share of a day's volume: above `over`, up to `upTo`. */
  readonly over: number
  readonly upTo: number
  /** The spread is at least so wide, bps. */
  readonly leastSpreadBps: number
  /** Only for an alpha that is believed and half gone before half the time is. */
  readonly hurried: boolean
  /** Only where the name's volume curve is known. */
  readonly byCurve: boolean
  readonly why: string
}

/** An alpha that is believed less than this hurries nobody. */
export const BELIEVED = 0.5

// prettier-ignore
export const CHOICES: readonly ChoiceRow[] = [
  { algorithm: 'passive-then-cross',       over: 0,      upTo: 0.0005,   leastSpreadBps: 0,  hurried: false, byCurve: false, why: 'it is no more than a few touches: waiting at the price earns the spread and moves nothing' },
  { algorithm: 'implementation-shortfall', over: 0.0005, upTo: Infinity, leastSpreadBps: 0,  hurried: true,  byCurve: false, why: 'its reason fades sooner than its time is up: the trajectory weighs that against impact' },
  { algorithm: 'participation',            over: 0.02,   upTo: Infinity, leastSpreadBps: 0,  hurried: false, byCurve: false, why: 'it is a large part of the day: it goes as fast as others trade, and no faster' },
  { algorithm: 'iceberg',                  over: 0.0005, upTo: 0.005,    leastSpreadBps: 10, hurried: false, byCurve: false, why: 'the spread is dear to cross and the order would be seen: it waits and shows little' },
  { algorithm: 'vwap',                     over: 0.005,  upTo: 0.02,     leastSpreadBps: 0,  hurried: false, byCurve: true,  why: 'it is a fair part of the volume: it goes with the hours that trade most' },
  { algorithm: 'twap',                     over: 0,      upTo: Infinity, leastSpreadBps: 0,  hurried: false, byCurve: false, why: 'nothing speaks for haste or for certain hours: evenly in time' },
]

/** @param asked - what a person wants instead */
export function chooseAlgorithm(
  order: OrderToWork,
  market: MarketNow,
  asked?: AlgorithmName,
): Choice {
  const share = order.units / market.usual.dailyVolume
  const row = CHOICES.find((candidate) => fits(candidate, order, market, share))
  const algorithm = asked ?? row?.algorithm ?? 'twap'
  const { mid, spread, usual, assetClass } = market
  const traded = { assetClass, dailyVolatility: usual.dailyVolatility, dailyValue: usual.dailyVolume * mid } // prettier-ignore
  return {
    algorithm,
    cost: predictedCost(algorithm, order, market),
    atMarketBps: (spread / 2) * 10_000 + impactBps(traded, order.units * mid),
    why: `${figuresOf(order, market, share)}: ${reasonOf(row, asked)}`,
  }
}

function fits(row: ChoiceRow, order: OrderToWork, market: MarketNow, share: number): boolean {
  if (share <= row.over || share > row.upTo) return false
  if (market.spread * 10_000 < row.leastSpreadBps) return false
  if (row.byCurve && market.usual.volumeCurve.length < 2) return false
  return !row.hurried || isHurried(order)
}

/** Whether the alpha speaks for trading fast. */
const isHurried = ({ alpha, confidence, timeMs }: OrderToWork): boolean =>
  alpha !== undefined &&
  alpha.totalBps > 0 &&
  confidence >= BELIEVED &&
  alpha.halfLifeMs < timeMs / 2

function figuresOf(
  { alpha, confidence }: OrderToWork,
  { spread }: MarketNow,
  share: number,
): string {
  const size = `${(share * 100).toFixed(2)} % of a day's volume`
  const width = `a spread of ${(spread * 10_000).toFixed(1)} bps`
  if (alpha === undefined) return `${size}, ${width}`
  const minutes = Math.round(alpha.halfLifeMs / MINUTE_MS)
  return `${size}, ${width}, an alpha of ${alpha.totalBps.toFixed(1)} bps half gone in ${minutes} min and believed to ${Math.round(confidence * 100)} %`
}

const reasonOf = (row: ChoiceRow | undefined, asked: AlgorithmName | undefined): string =>
  asked === undefined
    ? (row?.why ?? 'evenly in time')
    : `${asked} was asked for instead of ${row?.algorithm ?? 'twap'}`
