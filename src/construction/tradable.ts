/** Whether a name can be traded now, and if not, why: in words that the plan prints. */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { describeLatch, latchesForbid } from '#risk/latch.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { unusableQuote } from '#marketdata/freshness.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'

type Asked = Pick<PlanInputs, 'unknown' | 'quotes' | 'asOf' | 'staleness' | 'latches' | 'snapshot'>

/**
 * The first reason why a name cannot be traded in either direction; undefined where it can.
 *
 * @param fx - base currency per unit of its currency; NaN where unknown
 */
export function untradable(
  inputs: Asked,
  id: InstrumentId,
  instrument: Instrument | undefined,
  fx: number,
): string | undefined {
  if (instrument === undefined) {
    const expiry = expiryBefore(id, inputs.asOf)
    if (expiry !== undefined) return `it expired on ${expiry}: take it off the targets`
    const told = inputs.unknown.find((row) => row.instrument === id)?.reason
    return `the broker does not know it: ${told ?? 'no contract details'}`
  }
  if (Number.isNaN(fx)) return `no exchange rate for ${instrument.currency}`
  const working = inputs.snapshot.openOrders.find((order) => order.instrument === id)
  if (working !== undefined) return 'an order is working in it: cancel it or let it fill first'
  const halt = latchesForbid(inputs.latches, { instrument: id, sector: instrument.sector, adds: false }) // prettier-ignore
  if (halt !== undefined) return `latched: ${describeLatch(halt)}`
  return unusableQuote(inputs.quotes.get(id), inputs.asOf, inputs.staleness.quoteMs)
}

/** The day on which an option ended, by its name, where that is over. */
function expiryBefore(id: InstrumentId, now: EpochMs): IsoDate | undefined {
  const name = parseInstrumentName(id)
  const expiry = name.ok ? name.value.expiry : undefined
  const day = expiry?.replace(/^(....)(..)(..)$/, '$1-$2-$3')
  return day !== undefined && day < newYorkDate(now) ? day : undefined
}
