/** Breaks in the journal's JSON. */
import { integer, oneOf, optional, record, text, type Codec } from '#model/codec.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Break } from '#reconciliation/reconcile.ts'

export const BREAK: Codec<Break> = record<Break>({
  id: text(),
  kind: oneOf('position', 'cash', 'order', 'execution'),
  cause: oneOf(
    'fill-in-flight',
    'missed-fill',
    'external-trade',
    'unknown-order',
    'lost-order',
    'cash-difference',
    'late-fill',
    'unexplained',
  ),
  severity: oneOf('info', 'minor', 'severe'),
  instrument: optional(text<InstrumentId>()),
  ours: text(),
  theirs: text(),
  since: integer,
  detail: text(),
})
