/**
 * Which prices figures were computed from: while those stand, at night and while a market is closed, the figures do.
 */
import type { Currency, Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Valuation } from '#exchange/clearing/valuation.ts'

/** Every mark and rate that somebody asked for, and what the answer was. */
export interface PricesSeen {
  readonly marks: Map<InstrumentId, Price | undefined>
  readonly rates: Map<Currency, Price>
}

/** Before anybody asked. */
export const NOTHING_SEEN: PricesSeen = { marks: new Map(), rates: new Map() }

/** The valuation, whose answers are written down. */
export const rememberedIn = ({ marks, rates }: PricesSeen, valuation: Valuation): Valuation => ({
  mark: (id) => {
    const price = valuation.mark(id)
    marks.set(id, price)
    return price
  },
  rate: (currency) => {
    const rate = valuation.rate(currency)
    rates.set(currency, rate)
    return rate
  },
})

/** Whether asking again gives the same; never before anybody asked. */
export const isUnchanged = ({ marks, rates }: PricesSeen, valuation: Valuation): boolean =>
  marks.size > 0 &&
  marks.entries().every(([id, price]) => valuation.mark(id) === price) &&
  rates.entries().every(([currency, rate]) => valuation.rate(currency) === rate)
