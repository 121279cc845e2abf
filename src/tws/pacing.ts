/**
 * How fast we may talk: one token bucket for a connection, with lanes.
 *
 * TWS takes 50 messages a second from a client, then warns, delays or disconnects (error 100). The
 * bucket stays below: at most `burst + perSecond` messages in any second. Orders and queries leave
 * `reservedForCancels` tokens in the bucket, so that however many orders queue, a cancel goes at
 * once; and of what waits, cancels go first, then orders, then queries, each lane in order.
 *
 * The arithmetic is pure; the clock and the timer come from outside.
 */
import { invariant } from '#model/invariant.ts'

/** Cancels overtake orders, orders overtake queries. */
export type Lane = 'cancel' | 'order' | 'query'

export interface PacingRules {
  /** Tokens gained a second, > 0; `Infinity` switches pacing off (benchmarks). */
  readonly perSecond: number
  /** Tokens the bucket holds, ≥ 1. */
  readonly burst: number
  /** Tokens that only cancels may take, 0 ≤ … < burst. */
  readonly reservedForCancels: number
}

/**
 * 35 a second with bursts of 8: at most 43 in any second. TWS first warns at about 44 ("Approaching
 * max rate of 50 messages per second (44)", erdewit/ib_insync#443) and breaks off above 50.
 */
export const TWS_PACING: PacingRules = { perSecond: 35, burst: 8, reservedForCancels: 3 }

/** For benchmarks against a server that has no limit. */
export const NO_PACING: PacingRules = { perSecond: Infinity, burst: 1, reservedForCancels: 0 }

/** A level of tokens at an instant. */
export interface Bucket {
  readonly tokens: number
  /** Milliseconds on the pacer's clock. */
  readonly at: number
}

/** The bucket at a later instant: refilled, never beyond `burst`. */
export function refilled(bucket: Bucket, at: number, rules: PacingRules): Bucket {
  if (rules.perSecond === Infinity) return { tokens: rules.burst, at }
  const gained = (Math.max(0, at - bucket.at) * rules.perSecond) / 1000
  return { tokens: Math.min(rules.burst, bucket.tokens + gained), at }
}

/**
 * Milliseconds until a message of the lane may go; 0 = now.
 *
 * @param bucket - refilled to now
 */
export function waitMs(bucket: Bucket, lane: Lane, rules: PacingRules): number {
  const floor = lane === 'cancel' ? 0 : rules.reservedForCancels
  const missing = floor + 1 - bucket.tokens
  return missing <= ROUNDING_DUST ? 0 : Math.ceil((missing * 1000) / rules.perSecond)
}

/** Where durations are read and timers set; monotone, milliseconds. */
export interface PacingClock {
  nowMs(): number
  /** Calls back once, no earlier than asked; what it returns cancels. */
  after(delayMs: number, ring: () => void): () => void
}

/** The machine's monotone clock. */
export const MONOTONE_CLOCK: PacingClock = {
  nowMs: () => performance.now(),
  after(delayMs, ring) {
    const timer = setTimeout(ring, delayMs)
    return () => clearTimeout(timer)
  },
}

/** A message that waits for its turn. Exactly one of the two is called, once. */
export interface Turn {
  go(): void
  /** The pacer was closed first. */
  drop(): void
}

export interface Pacer {
  /** Takes a message; its `go` is called at once when there is a token, else when its turn comes. */
  enqueue(lane: Lane, turn: Turn): void
  /** Messages that wait. */
  waiting(): number
  /** Drops all that waits and all that comes later. */
  close(): void
}

/** Begins with a full bucket. */
export function createPacer(rules: PacingRules, clock: PacingClock = MONOTONE_CLOCK): Pacer {
  invariant(rules.perSecond > 0, 'a pace is positive')
  invariant(rules.burst > rules.reservedForCancels, 'orders have a token of their own')
  const queues: Readonly<Record<Lane, Turn[]>> = { cancel: [], order: [], query: [] }
  let bucket: Bucket = { tokens: rules.burst, at: clock.nowMs() }
  let cancelTimer: (() => void) | undefined
  let sending = false
  let closed = false

  function sendWhatMay(): void {
    if (sending) return // a `go` that enqueues: the loop below takes it
    sending = true
    cancelTimer?.()
    cancelTimer = undefined
    try {
      for (let lane = nextLane(); lane !== undefined; lane = nextLane()) {
        bucket = refilled(bucket, clock.nowMs(), rules)
        const wait = waitMs(bucket, lane, rules)
        if (wait > 0) {
          cancelTimer = clock.after(wait, sendWhatMay)
          return
        }
        bucket = { ...bucket, tokens: bucket.tokens - 1 }
        queues[lane].shift()?.go()
      }
    } finally {
      sending = false
    }
  }

  const nextLane = (): Lane | undefined => LANES.find((lane) => queues[lane].length > 0)

  return {
    enqueue(lane, turn) {
      if (closed) return turn.drop()
      queues[lane].push(turn)
      sendWhatMay()
    },
    waiting: () => LANES.reduce((sum, lane) => sum + queues[lane].length, 0),
    close() {
      closed = true
      cancelTimer?.()
      for (const lane of LANES) for (const turn of queues[lane].splice(0)) turn.drop()
    },
  }
}

const LANES: readonly Lane[] = ['cancel', 'order', 'query']

/** What 1/35 s in floating milliseconds may fall short of a whole token by. */
const ROUNDING_DUST = 1e-9
