/**
 * What the venue shows: the market maker's book, marks, level 1, depth; and the footprints our trading
 * leaves in them. Reads the market model; decides nothing.
 *
 * Level 1 is made without the book behind it: a day of quotes of hundreds of names passes through here.
 */
import { floatNanos, toNumber } from '#model/border.ts'
import { quantity, type Price, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkDate, previousTradingDay } from '#marketdata/calendar.ts'
import { uniformAt } from '#numerics/random.ts'
import { depthOf, levelOne } from '#exchange/book/level-one.ts'
import type {
  DepthLevel,
  ExchangeSettings,
  HaltCause,
  VenueDepth,
  VenueExecution,
  VenueQuote,
} from '#exchange/exchange.ts'
import { IMPACT, afterTrade, recovered, type ImpactCoefficients } from '#exchange/book/impact.ts'
import {
  disturbanceAt,
  orderedHaltAt,
  previousCloseOf,
  shiftAt,
  snappedOn,
  type Halt,
  type LastPrice,
  type Line,
} from '#exchange/book/lines.ts'
import { BOOK_SHAPE, bookReach, marketMakerBook, marketMakerTouch, type BookInputs } from '#exchange/book/market-maker.ts' // prettier-ignore
import { haltPlan } from '#exchange/book/halt-plan.ts'
import { lineTable } from '#exchange/book/line-table.ts'
import { levelTape } from '#exchange/book/level-tape.ts'
import type { BandsFrom } from '#exchange/book/price-bands.ts'
import { printRuns, volumeUntil, type PrintRuns } from '#exchange/book/print-runs.ts'
import type { QuoteDisturbance } from '#exchange/controls.ts'
import type { MarketModel, RecordedQuote } from '#exchange/market-model.ts'
import { nextQuoteAfter, quotePace, quoteTimeAt, type QuoteTime } from '#exchange/market/quote-times.ts' // prettier-ignore
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface QuoteBoard {
  instrument(id: InstrumentId): Instrument | undefined
  /** Whether it has been ordered to stand still, whatever the time. */
  isHalted(id: InstrumentId): boolean
  /** The halt that is on; undefined while there is none. */
  haltAt(id: InstrumentId, now: EpochMs): Halt | undefined
  /** Stops trading until somebody ends it, or until `until`. @returns whether it traded before */
  halt(id: InstrumentId, cause: HaltCause, now: EpochMs, until: EpochMs | undefined): boolean
  /** @returns whether a halt has ended by it */
  resume(id: InstrumentId, now: EpochMs): boolean
  /** When a halt of its own begins or ends next, or its session ends: when to ask again. */
  nextTurnAt(of: Instrument, now: EpochMs): EpochMs
  /** Halts that were on at some instant of [from, to) of one session, that of its beginning. */
  haltsIn(of: Instrument, from: EpochMs, to: EpochMs): readonly Halt[]
  /** The price bands that hold; undefined where there are none. */
  bandsAt(of: Instrument, now: EpochMs): BandsFrom | undefined
  disturb(id: InstrumentId, what: QuoteDisturbance, now: EpochMs, until: EpochMs): void
  /** The quote that stands. */
  quoteTime(of: Instrument, now: EpochMs): QuoteTime
  nextQuoteAt(of: Instrument, now: EpochMs): EpochMs
  /** The market maker's side; undefined while it quotes nothing. */
  book(of: Instrument, now: EpochMs): VenueDepth | undefined
  /** The market maker's and our resting orders together, best first, equal prices summed. */
  depth(of: Instrument, now: EpochMs, own: VenueDepth): VenueDepth
  quote(of: Instrument, now: EpochMs, own: VenueDepth): VenueQuote
  /** Of the quote without our orders its prices alone, at a fraction of its cost. */
  prices(of: Instrument, now: EpochMs): Pick<VenueQuote, 'bid' | 'ask' | 'last'>
  /**
   * What positions are valued at: the efficient price on the grid, and the official close while all is closed;
   * undefined while there never was one.
   */
  mark(id: InstrumentId, now: EpochMs): Price | undefined
  /** Remembers a trade that took liquidity. @param units - signed */
  leave(of: Instrument, units: Quantity, now: EpochMs): void
  /**
   * Whether a limit is so far from the efficient price that no level of the book comes near it:
   * most resting orders, most of the time, and much cheaper than the book itself.
   */
  isFar(of: Instrument, now: EpochMs, limit: Price): boolean
  /** Units that others sold into the bids and bought from the offers between two quotes of a session. */
  flowBetween(of: Instrument, from: EpochMs, to: EpochMs): Flow
  /** The efficient price of the quote that stands, our own shift included. */
  fair(of: Instrument, now: EpochMs): number | undefined
  /** The best bid and offer of the market maker then, also at an instant gone by; undefined while it quotes nothing. */
  touch(of: Instrument, at: EpochMs): Touch | undefined
  /** The line itself, for those who make the tape from it. */
  line(of: Instrument): Line
  /** The stretches of trading that level 1 and the tape have in common. */
  readonly prints: PrintRuns
  /** The last price that was printed before an instant. */
  printedBefore(of: Instrument, at: EpochMs): number | undefined
  /** Whether a trade of ours was printed at an instant or after it, and not later than another. */
  isPrintedByUs(of: Instrument, since: EpochMs, until: EpochMs): boolean
  /** A new day: our shifts are gone from the price. */
  forget(now: EpochMs): void
}

/** The best level of each side; undefined where it is empty. */
export interface Touch {
  readonly bid: DepthLevel | undefined
  readonly ask: DepthLevel | undefined
}

/** Units, ≥ 0. */
export interface Flow {
  readonly intoBids: number
  readonly fromAsks: number
}

const EMPTY: VenueDepth = { bids: [], asks: [] }

type BoardSettings = Pick<ExchangeSettings, 'market' | 'seed' | 'halted' | 'impact' | 'volatilityHalts' | 'circuitBreakerIndex' | 'quoteEveryMs'> // prettier-ignore

/** @param own - our own trades of an instrument, oldest first: the tape has them too */
export function quoteBoard(
  settings: BoardSettings,
  hours: VenueHours,
  own: (of: InstrumentId) => readonly VenueExecution[] = () => [],
): QuoteBoard {
  const { market, impact = IMPACT } = settings
  const plan = haltPlan(settings, hours)
  const pace = quotePace(settings.quoteEveryMs)
  const lines = lineTable(settings)
  const { lineOf } = lines
  const runs = printRuns(market, hours, lineOf)

  const quoteTime = (line: Line, now: EpochMs): QuoteTime => {
    const { standing } = line
    if (standing !== undefined && now >= standing.at && now < standing.standsUntil) return standing
    const recorded = market.recordedQuote?.(line.of.id, now)
    const found = quoteTimeAt(line.of, line.key, hours, now, pace)
    line.standing = recorded === undefined ? found : asRecorded(found, recorded, now)
    return line.standing
  }

  const haltAt = (line: Line, now: EpochMs): Halt | undefined => {
    const halt = orderedHaltAt(line, now) ?? plan.haltAt(line, now)
    if (halt !== undefined || line.of.assetClass !== 'OPT') return halt
    const underlying = lines.known(line.of.underlying)
    return underlying === undefined ? undefined : haltAt(underlying, now)
  }
  const turnAfter = (line: Line, now: EpochMs): EpochMs => {
    const ends = line.halts.flatMap(({ until }) =>
      until !== undefined && until > now ? [until] : [],
    )
    return Math.min(plan.nextTurnAt(line, now), ...ends)
  }
  const bandsAt = (line: Line, now: EpochMs): BandsFrom | undefined => plan.bandsAt(line, now)

  /** The efficient price then; between sessions the last one, on today's split basis. */
  const fairOf = (line: Line, time: QuoteTime, now: EpochMs): number | undefined => {
    const fair = market.fairPrice(line.of.id, time.phase === 'closed' ? now : time.at)
    const shift = shiftAt(line, now)
    const moved = fair === undefined || shift === 0 ? fair : fair * Math.exp(shift)
    const bands = moved === undefined ? undefined : bandsAt(line, now)
    return bands === undefined || moved === undefined ? moved : Math.min(bands.high, Math.max(bands.low, moved)) // prettier-ignore
  }

  /** Of an instant gone by too, but for the holes that had not closed by then. */
  const inputsAt = (line: Line, now: EpochMs): BookInputs | undefined => {
    if (haltAt(line, now) !== undefined) return undefined
    const time = quoteTime(line, now)
    const [fair, liquidity] = [fairOf(line, time, now), market.liquidity(line.of.id, time.at)]
    if (fair === undefined || liquidity === undefined) return undefined
    const disturbance = disturbanceAt(line, now)
    return {
      of: line.of,
      fair,
      liquidity,
      missing: missingAt(line, time, now),
      key: line.key,
      tick: time.tick,
      sizeFactor: time.phase === 'regular' ? 1 : BOOK_SHAPE.outsideHoursSize,
      bands: nanosOf(bandsAt(line, now)),
      disturbance: disturbance?.what,
      recorded: touchOf(market.recordedQuote?.(line.of.id, now)),
    }
  }

  const missingAt = (line: Line, { at }: QuoteTime, now: EpochMs): BookInputs['missing'] => {
    const { footprint } = line
    if (now < footprint.at) return UNTOUCHED
    const disturbance = disturbanceAt(line, now)
    if (disturbance?.what.kind === 'thin') return disturbance.taken
    return recovered(footprint, Math.max(at, footprint.at), impact)
  }

  const previousClose = (line: Line, now: EpochMs): number | undefined =>
    previousCloseOf(line, hours.regular(line.of, now), now, (id, day) => closeBefore(market, id, day)) // prettier-ignore

  /** The last regular close, on the basis of the day at `now`. */
  const officialClose = (line: Line, now: EpochMs): number | undefined => {
    const next = hours.regular(line.of, now)
    const close = market.fairPrice(line.of.id, hours.before(line.of, next.date, false).closesAt)
    if (close === undefined || newYorkDate(now) < next.date) return close
    return close / market.splitOn(line.of.id, next.date)
  }

  const lastOf = (line: Line, now: EpochMs): Price | undefined => {
    const halt = haltAt(line, now)
    if (halt !== undefined && halt.since === undefined) return snappedOn(line, previousClose(line, now)) // prettier-ignore
    const at = halt?.since ?? now
    const fair = fairOf(line, quoteTime(line, at), at)
    return snappedOn(line, fair ?? previousClose(line, now))
  }

  const mark = (line: Line, now: EpochMs): Price | undefined => {
    const isClosed = quoteTime(line, now).phase === 'closed' && haltAt(line, now) === undefined
    const close = isClosed ? officialClose(line, now) : undefined
    return close === undefined ? lastOf(line, now) : snappedOn(line, close)
  }

  const haltsIn = (line: Line, from: EpochMs, to: EpochMs): readonly Halt[] => {
    const { of, halts } = line
    const paused = plan.pausesIn(line, from, to)
    const underlying = of.assetClass === 'OPT' ? lines.known(of.underlying) : undefined
    const theirs = underlying === undefined ? NO_HALTS : haltsIn(underlying, from, to)
    if (halts.length === 0 && paused.length === 0) return theirs
    const pauses = paused.map((pause): Halt => ({ cause: 'volatility', ...pause }))
    const ours = [...halts, ...pauses].filter(({ since, until }) => (since ?? -Infinity) < to && (until ?? Infinity) >= from) // prettier-ignore
    return theirs.length === 0 ? ours : [...ours, ...theirs]
  }

  const printed = levelTape({
    market,
    hours,
    runs,
    shownBy: (line) => (line.shownBy ??= { line, bandsAt: (at) => bandsAt(line, at) }),
    haltsIn,
    own,
  })

  /** Of a quote at an instant; where nothing is printed all day the efficient price. */
  const lastAt = (line: Line, { at }: QuoteTime, now: EpochMs): LastPrice | undefined => {
    const print = isHaltedFromStart(line, now) ? undefined : printed.last(line, at, now)
    if (print !== undefined) return print
    const price = printed.isPrinted(line, now) ? snappedOn(line, previousClose(line, now)) : lastOf(line, now) // prettier-ignore
    return price === undefined ? undefined : { price, size: NONE, at: undefined, venue: undefined }
  }

  const book: QuoteBoard['book'] = (of, now) => {
    const inputs = inputsAt(lineOf(of), now)
    return inputs === undefined ? undefined : marketMakerBook(inputs)
  }

  const prices: QuoteBoard['prices'] = (of, now) => {
    const line = lineOf(of)
    if (line.disturbance !== undefined) return quote(of, now, EMPTY)
    const inputs = inputsAt(line, now)
    const last = lastAt(line, quoteTime(line, now), now)?.price
    if (inputs === undefined) return { bid: undefined, ask: undefined, last }
    const { bid, ask } = marketMakerTouch(inputs)
    return { bid: bid?.price, ask: ask?.price, last }
  }

  const quote: QuoteBoard['quote'] = (of, now, resting) => {
    const line = lineOf(of)
    const at = shownAt(line, now)
    const time = quoteTime(line, at)
    const inputs = inputsAt(line, at)
    const last = lastAt(line, time, at)
    const seen = time.phase === 'regular' ? time.at : at
    return levelOne({
      line,
      time,
      touch: inputs === undefined ? undefined : marketMakerTouch(inputs),
      own: resting,
      last,
      day: isHaltedFromStart(line, at) ? undefined : printed.day(line, seen, last),
      previousClose: previousClose(line, at),
      isHalted: inputs === undefined && haltAt(line, at) !== undefined,
      isZero: disturbanceAt(line, now)?.what.kind === 'zero',
    })
  }

  return {
    instrument: lines.instrument,
    isHalted: (id) =>
      lines.known(id)?.halts.at(-1)?.until === undefined && lines.known(id)?.halts.length !== 0,
    haltAt: (id, now) => {
      const line = lines.known(id)
      return line === undefined ? undefined : haltAt(line, now)
    },
    halt: (id, cause, now, until) => {
      const line = lines.known(id)
      return line !== undefined && stopped(line, cause, now, until)
    },
    resume: (id, now) => {
      const line = lines.known(id)
      return line !== undefined && resumed(line, now)
    },
    nextTurnAt: (of, now) => {
      const underlying = of.assetClass === 'OPT' ? lines.known(of.underlying) : undefined
      return Math.min(
        ...[lineOf(of), ...(underlying === undefined ? [] : [underlying])].map((line) =>
          turnAfter(line, now),
        ),
      )
    },
    haltsIn: (of, from, to) => haltsIn(lineOf(of), from, to),
    bandsAt: (of, now) => bandsAt(lineOf(of), now),
    disturb: (id, what, now, until) => {
      const line = lines.known(id)
      if (line === undefined) return
      if (what.kind === 'jump') move(line, Math.log(1 + what.fraction), now, impact)
      else line.disturbance = what.kind === 'none' ? undefined : { what, since: now, until, taken: UNTOUCHED } // prettier-ignore
    },
    quoteTime: (of, now) => quoteTime(lineOf(of), now),
    nextQuoteAt: (of, now) => {
      const next = nextQuoteAfter(of, lineOf(of).key, hours, now, pace)
      const recorded = market.nextRecordedAt?.(of.id, now)
      return recorded === undefined ? next : Math.min(next, recorded)
    },
    book,
    depth: (of, now, resting) => {
      const maker = book(of, shownAt(lineOf(of), now))
      return maker === undefined ? EMPTY : depthOf(maker, resting)
    },
    quote,
    prices,
    mark: (id, now) => {
      const line = lines.known(id)
      return line === undefined ? undefined : mark(line, now)
    },
    leave: (of, units, now) => {
      const liquidity = market.liquidity(of.id, now)
      const line = lineOf(of)
      if (liquidity === undefined) return
      const signed = toNumber(units)
      line.footprint = afterTrade(line.footprint, signed, liquidity, now, impact)
      line.shifts.push({ at: now, sum: line.footprint.shift })
      line.disturbance = takenFrom(line.disturbance, signed)
    },
    isFar: (of, now, limit) => {
      const line = lineOf(of)
      const fair = fairOf(line, quoteTime(line, now), now)
      const liquidity = market.liquidity(of.id, now)
      if (fair === undefined || liquidity === undefined) return true
      if (
        disturbanceAt(line, now) !== undefined ||
        market.recordedQuote?.(of.id, now) !== undefined
      )
        return false
      return Math.abs(toNumber(limit) - fair) > bookReach(of, fair, liquidity)
    },
    flowBetween: (of, from, to) => {
      const traded = Math.max(0, volumeUntil(market, of.id, to) - volumeUntil(market, of.id, from))
      const share = traded === 0 ? 0 : uniformAt(lineOf(of).flowKey, Math.floor(to))
      // Of contracts few trade between two quotes, and each is sold or bought whole.
      const intoBids = isContract(of) ? Math.round(traded * share) : traded * share
      return { intoBids, fromAsks: traded - intoBids }
    },
    fair: (of, now) => {
      const line = lineOf(of)
      return fairOf(line, quoteTime(line, now), now)
    },
    touch: (of, at) => {
      const inputs = inputsAt(lineOf(of), at)
      return inputs === undefined ? undefined : marketMakerTouch(inputs)
    },
    line: lineOf,
    prints: runs,
    printedBefore: (of, at) => {
      const print = printed.last(lineOf(of), at - 1)
      return print === undefined ? undefined : toNumber(print.price)
    },
    isPrintedByUs: ({ id }, since, until) =>
      (own(id).findLast(({ at }) => at <= until)?.at ?? -Infinity) >= since,
    forget: lines.forget,
  }
}

/** It has not traded since before the venue began. */
const isHaltedFromStart = (line: Line, at: EpochMs): boolean => {
  const halt = orderedHaltAt(line, at)
  return halt !== undefined && halt.since === undefined
}

const isContract = ({ assetClass }: Instrument): boolean =>
  assetClass === 'OPT' || assetClass === 'FUT'

/** @returns whether it traded before */
function stopped(line: Line, cause: HaltCause, now: EpochMs, until: EpochMs | undefined): boolean {
  const on = orderedHaltAt(line, now)
  const earlier = on === undefined ? line.halts : line.halts.slice(0, -1)
  line.halts = [...earlier, { cause, since: on === undefined ? now : on.since, until }]
  return on === undefined
}

/** @returns whether a halt has ended by it */
function resumed(line: Line, now: EpochMs): boolean {
  const on = orderedHaltAt(line, now)
  if (on === undefined) return false
  line.halts = [...line.halts.slice(0, -1), { ...on, until: now }]
  return true
}

/** When the market was as it is shown: a stale quote goes on standing. */
function shownAt(line: Line, now: EpochMs): EpochMs {
  const disturbance = disturbanceAt(line, now)
  return disturbance?.what.kind === 'stale' ? disturbance.since : now
}

const NO_HALTS: readonly Halt[] = []
const NONE = quantity('0')

const UNTOUCHED = { fromBids: 0, fromAsks: 0 } as const

function move(line: Line, by: number, now: EpochMs, impact: ImpactCoefficients): void {
  const sum = line.footprint.shift + by
  line.footprint = { ...recovered(line.footprint, now, impact), shift: sum, at: now }
  line.shifts.push({ at: now, sum })
}

function takenFrom(disturbance: Line['disturbance'], units: number): Line['disturbance'] {
  if (disturbance === undefined) return undefined
  const { fromBids, fromAsks } = disturbance.taken
  return {
    ...disturbance,
    taken: { fromBids: fromBids + Math.max(0, -units), fromAsks: fromAsks + Math.max(0, units) },
  }
}

const nanosOf = (bands: BandsFrom | undefined): BookInputs['bands'] =>
  bands === undefined ? undefined : { low: floatNanos(bands.low), high: floatNanos(bands.high) }

/** A recorded quote is numbered by its time, and stands until the market model is asked again. */
function asRecorded(made: QuoteTime, recorded: RecordedQuote, now: EpochMs): QuoteTime {
  const at = Math.min(now, recorded.at)
  return { at, tick: Math.floor(at), phase: made.phase, standsUntil: now }
}

function touchOf(recorded: RecordedQuote | undefined): BookInputs['recorded'] {
  if (recorded === undefined) return undefined
  const { bid, ask, bidSize, askSize } = recorded
  return {
    bid: bid === undefined ? undefined : floatNanos(bid),
    ask: ask === undefined ? undefined : floatNanos(ask),
    bidUnits: bidSize === undefined ? undefined : toNumber(bidSize),
    askUnits: askSize === undefined ? undefined : toNumber(askSize),
  }
}

/** The close before a day, on that day's split basis. */
function closeBefore(market: MarketModel, id: InstrumentId, day: string): number | undefined {
  const [bar] = market.dailyBars(id, 1, previousTradingDay(day), 'splits')
  return bar === undefined ? undefined : bar.close / market.splitOn(id, day)
}
