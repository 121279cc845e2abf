/** Whether a name can be traded now, and if not, why: in words that the plan prints. */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { describeLatch, latchesForbid } from '#risk/latch.ts'
import { freshnessOf, type Freshness } from '#marketdata/freshness.ts'
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

/** Why a quote is no price to trade at, in words; undefined where it is. */
export function unusableQuote(
  quote: Quote | undefined,
  asOf: EpochMs,
  quoteMs: number,
): string | undefined {
  const verdict = freshnessOf(quote, asOf, quoteMs)
  if (verdict === 'fresh') return undefined
  return quote === undefined ? 'no quote' : IN_WORDS[verdict](quote, asOf - quote.at, quoteMs)
}

type Faulty = Exclude<Freshness, 'fresh'>

const IN_WORDS: Readonly<Record<Faulty, (quote: Quote, ageMs: number, quoteMs: number) => string>> =
  {
    missing: () => 'no quote',
    halted: () => 'trading is halted',
    delayed: ({ kind }) => `the quote is ${kind}, not live`,
    zero: ({ bid, ask }) => `the quote is not above zero (${bid} / ${ask})`,
    'one-sided': () => 'the quote has one side only',
    crossed: ({ bid, ask }) => `the quote is crossed (${bid} / ${ask})`,
    stale: ({ kind }, ageMs, quoteMs) =>
      kind === 'frozen'
        ? 'the quote is frozen at a close, not live'
        : `the quote is ${ageMs} ms old, at most ${quoteMs} ms is fresh`,
  }
