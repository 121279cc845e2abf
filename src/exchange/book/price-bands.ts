/**
 * Limit up, limit down: the price bands of one session and the trading pauses that they lead to.
 *
 * The reference price is the mean of the last five minutes' trades, moved only when that mean is 1 % or more
 * away from it; the bands stand a percentage above and below. A market that stands at a band for fifteen seconds is
 * paused for five minutes and reopens at the price it has then, which becomes the reference. In the last ten
 * minutes there is no reopening but the closing auction.
 *
 * Source: Plan to Address Extraordinary Market Volatility, sections V (bands), VI (limit states), VII (pauses) and
 * appendix A, with Amendment 18 (2020): bands doubled from 15:35 on for Tier 1 and for prices up to 3 USD.
 */
import { MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'

/** One row of appendix A: what holds for reference prices from `above` on (not included). */
interface BandRow {
  readonly above: number
  /** Fraction of the reference price. */
  readonly width: number
  /** And at most so many dollars. */
  readonly most?: number
  /** Whether it doubles in the last minutes. */
  readonly doubles: boolean
}

/** Tier 1: S&P 500, Russell 1000 and some funds; Tier 2: the rest. Highest first. */
const BANDS: Readonly<Record<1 | 2, readonly BandRow[]>> = {
  1: [
    { above: 3, width: 0.05, doubles: true },
    { above: 0.75, width: 0.2, doubles: true },
    { above: -Infinity, width: 0.75, most: 0.15, doubles: true },
  ],
  2: [
    { above: 3, width: 0.1, doubles: false },
    { above: 0.75, width: 0.2, doubles: true },
    { above: -Infinity, width: 0.75, most: 0.15, doubles: true },
  ],
}

export const LIMIT_UP_DOWN = {
  meanOverMs: 5 * MINUTE_MS,
  /** How often the mean is taken, and how far it must be away to become the reference. */
  lookEveryMs: 30 * SECOND_MS,
  moveAt: 0.01,
  limitStateMs: 15 * SECOND_MS,
  pauseMs: 5 * MINUTE_MS,
  doubledLastMs: 25 * MINUTE_MS,
  noReopeningLastMs: 10 * MINUTE_MS,
} as const

/** The narrowest band there is: a day whose range is smaller cannot touch one. */
export const NARROWEST_BAND = 0.05

/** Bands that hold from an instant on. */
export interface BandsFrom {
  readonly at: EpochMs
  readonly low: number
  readonly high: number
}

export interface Pause {
  readonly since: EpochMs
  readonly until: EpochMs
}

/** A session under the plan. */
export interface BandedSession {
  /** Oldest first; the first from the open. */
  readonly bands: readonly BandsFrom[]
  readonly pauses: readonly Pause[]
}

/**
 * What the plan makes of a session.
 *
 * @param priceAt - the price that the market would have, at whole seconds from the open
 */
export function bandedSession(
  opensAt: EpochMs,
  closesAt: EpochMs,
  tier: 1 | 2,
  priceAt: (at: EpochMs) => number,
): BandedSession {
  const seconds = Math.floor((closesAt - opensAt) / SECOND_MS)
  const prices = Float64Array.from({ length: seconds }, (_, i) => priceAt(opensAt + i * SECOND_MS))
  const bands: BandsFrom[] = []
  const pauses: Pause[] = []
  let reference = prices[0] ?? 0
  let [since, limitSince] = [0, -1]
  const doubledFrom = seconds - LIMIT_UP_DOWN.doubledLastMs / SECOND_MS
  const set = (i: number, to: number) => {
    reference = to
    bands.push({ at: opensAt + i * SECOND_MS, ...bandsAbout(to, tier, i >= doubledFrom) })
  }
  set(0, reference)
  for (let i = 1; i < seconds; i++) {
    if (i % LOOK_SECONDS === 0 || i === doubledFrom) {
      const mean = meanOf(prices, Math.max(since, i - MEAN_SECONDS), i)
      const isAway = Math.abs(mean / reference - 1) >= LIMIT_UP_DOWN.moveAt
      if (isAway && limitSince < 0) set(i, mean)
      else if (i === doubledFrom) set(i, reference)
    }
    const { low, high } = bands.at(-1) ?? { low: 0, high: Infinity }
    const price = prices[i] ?? 0
    const isAtBand = price >= high || price <= low
    limitSince = !isAtBand ? -1 : limitSince < 0 ? i : limitSince
    if (limitSince < 0 || i - limitSince < LIMIT_SECONDS) continue
    const pause = pausedFrom(opensAt + i * SECOND_MS, closesAt)
    pauses.push(pause)
    i = Math.min(seconds, Math.round((pause.until - opensAt) / SECOND_MS))
    ;[since, limitSince] = [i, -1]
    if (i < seconds) set(i, prices[i] ?? reference)
  }
  return { bands, pauses }
}

const LOOK_SECONDS = LIMIT_UP_DOWN.lookEveryMs / SECOND_MS
const MEAN_SECONDS = LIMIT_UP_DOWN.meanOverMs / SECOND_MS
const LIMIT_SECONDS = LIMIT_UP_DOWN.limitStateMs / SECOND_MS

function pausedFrom(since: EpochMs, closesAt: EpochMs): Pause {
  const reopens = since + LIMIT_UP_DOWN.pauseMs
  const isLate = reopens > closesAt - LIMIT_UP_DOWN.noReopeningLastMs
  return { since, until: isLate ? closesAt : reopens }
}

/** The bands about a reference price, on whole cents. */
export function bandsAbout(
  reference: number,
  tier: 1 | 2,
  isLate: boolean,
): { readonly low: number; readonly high: number } {
  const row = BANDS[tier].find(({ above }) => reference > above) ?? BANDS[tier][0]
  if (row === undefined) return { low: 0, high: Infinity }
  const width = Math.min(row.width * reference, row.most ?? Infinity)
  const away = row.doubles && isLate ? 2 * width : width
  return { low: Math.max(0.01, cents(reference - away)), high: cents(reference + away) }
}

const cents = (price: number): number => Math.round(price * 100) / 100

function meanOf(prices: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += prices[i] ?? 0
  return sum / Math.max(1, to - from)
}

/** The bands at an instant of the session. */
export function bandsAt({ bands }: BandedSession, at: EpochMs): BandsFrom | undefined {
  return bands.findLast((row) => row.at <= at)
}
