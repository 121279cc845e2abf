/**
 * Prices to hold fills against, as far as the quotes in a journal have them.
 *
 * A journal holds a name's quotes while its orders work, at most four a second: averages over an
 * interval are of samples, and what happened before the first order and after the last is not seen.
 */
import type { Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'
import { newYorkDate, sessionAt, type SessionKind } from '#marketdata/calendar.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'

/**
 * Base currency per unit of a currency, by the mid of the pair either way round.
 *
 * @param quotes - the latest of each name at the time in question
 * @returns 1 for the base currency itself, undefined where no pair is quoted
 */
export function exchangeRate(
  currency: Currency,
  base: Currency,
  quotes: ReadonlyMap<InstrumentId, Quote>,
): number | undefined {
  if (currency === base) return 1
  const midIn = (symbol: string, of: Currency): number | undefined => {
    const quote = quotes.get(instrumentIdOf({ symbol, assetClass: 'CASH', currency: of }))
    return quote === undefined ? undefined : midOf(quote)
  }
  const direct = midIn(currency, base)
  if (direct !== undefined) return direct
  const inverse = midIn(base, currency)
  return inverse === undefined ? undefined : 1 / inverse
}

/** Half the quoted spread, quote currency ≥ 0; undefined of a quote without two sides. */
export function halfSpreadOf(quote: Quote | undefined): number | undefined {
  if (quote?.bid === undefined || quote.ask === undefined || midOf(quote) === undefined)
    return undefined
  return (quote.ask - quote.bid) / 2
}

/**
 * The last mid that was quoted before an instant, and after another.
 *
 * @param quotes - of one name
 * @param after - quotes at it or before do not count
 * @param before - quotes at it or after do not count
 */
export function lastMid(
  quotes: readonly Quote[],
  after: EpochMs,
  before: EpochMs,
): number | undefined {
  let found: { readonly at: EpochMs; readonly mid: number } | undefined
  for (const quote of quotes) {
    if (quote.at <= after || quote.at >= before || quote.at < (found?.at ?? after)) continue
    const mid = midOf(quote)
    if (mid !== undefined) found = { at: quote.at, mid }
  }
  return found?.mid
}

/**
 * Time-weighted average of the mid over an interval, each mid until the next is quoted.
 *
 * @param first - the mid at the beginning
 */
export function timeWeightedMid(
  quotes: readonly Quote[],
  first: number,
  from: EpochMs,
  to: EpochMs,
): number {
  if (to <= from) return first
  let [sum, since, mid] = [0, from, first]
  for (const quote of sorted(quotes)) {
    const next = midOf(quote)
    if (quote.at <= from || quote.at >= to || next === undefined) continue
    sum += mid * (quote.at - since)
    since = quote.at
    mid = next
  }
  return (sum + mid * (to - since)) / (to - from)
}

/**
 * Volume-weighted average price of an interval: what was traded between two samples, at the last
 * price of the later one. Our own trades are in it.
 *
 * @returns undefined where no two samples tell of volume
 */
export function volumeWeightedPrice(
  quotes: readonly Quote[],
  from: EpochMs,
  to: EpochMs,
): number | undefined {
  let [value, volume] = [0, 0]
  let before: number | undefined
  for (const quote of sorted(quotes)) {
    if (quote.volume === undefined || quote.at > to) continue
    const traded = before === undefined ? 0 : quote.volume - before
    if (traded > 0 && quote.at > from && quote.last !== undefined) {
      value += quote.last * traded
      volume += traded
    }
    before = quote.volume
  }
  return volume > 0 ? value / volume : undefined
}

/** What the name had traded on the day of an instant, as heard last on it: not yet the whole day's. */
export function volumeHeard(quotes: readonly Quote[], at: EpochMs): number | undefined {
  const date = newYorkDate(at)
  const heard = quotes.flatMap(({ volume, at: on }) => volume !== undefined && newYorkDate(on) === date ? [volume] : []) // prettier-ignore
  return heard.length === 0 ? undefined : heard.reduce((most, volume) => Math.max(most, volume))
}

const SESSION_OF: Readonly<Record<AssetClass, SessionKind>> = {
  STK: 'us-equity',
  OPT: 'us-equity',
  FUT: 'globex',
  CASH: 'idealpro',
}

/** How long after the opening a first quote still tells of it. */
const OPENING_MS = MINUTE_MS

/** The mid of the first quote within a minute of the opening of the session; undefined where none was heard. */
export function openingMid(
  quotes: readonly Quote[],
  assetClass: AssetClass,
  at: EpochMs,
): number | undefined {
  const { opensAt } = sessionAt(at, SESSION_OF[assetClass])
  const first = sorted(quotes).find((quote) => quote.at >= opensAt && midOf(quote) !== undefined)
  return first === undefined || first.at > opensAt + OPENING_MS ? undefined : midOf(first)
}

/**
 * The close of the session of an instant: what quotes of the session after it call the previous
 * close. Undefined where the name was not quoted then.
 */
export function closingPrice(
  quotes: readonly Quote[],
  assetClass: AssetClass,
  at: EpochMs,
): number | undefined {
  const kind = SESSION_OF[assetClass]
  const { closesAt } = sessionAt(at, kind)
  const next = sessionAt(closesAt, kind)
  const heard = quotes.find((quote) => quote.at >= next.opensAt && quote.at < next.closesAt && quote.close !== undefined) // prettier-ignore
  return heard?.close
}

const sorted = (quotes: readonly Quote[]): Quote[] => quotes.toSorted((a, b) => a.at - b.at)
