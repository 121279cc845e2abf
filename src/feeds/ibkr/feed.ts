/**
 * The feed port over TWS or IB Gateway, on a connection of its own, so that a flood of quotes never
 * stands before an order.
 *
 * Invariants
 * 1. Streams and snapshots together never hold more lines than the account has.
 * 2. A quote never pretends: no side is −1, delayed data says so, and a name that TWS will not quote
 *    has no quote.
 * 3. Streams survive a lost connection and TWS's amnesia (1101); what a data farm's flap left silent
 *    is asked for again (nautilus_trader PR#3968).
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Quote } from '#marketdata/quote.ts'
import { FeedError, type Feed } from '#feeds/feed.ts'
import type { IbkrFeedConfig } from '#feeds/ibkr/config.ts'
import { completedBars, MOST_SESSIONS, requestFor, type History } from '#feeds/ibkr/history.ts'
import { emptyQuote, isComplete, isEmpty, isTwoSided, withTick } from '#feeds/ibkr/level1.ts'
import { createLines } from '#feeds/ibkr/lines.ts'
import { createStreams } from '#feeds/ibkr/streams.ts'
import { UNREADABLE } from '#tws/codes.ts'
import { pause } from '#tws/connect.ts'
import { contractOf } from '#tws/contract.ts'
import { createLastingConnection } from '#tws/lasting-connection.ts'
import type { LinkMove } from '#tws/link.ts'
import { allowDelayed, dailyBars, snapshotLevel1 } from '#tws/market-data.ts'
import type { HistoricalBar, TwsMessage } from '#tws/messages.ts'
import { TwsError } from '#tws/tws-error.ts'

/** Our clock: what dates quotes. */
export interface FeedClock {
  now(): EpochMs
}

/** Lines that streams leave for snapshots. */
const LINES_FOR_SNAPSHOTS = 5
/** Longest that TWS takes to end a snapshot, 11 s, and a little. */
const SNAPSHOT_LINE_MS = 13_000
/** The first ticks of a stream, and of a halted name, come within this; a side that is not there by then is empty. */
const SETTLING_MS = 500
/** The port's: at most one quote an instrument and so long. */
const QUOTE_EVERY_MS = 250
/** What cannot be read once may never be: asking again and again would be a loop. */
const REOPEN_EVERY_MS = 60_000
const FARM_BROKEN = 2103
const FARM_OK = 2104

export function createIbkrFeed(config: IbkrFeedConfig, clock: FeedClock): Feed {
  const lines = createLines(config.marketDataLines)
  const histories = createLines(config.historiesInFlight)
  const changed = new Map<InstrumentId, Quote>()
  const arrivals = new Set<() => void>()
  let flushTimer: NodeJS.Timeout | undefined
  let flapTimer: NodeJS.Timeout | undefined
  let isFarmBroken = false
  let nextReopenAt = 0
  let onQuote: (quote: Quote) => void = unheard
  const onNotice = config.onNotice ?? unheard

  const streams = createStreams({ now: () => clock.now(), onChange, onNotice })
  const connection = createLastingConnection(config, {
    prepare: (session) => allowDelayed(session, config.delayedAllowed),
    onMessage: hearOfTheSystem,
    onLink: changeLink,
  })

  function onChange(quote: Quote): void {
    changed.set(quote.instrument, quote)
    flushTimer ??= setTimeout(flush, QUOTE_EVERY_MS)
    for (const arrived of arrivals) arrived()
  }

  function flush(): void {
    flushTimer = undefined
    const fresh = [...changed.values()]
    changed.clear()
    for (const quote of fresh) if (streams.has(quote.instrument)) onQuote(quote)
  }

  function changeLink({ subscribeAnew }: LinkMove, reason: string): void {
    onNotice(`market data connection: ${reason}`)
    if (!subscribeAnew) return
    attempt(async () => streams.reopen(connection.session())).catch(unheard) // the next one opens them
  }

  function hearOfTheSystem(message: TwsMessage): void {
    if (message.type !== 'notice' || message.reqId !== -1) return
    if (message.code === UNREADABLE) return reopenCut()
    if (message.code === FARM_BROKEN) isFarmBroken = true
    if (message.code !== FARM_OK || !isFarmBroken) return
    isFarmBroken = false
    const since = clock.now()
    clearTimeout(flapTimer)
    flapTimer = setTimeout(() => {
      attempt(async () => streams.reopenSilent(connection.session(), since)).catch(unheard)
    }, config.silenceAfterFlapMs)
  }

  /** A message that cannot be read ends every stream of the session, for it may have been of any. */
  function reopenCut(): void {
    const now = clock.now()
    if (now < nextReopenAt) return
    nextReopenAt = now + REOPEN_EVERY_MS
    attempt(async () => streams.reopen(connection.session())).catch(unheard) // the next one opens them
  }

  async function subscribe(instruments: readonly Instrument[]): Promise<void> {
    const session = connection.session()
    const most = Math.max(1, lines.total - LINES_FOR_SNAPSHOTS)
    if (instruments.length > most)
      throw new FeedError('no-line', `${instruments.length} streams were asked for; the account has ${lines.total} market data lines, of which ${most} may stream: name fewer, or configure the lines it has`) // prettier-ignore
    streams.replace(session, instruments)
    lines.reserve(streams.size)
  }

  async function quotes(
    instruments: readonly Instrument[],
    timeoutMs: number,
  ): Promise<ReadonlyMap<InstrumentId, Quote>> {
    connection.session() // none: not-connected, rather than an empty answer
    const deadline = Date.now() + timeoutMs
    const found = await Promise.all(
      instruments.map((one) =>
        streams.has(one.id) ? streamed(one.id, deadline) : snapshot(one, deadline),
      ),
    )
    return new Map(found.flatMap((quote) => (quote === undefined ? [] : [[quote.instrument, quote]]))) // prettier-ignore
  }

  /** What the stream has, once it has both sides; a moment after its first tick, whatever it has. */
  function streamed(id: InstrumentId, deadline: number): Promise<Quote | undefined> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        clearTimeout(settling)
        arrivals.delete(look)
        resolve(streams.quote(id))
      }
      const look = (): void => {
        const quote = streams.quote(id)
        if (streams.isRefused(id) || (quote !== undefined && isTwoSided(quote))) end()
        else if (quote !== undefined) settling ??= setTimeout(end, SETTLING_MS)
      }
      const timer = setTimeout(end, Math.max(0, deadline - Date.now()))
      let settling: NodeJS.Timeout | undefined
      arrivals.add(look)
      look()
    })
  }

  /** A snapshot in its turn. Undefined: refused, or nothing came in time. */
  async function snapshot(instrument: Instrument, deadline: number): Promise<Quote | undefined> {
    return new Promise((resolve) => {
      let quote = emptyQuote(instrument.id, clock.now())
      let isOver = false
      const end = (): void => {
        if (isOver) return
        isOver = true
        clearTimeout(timer)
        clearTimeout(settling)
        resolve(isEmpty(quote) ? undefined : { ...quote, at: clock.now() })
      }
      const timer = setTimeout(end, Math.max(0, deadline - Date.now()))
      let settling: NodeJS.Timeout | undefined
      const take = (message: TwsMessage): void => {
        if (message.type === 'notice') onNotice(`quote of ${instrument.id}: ${message.code}: ${message.text}`) // prettier-ignore
        quote = withTick(quote, message, clock.now())
        if (isComplete(quote)) end()
        // A halted name has no sides to wait for; TWS would end it after eleven seconds.
        else if (quote.halted) settling ??= setTimeout(end, SETTLING_MS)
      }
      borrowLine(instrument, take, () => !isOver)
        .catch((error: unknown) => onNotice(String(error)))
        .finally(end)
    })
  }

  /** TWS counts the line until it has ended the snapshot, so we do, too. */
  async function borrowLine(
    instrument: Instrument,
    take: (message: TwsMessage) => void,
    isWanted: () => boolean,
  ): Promise<void> {
    if (!(await lines.borrow(isWanted))) return
    try {
      const session = connection.session()
      await snapshotLevel1(session, contractOf(instrument), instrument.id, take, SNAPSHOT_LINE_MS)
    } finally {
      lines.giveBack()
    }
  }

  async function history(of: History): Promise<readonly PriceBar[]> {
    await histories.borrow(() => true)
    try {
      const now = clock.now()
      return completedBars(await ask(of, now), of, now)
    } finally {
      histories.giveBack()
    }
  }

  /** Once more, later, where TWS says that we ask too often. */
  async function ask(of: History, now: EpochMs): Promise<readonly HistoricalBar[]> {
    const request = requestFor(of, now)
    try {
      return await dailyBars(connection.session(), request, config.historyTimeoutMs)
    } catch (error) {
      if (!isPacingViolation(error)) throw error
      await pause(config.historyPauseMs)
      return dailyBars(connection.session(), request, config.historyTimeoutMs)
    }
  }

  return {
    connect: () => attempt(() => connection.open()),
    subscribe: (instruments) => attempt(() => subscribe(instruments)),
    quotes: (instruments, timeoutMs) => attempt(() => quotes(instruments, timeoutMs)),
    dailyBars: (instrument: Instrument, count: number, until: IsoDate, adjusted) => {
      const sessions = Math.min(Math.max(1, count), MOST_SESSIONS)
      return attempt(() => history({ instrument, count: sessions, until, adjusted }))
    },
    onQuote: (listener) => {
      onQuote = listener
    },
    close() {
      clearTimeout(flushTimer)
      clearTimeout(flapTimer)
      streams.close()
      connection.close()
      return Promise.resolve()
    },
  }
}

const unheard = (): void => {}

const isPacingViolation = (error: unknown): boolean =>
  error instanceof TwsError && error.code === 162 && /pacing violation/i.test(error.message)

/** Runs a piece of the conversation; its failures come out in the port's words. */
async function attempt<T>(talk: () => Promise<T>): Promise<T> {
  try {
    return await talk()
  } catch (error) {
    if (error instanceof TwsError) throw new FeedError(kindOf(error), error.message, { cause: error }) // prettier-ignore
    throw error
  }
}

function kindOf(error: TwsError): FeedError['kind'] {
  return isPacingViolation(error) ? 'timeout' : KINDS[error.kind]
}

const KINDS: Readonly<Record<TwsError['kind'], FeedError['kind']>> = {
  'not-connected': 'not-connected',
  'client-id-in-use': 'not-connected',
  withheld: 'not-connected',
  uncertain: 'not-connected',
  timeout: 'timeout',
  refused: 'not-found',
  unreadable: 'unreadable',
}
