/**
 * The knots of one stock's trading day: of the regular session, whose path the day's bar admits, and of the
 * hours before and after it, whose paths lead from one session's close to the next one's open.
 *
 * Auctions take their shares of the regular volume; each knot of the rest is worth a print, and the day's two
 * extremes are printed even where there are fewer units than knots. Outside regular hours the log price is a
 * Brownian bridge over the evening, the night (a jump, at which nothing trades) and the morning.
 *
 * Sources: V. Bogousslavsky & D. Muravyev, "Who Trades at the Close? Implications for Price Discovery and
 * Liquidity", Journal of Financial Markets 66 (2023): closing auctions 7.5 % of volume in 2018; M. Barclay &
 * T. Hendershott, "Price Discovery and Trading After Hours", Review of Financial Studies 16 (2003): volume after
 * hours under 2 % each side, and how much of a day's price discovery falls into it.
 */
import type { PriceBar } from '#marketdata/price-bar.ts'
import { childKey, fillNormals, normalAt, type RandomKey } from '#numerics/random.ts'
import type { PathKnots } from '#exchange/market-model.ts'
import { STEPS, type IntradayPath } from '#exchange/market/intraday-path.ts'
import { evenVolumeShares } from '#exchange/market/volume-curve.ts'

export const DAY_SHAPE = {
  /** Shares of the day's regular volume. */
  openingAuction: 0.015,
  closingAuction: 0.075,
  /** On top of the regular volume, as a share of it. */
  morningVolume: 0.012,
  eveningVolume: 0.008,
  /** How much of the way from close to open is gone when the evening ends. */
  eveningShare: 0.3,
  /** Standard deviation of the way's own noise in the evening and in the morning, in daily volatilities. */
  extendedVolatility: 0.2,
  /** Knots outside regular hours: some each minute where most trades. */
  extendedKnots: 240,
} as const

const REGULAR_SHARES = evenVolumeShares(STEPS)
/** Trading dies away after the close, and comes to life towards the open. */
const EVENING_SHARES = Float64Array.from(
  { length: DAY_SHAPE.extendedKnots + 1 },
  (_, i) => (i / DAY_SHAPE.extendedKnots) * (i / DAY_SHAPE.extendedKnots),
)
const MORNING_SHARES = EVENING_SHARES.map((_, i) => 1 - (EVENING_SHARES.at(-1 - i) ?? 0))

/** Of the regular session. @param hasAuctions - whether its ends are auctions */
export function regularKnots(
  bar: PriceBar,
  path: IntradayPath,
  key: RandomKey,
  hasAuctions: boolean,
): PathKnots {
  const volume = Math.round(bar.volume)
  const isEnough = hasAuctions && volume >= LEAST_FOR_AUCTIONS
  const opening = isEnough ? Math.max(1, Math.round(volume * DAY_SHAPE.openingAuction)) : 0
  const closing = isEnough ? Math.max(1, Math.round(volume * DAY_SHAPE.closingAuction)) : 0
  const prices = path.knots
  const traded = spread(volume - opening - closing, prices, extremesOf(prices), hasAuctions)
  return { key, shares: REGULAR_SHARES, prices, traded, opening, closing }
}

/** One each for the open, the close, the high and the low. */
const LEAST_FOR_AUCTIONS = 4

/**
 * Whole units until each knot, evenly, some of them kept for each of the knots that must trade.
 *
 * What trades less than two round lots between knots trades in round lots, and not between all of them: else a thin
 * name would print nothing but odd lots, which set no price.
 *
 * @param hasLots - whether sizes under a round lot are odd
 */
function spread(
  units: number,
  { length }: Float64Array,
  kept: readonly number[],
  hasLots: boolean,
): Float64Array {
  const isThin =
    hasLots && units < 2 * ROUND_LOT * (length - 1) && units >= ROUND_LOT * (kept.length + 1)
  const grain = isThin ? ROUND_LOT : 1
  const traded = new Float64Array(length)
  const musts = units >= kept.length ? kept : []
  const rest = Math.max(0, units - musts.length * grain)
  for (let i = 0; i < length; i++) {
    const even = i === length - 1 ? rest : Math.floor((rest * i) / (length - 1) / grain) * grain
    traded[i] = even + musts.filter((must) => must <= i).length * grain
  }
  return traded
}

/** Shares. */
const ROUND_LOT = 100

/** The first knots after the open at the highest and at the lowest price. */
function extremesOf(prices: Float64Array): readonly number[] {
  let [high, low] = [0, 0]
  for (let i = 1; i < prices.length; i++) {
    if (priceAt(prices, i) > priceAt(prices, high)) high = i
    if (priceAt(prices, i) < priceAt(prices, low)) low = i
  }
  return [high, low].filter((i) => i > 0)
}

/** The way from one close to the next open. */
export interface Overnight {
  /** On the basis of the later day. */
  readonly close: number
  readonly open: number
  /** Standard deviation of a day's log return, ≥ 0. */
  readonly dailyVolatility: number
  /** Units of the regular session that the stretch lies beside. */
  readonly volume: number
  /** Names the night. */
  readonly key: RandomKey
}

/** From the close until the evening ends, on the later day's basis. */
export function eveningKnots(night: Overnight): PathKnots {
  const prices = bridge(night.close, nightPrice(night), night, 1)
  const units = Math.floor(night.volume * DAY_SHAPE.eveningVolume)
  return { key: childKey(night.key, 3), shares: EVENING_SHARES, prices, traded: spread(units, prices, [], true), opening: 0, closing: 0 } // prettier-ignore
}

/** From the price of the night until the open. */
export function morningKnots(night: Overnight): PathKnots {
  const prices = bridge(nightPrice(night), night.open, night, 2)
  const units = Math.floor(night.volume * DAY_SHAPE.morningVolume)
  return { key: childKey(night.key, 4), shares: MORNING_SHARES, prices, traded: spread(units, prices, [], true), opening: 0, closing: 0 } // prettier-ignore
}

/** Where the price stands all night. */
export function nightPrice({ close, open, dailyVolatility, key }: Overnight): number {
  const drift = DAY_SHAPE.eveningShare * Math.log(open / close)
  return close * Math.exp(drift + DAY_SHAPE.extendedVolatility * dailyVolatility * normalAt(key, 0))
}

function bridge(from: number, to: number, night: Overnight, stream: number): Float64Array {
  const knots = DAY_SHAPE.extendedKnots
  const noise = new Float64Array(knots)
  fillNormals(childKey(night.key, stream), noise)
  const drift = noise.reduce((sum, move) => sum + move, 0) / knots
  const scale = (DAY_SHAPE.extendedVolatility * night.dailyVolatility) / Math.sqrt(knots)
  const way = Math.log(to / from)
  const prices = new Float64Array(knots + 1)
  let deviation = 0
  for (let i = 1; i < knots; i++) {
    deviation += (noise[i - 1] ?? 0) - drift
    prices[i] = from * Math.exp((way * i) / knots + scale * deviation)
  }
  prices[0] = from
  prices[knots] = to
  return prices
}

/** The price of a stretch at a share of its clock time: straight between knots. */
export function priceBetween({ shares, prices }: PathKnots, share: number): number {
  let [low, high] = [0, shares.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((shares[middle] ?? 1) <= share) low = middle
    else high = middle - 1
  }
  const [from, to] = [shares[low] ?? 0, shares[low + 1] ?? 1]
  const [begin, end] = [priceAt(prices, low), prices[low + 1]]
  if (end === undefined || to <= from) return begin
  return begin + ((end - begin) * (share - from)) / (to - from)
}

const priceAt = (prices: Float64Array, i: number): number => prices[i] ?? 0
