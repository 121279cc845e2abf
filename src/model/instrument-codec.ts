/** Instruments in the journal's JSON. */
import {
  boolean,
  count,
  exact,
  float,
  integer,
  list,
  oneOf,
  record,
  text,
  union,
  type Codec,
} from '#model/codec.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex, Future, Instrument, Option, PriceIncrement, Stock } from '#model/instrument.ts'

const BASE = {
  id: text<InstrumentId>(),
  conId: integer,
  symbol: text(),
  exchange: text(),
  currency: text(),
  multiplier: count,
  priceIncrements: list(
    record<PriceIncrement>({ from: exact<Price>(), increment: exact<Price>() }),
  ),
  lot: exact<Quantity>(),
  sector: text(),
} as const

export const INSTRUMENT: Codec<Instrument> = union<'assetClass', Instrument>('assetClass', {
  STK: record<Omit<Stock, 'assetClass'>>({
    ...BASE,
    primaryExchange: text(),
    shortable: boolean,
    borrowRate: float,
  }),
  OPT: record<Omit<Option, 'assetClass'>>({
    ...BASE,
    underlying: text<InstrumentId>(),
    expiry: text(),
    strike: exact<Price>(),
    right: oneOf('C', 'P'),
  }),
  FUT: record<Omit<Future, 'assetClass'>>({ ...BASE, localSymbol: text(), expiry: text() }),
  CASH: record<Omit<Forex, 'assetClass'>>(BASE),
})
