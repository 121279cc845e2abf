/** Quotes as JSON: in the journal, and in whatever else is stored. */
import { boolean, float, integer, oneOf, optional, record, text, type Codec } from '#model/codec.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Quote } from '#marketdata/quote.ts'

export const QUOTE: Codec<Quote> = record<Quote>({
  instrument: text<InstrumentId>(),
  bid: optional(float),
  ask: optional(float),
  bidSize: optional(float),
  askSize: optional(float),
  last: optional(float),
  close: optional(float),
  volume: optional(float),
  at: integer,
  kind: oneOf('live', 'frozen', 'delayed', 'delayed-frozen'),
  halted: boolean,
})
