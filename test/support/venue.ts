/** A small venue to try things on: two stocks and what is asked besides, on flat or given days. */
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, ExchangeSettings, VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { replayMarket } from '#exchange/market/replay-market.ts'
import { newYorkInstant, sessionOn, tradingDays } from '#marketdata/calendar.ts'
import type { Split } from '#marketdata/corporate-actions.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Instrument, Stock } from '#model/instrument.ts'
import { marketRuleIdOf, priceIncrementsOf } from '#schedules/price-increments.ts'

export const id = (text: string): InstrumentId => text as InstrumentId
export const AAPL = id('AAPL.STK.USD')
export const IBM = id('IBM.STK.USD')

export function stock(symbol: string, changes: Partial<Stock> = {}): Stock {
  return {
    id: id(`${symbol}.STK.USD`),
    assetClass: 'STK',
    conId: symbol.charCodeAt(0) * 1000 + symbol.length,
    symbol,
    exchange: 'SMART',
    primaryExchange: 'NASDAQ',
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: priceIncrementsOf(26) ?? [],
    lot: quantity('1'),
    sector: 'Information Technology',
    shortable: true,
    borrowRate: 0,
    ...changes,
  }
}

export const future: Instrument = {
  id: id('ESH8.FUT.USD'),
  assetClass: 'FUT',
  conId: 1,
  symbol: 'ES',
  exchange: 'CME',
  currency: 'USD',
  multiplier: 50n,
  priceIncrements: priceIncrementsOf(marketRuleIdOf({ assetClass: 'FUT', symbol: 'ES' })) ?? [],
  lot: quantity('1'),
  sector: 'unknown',
  localSymbol: 'ESH8',
  expiry: '2018-03-16',
}

export const option: Instrument = {
  id: id('AAPL.OPT.20180316.C.160.USD'),
  assetClass: 'OPT',
  conId: 2,
  symbol: 'AAPL',
  exchange: 'SMART',
  currency: 'USD',
  multiplier: 100n,
  priceIncrements: priceIncrementsOf(109) ?? [],
  lot: quantity('1'),
  sector: 'Information Technology',
  underlying: AAPL,
  expiry: '2018-03-16',
  strike: price('160'),
  right: 'C',
}

export const euro: Instrument = {
  id: id('EUR.CASH.USD'),
  assetClass: 'CASH',
  conId: 3,
  symbol: 'EUR',
  exchange: 'IDEALPRO',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: priceIncrementsOf(239) ?? [],
  lot: quantity('1'),
  sector: 'unknown',
}

/** Days around 2018-02-05 on which a name trades between `close` ± `range` and ends at `close`. */
export function days(close: number, range = 0, volume = 10_000_000): readonly PriceBar[] {
  return tradingDays('2018-01-02', '2018-02-16').map((date) => ({
    date,
    at: sessionOn(date, 'us-equity')?.opensAt ?? 0,
    open: close,
    high: close + range,
    low: close - range,
    close,
    volume,
  }))
}

/** New York wall time of 2018-02-05, a Monday: `at('10:30')`; or of another day. */
export function at(time: string, date = '2018-02-05'): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return newYorkInstant(date, hours * 60 + minutes)
}

export interface VenueChanges {
  readonly seed?: number
  readonly startAt?: number
  readonly cash?: string
  readonly euros?: string
  readonly positions?: ExchangeSettings['positions']
  readonly halted?: readonly InstrumentId[]
  readonly instruments?: readonly Instrument[]
  readonly bars?: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  readonly splits?: ReadonlyMap<InstrumentId, readonly Split[]>
  readonly clearing?: ExchangeSettings['clearing']
}

export function venue(changes: VenueChanges = {}): Exchange {
  const seed = changes.seed ?? 7
  const cash = new Map([['USD', money(changes.cash ?? '1000000', 'USD')]])
  if (changes.euros !== undefined) cash.set('EUR', money(changes.euros, 'USD'))
  return createExchange({
    seed,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt: changes.startAt ?? at('10:30'),
    market: replayMarket({
      seed,
      instruments: changes.instruments ?? [stock('AAPL'), stock('IBM')],
      bars: changes.bars ?? new Map([[AAPL, days(160, 2)], [IBM, days(150)]]), // prettier-ignore
      ...(changes.splits === undefined ? {} : { splits: changes.splits }),
    }),
    cash,
    positions: changes.positions ?? [],
    halted: changes.halted ?? [],
    ...(changes.clearing === undefined ? {} : { clearing: changes.clearing }),
  })
}

/** A market day order for AAPL, changed as asked. */
export function order(
  action: 'BUY' | 'SELL',
  units: string,
  changes: Partial<NewVenueOrder> = {},
): NewVenueOrder {
  return {
    instrument: AAPL,
    action,
    quantity: quantity(units),
    orderType: changes.limitPrice === undefined ? 'MKT' : 'LMT',
    timeInForce: 'DAY',
    outsideRegularHours: false,
    owner: { clientId: 1, orderId: 42, orderRef: 'ref' },
    ...changes,
  }
}

export const types = (events: readonly VenueEvent[]): string[] => events.map(({ type }) => type)

export const executionsIn = (events: readonly VenueEvent[]): VenueExecution[] =>
  events.flatMap((event) => (event.type === 'Traded' ? [event.execution] : []))

/** The order that a first event is about. */
export function orderIn(
  events: readonly VenueEvent[],
): Extract<VenueEvent, { order: unknown }>['order'] {
  // prettier-ignore
  const found = events.find((event) => 'order' in event)
  if (found === undefined || !('order' in found)) throw new Error('no event is about an order')
  return found.order
}

/** Code and words of the first refusal. */
export function refusalIn(events: readonly VenueEvent[]): string {
  const found = events.find((event) => 'refusal' in event)
  return found !== undefined && 'refusal' in found
    ? `${found.refusal.code} ${found.refusal.reason}`
    : 'none'
}
