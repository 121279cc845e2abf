import { describe, expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { lastTradeAt } from '#exchange/market/expiry.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { order } from '#test/support/venue.ts'

const MARKET = syntheticClasses({
  seed: 5,
  stocks: [],
  firstDate: '2025-09-02',
  lastDate: '2026-04-30',
  entryDate: '2026-01-05',
})

const openAt = (startAt: number): Exchange =>
  createExchange({
    seed: 5,
    account: 'DU1' as AccountId,
    baseCurrency: 'USD',
    startAt,
    market: MARKET,
    cash: new Map([['USD', money('5000000', 'USD')]]),
    positions: [],
    halted: [],
  })

const [optionId] = (MARKET.directory?.optionsOn?.('SPY.STK.USD' as InstrumentId, '2026-01-07', { expiry: '2026-01-09', right: 'C' }) ?? []).map(({ id }) => id) // prettier-ignore
const OPTION = optionId as InstrumentId
const FUTURE = 'ESH6.FUT.USD' as InstrumentId
const [OPTION_END, FUTURE_END] = [newYorkInstant('2026-01-09', 960), newYorkInstant('2026-03-20', 570)] // prettier-ignore

/** Far from any price there will be. */
const LOW: Partial<NewVenueOrder> = { orderType: 'LMT', limitPrice: price('0.05') }
const HIGH: Partial<NewVenueOrder> = { orderType: 'STP', triggerPrice: price('9000') }
const lasting = (instrument: InstrumentId, terms: Partial<NewVenueOrder>): NewVenueOrder =>
  order('BUY', '1', { instrument, timeInForce: 'GTC', quantity: quantity('1'), limitPrice: undefined, ...terms } as Partial<NewVenueOrder>) // prettier-ignore

describe('a contract that has ended', () => {
  test.each([
    { what: 'an option', instrument: OPTION, end: OPTION_END, terms: HIGH },
    { what: 'a future', instrument: FUTURE, end: FUTURE_END, terms: HIGH },
    {
      what: 'a future, good till a later date',
      instrument: FUTURE,
      end: FUTURE_END,
      terms: { ...HIGH, timeInForce: 'GTD', goodTill: FUTURE_END + 86_400_000 } as const,
    },
    { what: 'an option, at a limit', instrument: OPTION, end: OPTION_END, terms: LOW },
  ])('takes its orders with it: $what', ({ instrument, end, terms }) => {
    const exchange = openAt(end - 3_600_000)
    const listed = exchange.directory.byId(instrument)
    expect(listed && lastTradeAt(listed)).toBe(end)
    const [taken] = exchange.place(lasting(instrument, terms))
    expect(taken?.type).toBe('OrderAccepted')
    expect(exchange.advance(end - 1).map(({ type }) => type)).not.toContain('OrderExpired')
    const ended = exchange.advance(end).find(({ type }) => type === 'OrderExpired')
    expect(ended).toMatchObject({ order: { instrument, status: 'expired', completedAt: end } })
    expect(exchange.openOrders()).toEqual([])
  })

  test.each([
    { what: 'an option', instrument: OPTION, end: OPTION_END },
    { what: 'a future', instrument: FUTURE, end: FUTURE_END },
  ])('takes no more orders: $what', ({ instrument, end }) => {
    const [last, gone] = [openAt(end - 1), openAt(end)]
    expect(last.place(lasting(instrument, HIGH))[0]?.type).toBe('OrderAccepted')
    expect(gone.place(lasting(instrument, HIGH))[0]).toMatchObject({ type: 'OrderRejected', refusal: { code: 200 } }) // prettier-ignore
  })
})
