/**
 * Options priced from their underlying: its path, a volatility surface anchored to its own past, dividends it is
 * expected to pay, one rate.
 *
 * Volatility at the money is what the underlying realised over the last month, and in the long run over the last
 * half year, each with a premium; the surface (`volatility-surface.ts`) stands still within a day and leans with the
 * forward. Bars of an option are its model's prices at the underlying's open, extremes and close, so that an option
 * never traded where its underlying did not allow it.
 *
 * Sources: P. Carr & L. Wu, "Variance Risk Premiums", Review of Financial Studies 22 (2009), for the premium of implied
 * over realised.
 */
import { snapPrice, toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Option } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, type EpochMs, type IsoDate } from '#model/time.ts'
import {
  newYorkDate,
  newYorkInstant,
  nextTradingDay,
  previousTradingDay,
} from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { presentDividends } from '#pricing/american-option.ts'
import { blackScholesDelta } from '#pricing/black-scholes.ts'
import { optionPrice, type ExerciseStyle, type OptionInputs } from '#pricing/option-model.ts'
import { surfaceVolatility, type SurfaceShape } from '#pricing/volatility-surface.ts'
import type { MarketPart } from '#exchange/market/composed-market.ts'
import type { Dividends } from '#exchange/market/dividends.ts'
import type { PriceRange } from '#exchange/market-model.ts'
import { lastTradeAt } from '#exchange/market/expiry.ts'
import { liquidityOf, shareOfVolume, spreadOf } from '#exchange/market/option-liquidity.ts'
import { isMorningExpiry } from '#exchange/market/option-chains.ts'

/** What prices are made from. */
const OPTION_MARKET = {
  /** Continuously compounded, as futures carry it. */
  rate: 0.04,
  /** Dividend yield of an index. */
  indexYield: 0.012,
  /** Sessions that volatility is measured over. */
  shortWindow: 22,
  longWindow: 126,
  /** Implied over realised, by style: an index's is higher. */
  premium: { american: 1.06, european: 1.12 },
  least: 0.09,
  most: 2,
  reversion: 4,
  skew: { american: -0.4, european: -0.7 },
  curvature: { american: 0.7, european: 0.8 },
} as const

export interface OptionMarketSettings {
  readonly optionOf: (id: InstrumentId) => Option | undefined
  readonly styleOf: (underlying: InstrumentId) => ExerciseStyle
  /** Prices what the options are on. */
  readonly underlyings: MarketPart
  readonly dividends: Dividends
}

export function optionMarket(settings: OptionMarketSettings): MarketPart {
  const { optionOf, styleOf, underlyings } = settings
  const shapeOn = surfaceShapes(underlyings, styleOf)
  const dividendsOf = expectedDividends(settings)
  const shareOn = sharesOfVolume(underlyings)

  const inputsAt = (of: Option, spot: number, at: EpochMs): OptionInputs | undefined => {
    const left = (lastTradeAt(of) ?? at) - at
    if (left < 0) return undefined
    const style = styleOf(of.underlying)
    const years = left / YEAR_MS
    const { rate, indexYield } = OPTION_MARKET
    const common = { style, right: of.right, spot, strike: toNumber(of.strike), years, rate }
    if (style === 'european') return { ...common, carry: rate - indexYield }
    return { ...common, dividends: dividendsOf(of, at) }
  }
  const volatilityOf = (of: Option, inputs: OptionInputs, at: EpochMs): number | undefined => {
    const shape = shapeOn(of.underlying, newYorkDate(at))
    if (shape === undefined) return undefined
    return surfaceVolatility(shape, Math.log(inputs.strike / forwardOf(inputs)), inputs.years)
  }
  /** The model's price when the underlying stands at `spot`. */
  const valueAt = (of: Option, spot: number | undefined, at: EpochMs): number | undefined => {
    const known = latest.get(of.id)
    if (known?.at === at && known.spot === spot) return known.value
    const value = workedOut(of, spot, at)
    if (spot !== undefined) latest.set(of.id, { at, spot, value })
    return value
  }
  /** One quote asks for its value several times. */
  const latest = new Map<InstrumentId, { readonly at: EpochMs; readonly spot: number; readonly value: number | undefined }>() // prettier-ignore
  const workedOut = (of: Option, spot: number | undefined, at: EpochMs): number | undefined => {
    const inputs = spot === undefined ? undefined : inputsAt(of, spot, at)
    const volatility = inputs === undefined ? undefined : volatilityOf(of, inputs, at)
    if (inputs === undefined || volatility === undefined) return undefined
    return Math.max(LEAST_PRICE, optionPrice(inputs, volatility))
  }
  /** How it moves with its underlying, as if it were European: near enough for impact, at a tenth of the cost. */
  const deltaAt = (of: Option, spot: number, at: EpochMs): number => {
    const inputs = inputsAt(of, spot, at)
    const volatility = inputs === undefined ? undefined : volatilityOf(of, inputs, at)
    return inputs === undefined || volatility === undefined ? 0 : blackScholesDelta(inputs, volatility) // prettier-ignore
  }
  /** A bar of the underlying, seen through the model from its start to its end. */
  const seen = (of: Option, bar: PriceBar | undefined, to: EpochMs): PriceBar | undefined => {
    if (bar === undefined) return undefined
    const at = Math.min(bar.at, lastTradeAt(of) ?? bar.at)
    const end = Math.min(to, lastTradeAt(of) ?? to)
    const [open, close] = [valueAt(of, bar.open, at), valueAt(of, bar.close, end)]
    const extremes = [valueAt(of, bar.high, at), valueAt(of, bar.low, at)]
    const all = [open, close, ...extremes].filter((value) => value !== undefined)
    if (open === undefined || close === undefined || all.length < 4) return undefined
    const volume = Math.round(volumeOf(of, bar, to))
    const onGrid = (value: number) => toNumber(snapPrice(value, of.priceIncrements, 'half-even'))
    return {
      date: bar.date,
      at: bar.at,
      open: onGrid(open),
      high: onGrid(Math.max(...all)),
      low: onGrid(Math.min(...all)),
      close: onGrid(close),
      volume,
    }
  }
  /** Contracts that trade while the underlying trades a bar's units. */
  const volumeOf = (of: Option, bar: PriceBar, to: EpochMs): number =>
    unitsIn(bar, to, styleOf(of.underlying)) * (shareOn(of, bar.date) ?? 0)

  /** Of the underlying's session so far; undefined before it has begun. */
  const unitsUntil = (of: Option, at: EpochMs): number | undefined => {
    const units = underlyings.volumeUntil?.(of.underlying, at)
    if (units === undefined || styleOf(of.underlying) === 'american') return units
    return indexUnits(at - newYorkInstant(newYorkDate(at), OPEN))
  }

  const fairPrice: MarketPart['fairPrice'] = (id, at) => {
    const of = optionOf(id)
    return of === undefined ? undefined : valueAt(of, underlyings.fairPrice(of.underlying, at), at)
  }

  return {
    fairPrice,
    impliedVolatility: (id, at) => {
      const of = optionOf(id)
      const spot = of === undefined ? undefined : underlyings.fairPrice(of.underlying, at)
      const inputs = of === undefined || spot === undefined ? undefined : inputsAt(of, spot, at)
      return of === undefined || inputs === undefined ? undefined : volatilityOf(of, inputs, at)
    },
    optionInputs: (id, at) => {
      const of = optionOf(id)
      const spot = of === undefined ? undefined : underlyings.fairPrice(of.underlying, at)
      return of === undefined || spot === undefined ? undefined : inputsAt(of, spot, at)
    },
    liquidity: (id, at) => {
      const of = optionOf(id)
      const value = fairPrice(id, at)
      const spot = of === undefined ? undefined : underlyings.fairPrice(of.underlying, at)
      if (of === undefined || value === undefined || spot === undefined) return undefined
      const units = underlyingUnits(underlyings, of, at)
      return liquidityOf(of, {
        value,
        spot,
        delta: deltaAt(of, spot, at),
        at,
        contracts: units * shareOfVolume(of, spot, newYorkDate(at)),
        volatility: shapeOn(of.underlying, newYorkDate(at))?.short ?? OPTION_MARKET.least,
      })
    },
    tape: (id, at) => {
      const of = optionOf(id)
      if (of === undefined) return undefined
      const tape = underlyings.tape(of.underlying, at)
      if (tape === undefined) return undefined
      const { open, high, low, last, volume } = tape
      const date = newYorkDate(at)
      const bar = { date, at: newYorkInstant(date, OPEN), open, high, low, close: last, volume }
      const found = seen(of, bar, at)
      return found === undefined ? undefined : { open: found.open, high: found.high, low: found.low, last: found.close, volume: found.volume } // prettier-ignore
    },
    pathBar: (id, from, to) => {
      const of = optionOf(id)
      return of === undefined ? undefined : seen(of, underlyings.pathBar(of.underlying, from, to), to) // prettier-ignore
    },
    priceRange: (id, from, to) => {
      const of = optionOf(id)
      const last = of === undefined ? undefined : lastTradeAt(of)
      if (of === undefined || last === undefined) return undefined
      const [begin, end] = [Math.min(from, last), Math.min(to, last)]
      const spots = underlyings.priceRange?.(of.underlying, begin, end)
      // The surface and the list of dividends change with the day.
      if (spots === undefined || newYorkDate(begin) !== newYorkDate(end)) return undefined
      const corners = [begin, end].flatMap((at) => [
        workedOut(of, spots.low, at),
        workedOut(of, spots.high, at),
      ])
      return rangeOf(of, corners, begin, end)
    },
    volumeUntil: (id, at) => {
      const of = optionOf(id)
      const units = of === undefined ? undefined : unitsUntil(of, at)
      const share = of === undefined ? undefined : shareOn(of, newYorkDate(at))
      return units === undefined || share === undefined ? undefined : Math.round(units * share)
    },
    splitOn: () => 1,
    settlementPrice: (id, date) => {
      const of = optionOf(id)
      if (of === undefined || date !== of.expiry) return undefined
      const settled = settledAgainst(of, styleOf(of.underlying), underlyings)
      if (settled === undefined) return undefined
      const sign = of.right === 'C' ? 1 : -1
      return Math.max(0, sign * (settled - toNumber(of.strike)))
    },
    dailyBar: (id, date) => {
      const of = optionOf(id)
      const bar = of === undefined || date > of.expiry ? undefined : underlyings.dailyBar(of.underlying, date) // prettier-ignore
      return of === undefined ? undefined : seen(of, bar, (bar?.at ?? 0) + SESSION_MS)
    },
    dailyBars: (id, count, until) => {
      const of = optionOf(id)
      if (of === undefined) return []
      const last = until < of.expiry ? until : of.expiry
      const bars = underlyings.dailyBars(of.underlying, Math.min(count, MOST_DAYS), last, 'splits')
      return bars.flatMap((bar) => seen(of, bar, bar.at + SESSION_MS) ?? [])
    },
  }
}

/**
 * Bounds from the values at the corners of a box of spots and instants. In the spot a value is monotone; in time it is
 * nearly, a put that rises towards its strike apart, and what is missed by that is far below the margin.
 */
function rangeOf(
  of: Option,
  corners: readonly (number | undefined)[],
  from: EpochMs,
  to: EpochMs,
): PriceRange | undefined {
  const values = corners.filter((value) => value !== undefined)
  if (values.length < corners.length) return undefined
  const [highest, lowest] = [Math.max(...values), Math.min(...values)]
  const margin = RANGE_MARGIN.ofWidth * (highest - lowest) + RANGE_MARGIN.ofValue * highest
  const [high, low] = [highest + margin, Math.max(LEAST_PRICE, lowest - margin)]
  return { high, low, leastSpread: spreadOf(of, low, to), mostSpread: spreadOf(of, high, from) }
}

const RANGE_MARGIN = { ofWidth: 0.05, ofValue: 0.001 } as const

const YEAR_MS = 365 * DAY_MS
const SESSION_MS = 6.5 * 3_600_000
/** New York minutes of the stock market's open. */
const OPEN = 570
/** An option that nobody wants is still asked a cent for; its model price is a tenth of that at least. */
const LEAST_PRICE = 0.001
/** Nothing is listed for longer than the Januaries after next. */
const MOST_DAYS = 760

/** F = (S − present dividends) e^(bT) */
function forwardOf(inputs: OptionInputs): number {
  const { spot, rate, carry = rate, years } = inputs
  const held = inputs.style === 'european' ? spot : Math.max(spot * 0.01, spot - presentDividends(inputs)) // prettier-ignore
  return held * Math.exp(carry * years)
}

/** What an option settles against: the last close, or for the morning's class the next open. */
function settledAgainst(
  of: Option,
  style: ExerciseStyle,
  underlyings: MarketPart,
): number | undefined {
  if (style === 'european' && isMorningExpiry(of.expiry))
    return underlyings.dailyBar(of.underlying, nextTradingDay(of.expiry))?.open
  return underlyings.dailyBar(of.underlying, of.expiry)?.close
}

/** Surfaces by underlying and day, from closes before the day. */
function surfaceShapes(
  underlyings: MarketPart,
  styleOf: (underlying: InstrumentId) => ExerciseStyle,
): (underlying: InstrumentId, date: IsoDate) => SurfaceShape | undefined {
  const known = new Map<InstrumentId, { readonly date: IsoDate; readonly shape: SurfaceShape | undefined }>() // prettier-ignore
  return (id, date) => {
    const last = known.get(id)
    if (last?.date === date) return last.shape
    const { shortWindow, longWindow } = OPTION_MARKET
    const closes = underlyings
      .dailyBars(id, longWindow + 1, previousTradingDay(date), 'splits')
      .map(({ close }) => close)
    const shape = closes.length < 2 ? undefined : shapeOf(closes, shortWindow, styleOf(id))
    known.set(id, { date, shape })
    return shape
  }
}

function shapeOf(closes: readonly number[], window: number, style: ExerciseStyle): SurfaceShape {
  const { premium, least, most, reversion, skew, curvature } = OPTION_MARKET
  const implied = (of: readonly number[]) =>
    Math.min(most, Math.max(least, realisedVolatility(of) * premium[style]))
  return {
    short: implied(closes.slice(-window)),
    long: implied(closes),
    reversion,
    skew: skew[style],
    curvature: curvature[style],
  }
}

/** Annual, from the squares of daily log returns: σ² = 252 mean r². */
export function realisedVolatility(closes: readonly number[]): number {
  let squares = 0
  for (let i = 1; i < closes.length; i++) {
    const move = Math.log((closes[i] ?? 1) / (closes[i - 1] ?? 1))
    squares += move * move
  }
  return Math.sqrt((252 * squares) / Math.max(1, closes.length - 1))
}

/** Dividends of an option's life, the list kept for a day. */
function expectedDividends({ dividends }: OptionMarketSettings) {
  const known = new Map<InstrumentId, { readonly date: IsoDate; readonly list: ReturnType<typeof dividends.expected> }>() // prettier-ignore
  const listOf = (of: Option, date: IsoDate) => {
    const last = known.get(of.id)
    if (last?.date === date) return last.list
    const list = dividends.expected(of.underlying, date, of.expiry)
    known.set(of.id, { date, list })
    return list
  }
  return (of: Option, at: EpochMs) => {
    const date = newYorkDate(at)
    const day = dayNumberOf(date) ?? 0
    return listOf(of, date).map((paid) => ({
      years: ((dayNumberOf(paid.date) ?? day) - day) / 365,
      amount: paid.amount,
    }))
  }
}

function underlyingUnits(underlyings: MarketPart, of: Option, at: EpochMs): number {
  return underlyings.liquidity(of.underlying, at)?.dailyVolume ?? INDEX_UNITS
}

/** Units of the underlying in a bar that ends at `to`. */
const unitsIn = (bar: PriceBar, to: EpochMs, style: ExerciseStyle): number =>
  style === 'european' ? indexUnits(to - bar.at) : bar.volume

const indexUnits = (sinceMs: number): number =>
  (INDEX_UNITS * Math.max(0, Math.min(SESSION_MS, sinceMs))) / SESSION_MS

/** Contracts for one unit of the underlying, by where the day opened: a day's volume never falls. */
function sharesOfVolume(
  underlyings: MarketPart,
): (of: Option, date: IsoDate) => number | undefined {
  const known = new Map<InstrumentId, { readonly date: IsoDate; readonly share: number | undefined }>() // prettier-ignore
  return (of, date) => {
    const last = known.get(of.id)
    if (last?.date === date) return last.share
    const open = underlyings.dailyBar(of.underlying, date)?.open
    const share = open === undefined ? undefined : shareOfVolume(of, open, date)
    known.set(of.id, { date, share })
    return share
  }
}

/** An index trades nothing itself; its options trade as if it were this many units a day. */
const INDEX_UNITS = 20_000_000
