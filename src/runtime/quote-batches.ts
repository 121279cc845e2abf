/**
 * Raw quotes are not journalled. The changed ones of names that matter (working orders, the open
 * plan) go in as one batch every 250 ms, the interval at which IBKR samples them.
 */
import type { InstrumentId } from '#model/ids.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Quote } from '#marketdata/quote.ts'

const BATCH_EVERY_MS = 250

export interface QuoteBatches {
  heard(quote: Quote): void
  /** Which names matter from here on. */
  follow(names: ReadonlySet<InstrumentId>): void
  stop(): void
}

export function createQuoteBatches(send: (quotes: readonly Quote[]) => void): QuoteBatches {
  let followed: ReadonlySet<InstrumentId> = new Set()
  const changed = new Map<InstrumentId, Quote>()
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    timer = undefined
    const quotes = [...changed.values()].filter(({ instrument }) => followed.has(instrument))
    changed.clear()
    if (quotes.length > 0) send(quotes.toSorted((a, b) => byCodeUnit(a.instrument, b.instrument)))
  }

  return {
    heard(quote) {
      if (!followed.has(quote.instrument)) return
      changed.set(quote.instrument, quote)
      timer ??= setTimeout(flush, BATCH_EVERY_MS).unref()
    },
    follow(names) {
      followed = names
    },
    stop: () => clearTimeout(timer),
  }
}
