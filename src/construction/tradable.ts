/** Whether a name can be traded now, and if not, why: in words that the plan prints. */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { describeLatch, latchesForbid } from '#risk/latch.ts'
import type { Quote } from '#marketdata/quote.ts'
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

/** Why a quote is no price to trade at; undefined where it is. */
export function unusableQuote(
  quote: Quote | undefined,
  asOf: number,
  quoteMs: number,
): string | undefined {
  if (quote === undefined) return 'no quote'
  const { bid, ask, at, kind, halted } = quote
  if (halted) return 'trading is halted'
  if (bid === undefined || ask === undefined) return 'the quote has one side only'
  if (bid <= 0 || ask <= 0) return `the quote is not above zero (${bid} / ${ask})`
  if (ask < bid) return `the quote is crossed (${bid} / ${ask})`
  if (kind !== 'live') return `the quote is ${kind}, not live`
  const ageMs = asOf - at
  if (ageMs > quoteMs) return `the quote is ${ageMs} ms old, at most ${quoteMs} ms is fresh`
  return undefined
}
