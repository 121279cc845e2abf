/**
 * Whether a quote may price a trade, and if not, why. The first fault in the order of `FAULTS` is the
 * verdict: what no waiting cures comes before what the next tick may cure.
 */
import { isPrice, type Quote } from '#marketdata/quote.ts'
import type { EpochMs } from '#model/time.ts'

/**
 * `missing`: no quote at all. `halted`: trading in the name is halted. `delayed`: fifteen minutes old by
 * subscription. `zero`: a price at or below zero, or no number. `one-sided`: bid or ask is absent.
 * `crossed`: the bid is above the ask. `stale`: older than allowed, or frozen at a close.
 */
export type Freshness =
  'fresh' | 'missing' | 'halted' | 'delayed' | 'zero' | 'one-sided' | 'crossed' | 'stale'

/**
 * Classifies a quote.
 *
 * @param quote - undefined where none has come
 * @param now - same clock as the quote's `at`
 * @param maxAgeMs - the oldest that still counts, ≥ 0
 *
 * @example
 * freshnessOf(undefined, 0, 5_000) // => 'missing'
 */
export function freshnessOf(quote: Quote | undefined, now: EpochMs, maxAgeMs: number): Freshness {
  if (quote === undefined) return 'missing'
  return FAULTS.find(([, has]) => has(quote, now - quote.at, maxAgeMs))?.[0] ?? 'fresh'
}

type Fault = (quote: Quote, ageMs: number, maxAgeMs: number) => boolean

const FAULTS: readonly (readonly [Freshness, Fault])[] = [
  ['halted', ({ halted }) => halted],
  ['delayed', ({ kind }) => kind === 'delayed' || kind === 'delayed-frozen'],
  ['zero', ({ bid, ask }) => [bid, ask].some((price) => price !== undefined && !isPrice(price))],
  ['one-sided', ({ bid, ask }) => bid === undefined || ask === undefined],
  ['crossed', ({ bid = 0, ask = 0 }) => bid > ask],
  ['stale', ({ kind }, ageMs, maxAgeMs) => kind === 'frozen' || !(ageMs <= maxAgeMs)],
]

/**
 * Why a quote is no price to trade at, in words; undefined where it is.
 *
 * @param now - same clock as the quote's `at`
 * @param maxAgeMs - the oldest that still counts, ≥ 0
 */
export function unusableQuote(
  quote: Quote | undefined,
  now: EpochMs,
  maxAgeMs: number,
): string | undefined {
  const verdict = freshnessOf(quote, now, maxAgeMs)
  if (verdict === 'fresh') return undefined
  return quote === undefined ? 'no quote' : IN_WORDS[verdict](quote, now - quote.at, maxAgeMs)
}

type Faulty = Exclude<Freshness, 'fresh'>

const IN_WORDS: Readonly<
  Record<Faulty, (quote: Quote, ageMs: number, maxAgeMs: number) => string>
> = {
  missing: () => 'no quote',
  halted: () => 'trading is halted',
  delayed: ({ kind }) => `the quote is ${kind}, not live`,
  zero: ({ bid, ask }) => `the quote is not above zero (${bid} / ${ask})`,
  'one-sided': () => 'the quote has one side only',
  crossed: ({ bid, ask }) => `the quote is crossed (${bid} / ${ask})`,
  stale: ({ kind }, ageMs, maxAgeMs) =>
    kind === 'frozen'
      ? 'the quote is frozen at a close, not live'
      : `the quote is ${ageMs} ms old, at most ${maxAgeMs} ms is fresh`,
}
