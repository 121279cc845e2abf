/**
 * A market in which corporate actions happen that its prices alone do not tell: dividends, splits of what was
 * recorded, tickers that change.
 *
 * A listing that takes another's place begins on the day of the change, the other one ends the day before: outside its
 * life it has no price and no quote. Both keep their history.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { newYorkDate, newYorkInstant, previousTradingDay } from '#marketdata/calendar.ts'
import { adjustForSplits, type Split } from '#marketdata/corporate-actions.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { MarketPart } from '#exchange/market/composed-market.ts'

export interface ActionBook {
  /** In the order in which they were given. */
  on(instrument: InstrumentId, date: IsoDate): readonly CorporateAction[]
  splits(instrument: InstrumentId): readonly Split[]
  isAlive(instrument: InstrumentId, at: EpochMs): boolean
  /** The day from which on it trades under another name; undefined: never, or the name was given to another one. */
  endOf(instrument: InstrumentId): IsoDate | undefined
}

export function actionBook(actions: readonly CorporateAction[]): ActionBook {
  const byName = Map.groupBy(actions, ({ instrument }) => instrument)
  const changes = actions.filter((action) => action.type === 'ticker-change')
  const begins = new Map(changes.map(({ newInstrument, date }) => [newInstrument, date]))
  const ends = new Map(changes.map(({ instrument, date }) => [instrument, date]))
  const splits = new Map([...byName].map(([id, of]) => [id, splitsAmong(of)]))
  return {
    on: (id, date) => (byName.get(id) ?? []).filter((action) => action.date === date),
    splits: (id) => splits.get(id) ?? [],
    isAlive: (id, at) => {
      const [first, end] = [begins.get(id), ends.get(id)]
      if (first === undefined && end === undefined) return true
      const date = newYorkDate(at)
      const [hasBegun, hasEnded] = [first === undefined || date >= first, end !== undefined && date >= end] // prettier-ignore
      return isTakenOver(first, end) ? hasBegun || !hasEnded : hasBegun && !hasEnded
    },
    endOf: (id) => (isTakenOver(begins.get(id), ends.get(id)) ? undefined : ends.get(id)),
  }
}

/** A name that one security left and another took: GOOG on 2014-04-03. */
const isTakenOver = (first: IsoDate | undefined, end: IsoDate | undefined): boolean =>
  first !== undefined && end !== undefined && end <= first

const splitsAmong = (actions: readonly CorporateAction[]): readonly Split[] =>
  actions.flatMap((action) =>
    action.type === 'split' ? [{ date: action.date, ratio: action.ratio }] : [],
  )

/**
 * @param part - its bars as traded
 * @param knowsSplits - whether it carries the book's splits back by itself, as bars with their splits do
 */
export function actedPart(part: MarketPart, book: ActionBook, knowsSplits: boolean): MarketPart {
  const splitOn: MarketPart['splitOn'] = (id, date) =>
    book.splits(id).find((split) => split.date === date)?.ratio ?? part.splitOn(id, date)
  const dailyBars: MarketPart['dailyBars'] = (id, count, until, adjusted) => {
    const end = book.endOf(id)
    const last = end === undefined || until < end ? until : previousTradingDay(end)
    const bars = part.dailyBars(id, count, last, adjusted)
    return knowsSplits ? bars : adjustForSplits(bars, book.splits(id), last)
  }
  const known = knowsSplits ? part : onTodaysBasis(part, book)
  return {
    ...known,
    ...quotesAlive(known, (id, at) => book.isAlive(id, at)),
    splitOn,
    actionsOn: (id, date) => [...(part.actionsOn?.(id, date) ?? []), ...book.on(id, date)],
    dailyBar: (id, date) =>
      date < (book.endOf(id) ?? '9999') ? part.dailyBar(id, date) : undefined,
    dailyBars,
  }
}

/** What was recorded before a split is worth that much less after it, and its quotes stand no more. */
function onTodaysBasis(part: MarketPart, book: ActionBook): MarketPart {
  const isRecordedSince = (id: InstrumentId, date: IsoDate, at: EpochMs): boolean =>
    (part.nextRecordedAt?.(id, newYorkInstant(date, 0) - 1) ?? Infinity) <= at
  const ratioAt = (id: InstrumentId, at: EpochMs): number =>
    book.splits(id).reduce((product, { date, ratio }) => newYorkDate(at) < date || isRecordedSince(id, date, at) ? product : product * ratio, 1) // prettier-ignore
  const { recordedQuote } = part
  return {
    ...part,
    fairPrice: (id, at) => {
      const fair = part.fairPrice(id, at)
      return fair === undefined ? undefined : fair / ratioAt(id, at)
    },
    ...(recordedQuote && { recordedQuote: (id, at) => (ratioAt(id, at) === 1 ? recordedQuote(id, at) : undefined) }), // prettier-ignore
  }
}

/** What is asked about an instant. */
type Instants = Pick<
  MarketPart,
  'fairPrice' | 'liquidity' | 'tape' | 'pathBar' | 'priceRange' | 'recordedQuote' | 'recordedPrints'
>

function quotesAlive(part: MarketPart, isAlive: ActionBook['isAlive']): Instants {
  const { priceRange, recordedQuote, recordedPrints } = part
  return {
    fairPrice: (id, at) => (isAlive(id, at) ? part.fairPrice(id, at) : undefined),
    liquidity: (id, at) => (isAlive(id, at) ? part.liquidity(id, at) : undefined),
    tape: (id, at) => (isAlive(id, at) ? part.tape(id, at) : undefined),
    pathBar: (id, from, to) => (isAlive(id, from) ? part.pathBar(id, from, to) : undefined),
    ...(priceRange && { priceRange: (id, from, to) => (isAlive(id, from) ? priceRange(id, from, to) : undefined) }), // prettier-ignore
    ...(recordedQuote && { recordedQuote: (id, at) => (isAlive(id, at) ? recordedQuote(id, at) : undefined) }), // prettier-ignore
    ...(recordedPrints && { recordedPrints: (id, from, to, most) => (isAlive(id, from) ? recordedPrints(id, from, to, most) : undefined) }), // prettier-ignore
  }
}
