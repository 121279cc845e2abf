/**
 * The market of days that somebody recorded: quotes as they were, one-sided and crossed ones too, and prints as
 * they were. What was not recorded (sizes, a market without quotes) the market maker makes.
 *
 * The efficient price is the midpoint of a two-sided quote, else the last print's. Daily bars are those of the
 * regular sessions' prints, after the bars of `before`, where there are any.
 */
import { quantityFrom } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { IntradaySeries } from '#marketdata/intraday.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { rangeVolatility } from '#exchange/market/intraday-path.ts'
import { firstFrom, recordingOf, type Recording } from '#exchange/market/intraday-records.ts'
import type { DayTape, Liquidity, MarketModel, RecordedPrint, RecordedQuote } from '#exchange/market-model.ts' // prettier-ignore
import { venueHours, type VenueHours } from '#exchange/venue-hours.ts'

export interface IntradayMarketSettings {
  readonly instruments: readonly Instrument[]
  /** What was recorded of each; an instrument without a row has no price. */
  readonly recordings: ReadonlyMap<InstrumentId, readonly IntradaySeries[]>
  /** Daily bars of the time before, oldest first, as traded. */
  readonly before?: ReadonlyMap<InstrumentId, readonly PriceBar[]>
}

/** One instrument's recording and what follows from it. */
interface Record {
  readonly of: Instrument
  readonly recording: Recording
  /** Of the recorded regular sessions, oldest first; before them those of `before`. */
  readonly daily: readonly PriceBar[]
  readonly usual: Liquidity
  /** The tape of a session that began at `opensAt`, as of an instant of it. */
  readonly tapes: (opensAt: EpochMs, at: EpochMs) => DayTape | undefined
}

/** @throws InvariantError when nothing was recorded */
export function intradayMarket(settings: IntradayMarketSettings): MarketModel {
  const hours = venueHours()
  const instruments = settings.instruments.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const records = new Map(instruments.flatMap((of) => entryOf(of, settings, hours)))
  const dates = [...records.values()].flatMap((record) => datesOf(record, hours)).toSorted()
  const [firstDate, lastDate] = [dates[0], dates.at(-1)]
  invariant(firstDate !== undefined && lastDate !== undefined, 'a recorded market has a row') // prettier-ignore

  const fairPrice: MarketModel['fairPrice'] = (id, at) => {
    const record = records.get(id)
    return record === undefined ? undefined : midAt(record.recording, at) ?? lastAt(record.recording, at) // prettier-ignore
  }
  return {
    kind: 'replay',
    instruments,
    firstDate,
    lastDate,
    fairPrice,
    liquidity: (id, at) => (fairPrice(id, at) === undefined ? undefined : records.get(id)?.usual),
    tape: (id, at) => {
      const record = records.get(id)
      if (record === undefined) return undefined
      const next = hours.regular(record.of, at)
      const session = at >= next.opensAt ? next : hours.before(record.of, next.date, false)
      return record.tapes(session.opensAt, Math.min(at, session.closesAt - 1))
    },
    pathBar: (id, from, to) => {
      const record = records.get(id)
      if (record === undefined) return undefined
      return barIn(record.recording, from, to, hours.regular(record.of, from).date)
    },
    splitOn: () => 1,
    recordedQuote: (id, at) => {
      const record = records.get(id)
      return record === undefined ? undefined : quoteAt(record.recording, at)
    },
    nextRecordedAt: (id, at) => {
      const record = records.get(id)
      if (record === undefined) return undefined
      const { quotes, prints } = record.recording
      const next = Math.min(quotes.time[firstFrom(quotes, at + 1)] ?? Infinity, prints.time[firstFrom(prints, at + 1)] ?? Infinity) // prettier-ignore
      return next === Infinity ? undefined : next
    },
    recordedPrints: (id, from, to, most) => {
      const record = records.get(id)
      if (record === undefined || record.recording.prints.length === 0) return undefined
      return printsIn(record.recording, from, to, most)
    },
    dailyBar: (id, date) => records.get(id)?.daily.find((bar) => bar.date === date),
    dailyBars: (id, count, until) => {
      const bars = (records.get(id)?.daily ?? []).filter(({ date }) => date <= until)
      return bars.slice(Math.max(0, bars.length - Math.max(0, count)))
    },
  }
}

/** Of its bars, and of the sessions that the first and the last row are in, or before. */
function datesOf({ of, recording, daily }: Record, hours: VenueHours): readonly IsoDate[] {
  const ends = [recording.quotes.time, recording.prints.time].flatMap((time) => [...time.subarray(0, 1), ...time.subarray(-1)]) // prettier-ignore
  return [...daily.map(({ date }) => date), ...ends.map((at) => hours.regular(of, at).date)]
}

function entryOf(
  of: Instrument,
  { recordings, before }: IntradayMarketSettings,
  hours: VenueHours,
): readonly (readonly [InstrumentId, Record])[] {
  const series = recordings.get(of.id)
  if (series === undefined) return []
  const recording = recordingOf(series)
  const recorded = sessionBars(of, recording, hours)
  const first = recorded[0]?.date
  const earlier = (before?.get(of.id) ?? []).filter(({ date }) => first === undefined || date < first) // prettier-ignore
  const usual = liquidityOf(recording, recorded)
  const tapes = runningTapes(recording, (at) => hours.regular(of, at).opensAt)
  return [[of.id, { of, recording, daily: [...earlier, ...recorded], usual, tapes }]]
}

/** The bars of the regular sessions in which something printed; without prints, of the midpoints. */
function sessionBars(of: Instrument, recording: Recording, hours: VenueHours): readonly PriceBar[] {
  const { time, length } = recording.prints.length > 0 ? recording.prints : recording.quotes
  const bars: PriceBar[] = []
  for (let row = 0; row < length;) {
    const { date, opensAt, closesAt } = hours.regular(of, time[row] ?? 0)
    const bar = barIn(recording, opensAt, closesAt, date)
    if (bar !== undefined) bars.push(bar)
    row = firstFrom({ time, length }, closesAt)
  }
  return bars
}

/** Of the prints in [from, to), of the midpoints where there are no prints at all. */
function barIn(
  recording: Recording,
  from: EpochMs,
  to: EpochMs,
  date: IsoDate,
): PriceBar | undefined {
  // prettier-ignore
  const { prints, quotes } = recording
  const rows = prints.length > 0 ? prints : quotes
  const [begin, end] = [firstFrom(rows, from), firstFrom(rows, to)]
  let [open, high, low, close, volume] = [NaN, -Infinity, Infinity, NaN, 0]
  for (let row = begin; row < end; row++) {
    const price = prints.length > 0 ? (prints.price[row] ?? NaN) : middleOf(recording, row)
    if (!(price > 0)) continue
    if (Number.isNaN(open)) open = price
    high = Math.max(high, price)
    low = Math.min(low, price)
    close = price
    volume += prints.size[row] ?? 0
  }
  return Number.isNaN(open) ? undefined : { date, at: from, open, high, low, close, volume }
}

/** Open, high, low and volume of each session so far at each row, so that any instant is one look-up. */
function runningTapes(
  recording: Recording,
  sessionOf: (at: EpochMs) => EpochMs,
): (opensAt: EpochMs, at: EpochMs) => DayTape | undefined {
  const rows = recording.prints.length > 0 ? recording.prints : recording.quotes
  const [opens, highs, lows, lasts, volumes] = Array.from({ length: 5 }, () => new Float64Array(rows.length)) // prettier-ignore
  if (!opens || !highs || !lows || !lasts || !volumes) return () => undefined
  let session = NaN
  for (let row = 0; row < rows.length; row++) {
    const at = rows.time[row] ?? 0
    const opensAt = sessionOf(at)
    const isNew = opensAt !== session || at < opensAt
    session = at < opensAt ? NaN : opensAt
    const price = recording.prints.length > 0 ? (recording.prints.price[row] ?? NaN) : middleOf(recording, row) // prettier-ignore
    const before = isNew ? undefined : row - 1
    const earlier = (of: Float64Array) => (before === undefined ? NaN : (of[before] ?? NaN))
    const isPrice = price > 0
    opens[row] = Number.isNaN(earlier(opens)) && isPrice ? price : earlier(opens)
    highs[row] = isPrice && !(earlier(highs) >= price) ? price : earlier(highs)
    lows[row] = isPrice && !(earlier(lows) <= price) ? price : earlier(lows)
    lasts[row] = isPrice ? price : earlier(lasts)
    volumes[row] = (before === undefined ? 0 : (volumes[before] ?? 0)) + (recording.prints.size[row] ?? 0) // prettier-ignore
  }
  return (opensAt, at) => {
    const row = firstFrom(rows, at + 1) - 1
    const [open, last] = [opens[row], lasts[row]]
    if ((rows.time[row] ?? NaN) < opensAt || open === undefined || Number.isNaN(open)) return undefined // prettier-ignore
    return { open, high: highs[row] ?? open, low: lows[row] ?? open, last: last ?? open, volume: volumes[row] ?? 0 } // prettier-ignore
  }
}

function middleOf({ quotes }: Recording, row: number): number {
  const [bid, ask] = [quotes.bid[row] ?? NaN, quotes.ask[row] ?? NaN]
  return ask >= bid ? (bid + ask) / 2 : NaN
}

function midAt(recording: Recording, at: EpochMs): number | undefined {
  const middle = middleOf(recording, firstFrom(recording.quotes, at + 1) - 1)
  return middle > 0 ? middle : undefined
}

function lastAt({ prints }: Recording, at: EpochMs): number | undefined {
  const price = prints.price[firstFrom(prints, at + 1) - 1]
  return price !== undefined && price > 0 ? price : undefined
}

const known = (value: number | undefined): number | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : value

/** Its instant is that of the last row of either kind: a print is news of the market too. */
function quoteAt({ quotes, prints }: Recording, at: EpochMs): RecordedQuote | undefined {
  const row = firstFrom(quotes, at + 1) - 1
  if (row < 0) return undefined
  const [bidSize, askSize] = [known(quotes.bidSize[row]), known(quotes.askSize[row])]
  return {
    bid: known(quotes.bid[row]),
    ask: known(quotes.ask[row]),
    bidSize: bidSize === undefined ? undefined : quantityFrom(bidSize),
    askSize: askSize === undefined ? undefined : quantityFrom(askSize),
    at: Math.max(quotes.time[row] ?? at, prints.time[firstFrom(prints, at + 1) - 1] ?? 0),
  }
}

function printsIn(
  { prints }: Recording,
  from: EpochMs,
  to: EpochMs,
  most: number,
): readonly RecordedPrint[] {
  // prettier-ignore
  const found: RecordedPrint[] = []
  const end = firstFrom(prints, to)
  for (let row = firstFrom(prints, from); row < end && found.length < most; row++) {
    const [at, price, size] = [prints.time[row] ?? 0, prints.price[row] ?? 0, prints.size[row] ?? 0]
    if (size > 0) found.push({ at, price, size, venue: prints.venue(row), conditions: prints.conditions(row) }) // prettier-ignore
  }
  return found
}

/** Quotes looked at for the usual spread, and what is taken for granted where nothing says better. */
const SAMPLE = 2_000
const UNKNOWN = { spread: 0.0005, touchShare: 0.0001, volatility: 0.02 } as const

const mean = (of: readonly number[], otherwise: number): number =>
  of.length === 0 ? otherwise : of.reduce((sum, value) => sum + value, 0) / of.length

/** What the market maker goes by where the recording is silent: means of the recorded days. */
function liquidityOf({ quotes }: Recording, days: readonly PriceBar[]): Liquidity {
  const [spreads, sizes]: [number[], number[]] = [[], []]
  const every = Math.max(1, Math.floor(quotes.length / SAMPLE))
  for (let row = 0; row < quotes.length; row += every) {
    const [bid, ask] = [quotes.bid[row] ?? NaN, quotes.ask[row] ?? NaN]
    if (bid > 0 && ask > bid) spreads.push((2 * (ask - bid)) / (ask + bid))
    const size = ((quotes.bidSize[row] ?? NaN) + (quotes.askSize[row] ?? NaN)) / 2
    if (size > 0) sizes.push(size)
  }
  const dailyVolume = Math.max(1, mean(days.map(({ volume }) => volume), 1)) // prettier-ignore
  return {
    spread: mean(spreads, UNKNOWN.spread),
    touchSize: Math.max(1, mean(sizes, dailyVolume * UNKNOWN.touchShare)),
    dailyVolume,
    dailyVolatility: Math.max(0.002, mean(days.map(rangeVolatility), UNKNOWN.volatility)), // prettier-ignore
  }
}
