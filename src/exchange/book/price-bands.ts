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

/** A session under the plan, as far as it has been followed. */
export interface BandedSession {
  /** Oldest first; the first from the open. */
  readonly bands: readonly BandsFrom[]
  readonly pauses: readonly Pause[]
  /** Follows the price up to an instant. */
  follow(to: EpochMs): void
  /** From an instant on prices are others than they were: what they led to is taken back. */
  moved(from: EpochMs): void
  /** No pause but those that are known can begin before. */
  nextPauseFrom(): EpochMs
}

/** Where the plan stands after a second of the session. */
interface Stand {
  second: number
  /** In a pause the second at which trading goes on; else 0. */
  resumes: number
  reference: number
  /** Trades before this second do not count for the reference. */
  since: number
  /** Since when the price is at a band; −1: it is not. */
  limitSince: number
  bands: number
  pauses: number
}

const AT_FIRST: Stand = { second: -1, resumes: 0, reference: 0, since: 0, limitSince: -1, bands: 0, pauses: 0 } // prettier-ignore

/**
 * What the plan makes of a session. A second costs one step, once; a price that moves takes back the last step or
 * none, so that it does not matter how often we move it.
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
  const doubledFrom = seconds - LIMIT_UP_DOWN.doubledLastMs / SECOND_MS
  /** The last seconds' prices, each at its second modulo the length. */
  const prices = new Float64Array(KEPT_SECONDS)
  const bands: BandsFrom[] = []
  const pauses: Pause[] = []
  const stand = { ...AT_FIRST }
  const before = { ...AT_FIRST }

  const set = (i: number, to: number) => {
    stand.reference = to
    bands.push({ at: opensAt + i * SECOND_MS, ...bandsAbout(to, tier, i >= doubledFrom) })
    stand.bands = bands.length
  }
  const begin = (i: number, price: number) => {
    stand.resumes = 0
    stand.since = i
    stand.limitSince = -1
    set(i, price)
  }
  const look = (i: number) => {
    const mean = meanOf(prices, Math.max(stand.since, i - MEAN_SECONDS), i)
    const isAway = Math.abs(mean / stand.reference - 1) >= LIMIT_UP_DOWN.moveAt
    if (isAway && stand.limitSince < 0) set(i, mean)
    else if (i === doubledFrom) set(i, stand.reference)
  }
  const judge = (i: number, price: number) => {
    const { low, high } = bands.at(-1) ?? { low: 0, high: Infinity }
    if (price < high && price > low) stand.limitSince = -1
    else if (stand.limitSince < 0) stand.limitSince = i
    if (stand.limitSince < 0 || i - stand.limitSince < LIMIT_SECONDS) return
    const pause = pausedFrom(opensAt + i * SECOND_MS, closesAt)
    pauses.push(pause)
    stand.pauses = pauses.length
    stand.resumes = Math.round((pause.until - opensAt) / SECOND_MS)
  }
  const step = (i: number) => {
    Object.assign(before, stand)
    const price = priceAt(opensAt + i * SECOND_MS)
    prices[i % KEPT_SECONDS] = price
    if (i === 0 || stand.resumes > 0) begin(i, price)
    else {
      if (i % LOOK_SECONDS === 0 || i === doubledFrom) look(i)
      judge(i, price)
    }
    stand.second = i
  }
  const goBackTo = (earlier: Stand) => {
    Object.assign(stand, earlier)
    bands.length = stand.bands
    pauses.length = stand.pauses
  }
  const next = () => (stand.resumes > 0 ? stand.resumes : stand.second + 1)

  return {
    bands,
    pauses,
    follow: (to) => {
      const last = Math.min(seconds - 1, Math.floor((to - opensAt) / SECOND_MS))
      for (let i = next(); i <= last; i = next()) step(i)
    },
    moved: (from) => {
      const first = Math.ceil((from - opensAt) / SECOND_MS)
      if (stand.second >= first) goBackTo(before.second < first ? before : AT_FIRST)
    },
    nextPauseFrom: () => {
      const atBand = stand.limitSince >= 0 && stand.resumes === 0 ? stand.limitSince : next()
      return opensAt + (atBand + LIMIT_SECONDS) * SECOND_MS
    },
  }
}

const LOOK_SECONDS = LIMIT_UP_DOWN.lookEveryMs / SECOND_MS
const MEAN_SECONDS = LIMIT_UP_DOWN.meanOverMs / SECOND_MS
const LIMIT_SECONDS = LIMIT_UP_DOWN.limitStateMs / SECOND_MS
/** A mean's seconds, and the one that is being looked at. */
const KEPT_SECONDS = MEAN_SECONDS + 1

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
  for (let i = from; i < to; i++) sum += prices[i % KEPT_SECONDS] ?? 0
  return sum / Math.max(1, to - from)
}

/** The bands at an instant of the session. */
export function bandsAt(
  { bands }: Pick<BandedSession, 'bands'>,
  at: EpochMs,
): BandsFrom | undefined {
  return bands.findLast((row) => row.at <= at)
}
