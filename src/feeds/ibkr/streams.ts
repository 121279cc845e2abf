/**
 * The level-1 streams of a feed: which names are subscribed, what is known of each, and what came
 * of those that TWS refused. A stream outlives its connection: it is opened again on the next.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import { emptyQuote, isEmpty, withTick } from '#feeds/ibkr/level1.ts'
import { meaningOf } from '#tws/codes.ts'
import { contractOf } from '#tws/contract.ts'
import { streamLevel1 } from '#tws/market-data.ts'
import type { TwsMessage } from '#tws/messages.ts'
import type { TwsSession } from '#tws/session.ts'

/** What is known of one subscribed name. */
interface Line {
  readonly instrument: Instrument
  quote: Quote
  /** When TWS last said anything about it, our clock. */
  heardAt: EpochMs
  /** TWS's words, when it will not quote it. */
  refusal: string | undefined
  close: () => void
}

export interface Streams {
  /** Opens what is new, ends what is no longer named. */
  replace(session: TwsSession, instruments: readonly Instrument[]): void
  /** Opens all again: TWS has forgotten them, or this is another connection. */
  reopen(session: TwsSession): void
  /** Opens again what has been silent since an instant. */
  reopenSilent(session: TwsSession, since: EpochMs): void
  has(instrument: InstrumentId): boolean
  /** Undefined where nothing has come yet. */
  quote(instrument: InstrumentId): Quote | undefined
  isRefused(instrument: InstrumentId): boolean
  readonly size: number
  close(): void
}

export interface StreamEvents {
  readonly now: () => EpochMs
  readonly onChange: (quote: Quote) => void
  /** A warning or refusal of TWS's about a name. */
  readonly onNotice: (text: string) => void
}

/** Live updates failed, a bust: TWS wants to be asked again (10182, 10225). */
const ASK_AGAIN = new Set([10182, 10225])

export function createStreams(events: StreamEvents): Streams {
  const lines = new Map<InstrumentId, Line>()

  function open(session: TwsSession, line: Line): void {
    line.close()
    line.refusal = undefined
    line.heardAt = events.now()
    const { instrument } = line
    // What was known may be long over: the first tick to come must not make the rest look fresh.
    line.quote = emptyQuote(instrument.id, line.heardAt)
    const take = (message: TwsMessage): void => hear(session, line, message)
    line.close = streamLevel1(session, contractOf(instrument), instrument.id, take)
  }

  function hear(session: TwsSession, line: Line, message: TwsMessage): void {
    if (message.type === 'closed') return
    line.heardAt = events.now()
    if (message.type === 'notice') return hearNotice(session, line, message.code, message.text)
    const quote = withTick(line.quote, message, line.heardAt)
    if (quote === line.quote) return
    line.quote = quote
    if (!isEmpty(quote)) events.onChange(quote)
  }

  function hearNotice(session: TwsSession, line: Line, code: number, text: string): void {
    events.onNotice(`quotes of ${line.instrument.id}: ${code}: ${text}`)
    if (meaningOf(code).class !== 'E') return
    if (ASK_AGAIN.has(code) && session.isOpen()) return open(session, line)
    line.close()
    line.close = alreadyClosed
    line.refusal = text
  }

  return {
    replace(session, instruments) {
      const wanted = new Set(instruments.map(({ id }) => id))
      for (const [id, line] of lines) {
        if (wanted.has(id)) continue
        line.close()
        lines.delete(id)
      }
      for (const instrument of instruments) {
        if (lines.has(instrument.id)) continue
        const line = newLine(instrument, events.now())
        lines.set(instrument.id, line)
        open(session, line)
      }
    },
    reopen(session) {
      for (const line of lines.values()) open(session, line)
    },
    reopenSilent(session, since) {
      for (const line of lines.values())
        if (line.heardAt <= since && line.refusal === undefined) open(session, line)
    },
    has: (instrument) => lines.has(instrument),
    quote(instrument) {
      const quote = lines.get(instrument)?.quote
      return quote === undefined || isEmpty(quote) ? undefined : quote
    },
    isRefused: (instrument) => lines.get(instrument)?.refusal !== undefined,
    get size() {
      return lines.size
    },
    close() {
      for (const line of lines.values()) line.close()
      lines.clear()
    },
  }
}

const alreadyClosed = (): void => {}

const newLine = (instrument: Instrument, at: EpochMs): Line => ({
  instrument,
  quote: emptyQuote(instrument.id, at),
  heardAt: at,
  refusal: undefined,
  close: alreadyClosed,
})
