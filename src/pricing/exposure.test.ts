import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { unitValueOf } from '#pricing/exposure.ts'

const base = {
  conId: 1,
  exchange: 'SMART',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: [{ from: price('0'), increment: price('0.01') }],
  lot: quantity('1'),
  sector: 'Technology',
}
const stock: Instrument = {
  ...base,
  assetClass: 'STK',
  id: 'AAPL.STK.USD' as InstrumentId,
  symbol: 'AAPL',
  primaryExchange: 'NASDAQ',
  shortable: true,
  borrowRate: 0,
}
const future: Instrument = {
  ...base,
  assetClass: 'FUT',
  id: 'ESZ6.FUT.USD' as InstrumentId,
  symbol: 'ES',
  localSymbol: 'ESZ6',
  multiplier: 50n,
  expiry: '2026-12-18',
}
const pair: Instrument = { ...base, assetClass: 'CASH', id: 'EUR.CASH.USD' as InstrumentId, symbol: 'EUR' } // prettier-ignore
const call: Instrument = {
  ...base,
  assetClass: 'OPT',
  id: 'AAPL.OPT.20260116.C.190.USD' as InstrumentId,
  symbol: 'AAPL',
  multiplier: 100n,
  underlying: stock.id,
  expiry: '2026-01-16',
  strike: price('190'),
  right: 'C',
}
const put: Instrument = { ...call, id: 'AAPL.OPT.20260116.P.190.USD' as InstrumentId, right: 'P' }

const at = (prices: Record<string, number>) => ({
  asOf: Date.UTC(2025, 9, 16, 15),
  priceOf: (id: InstrumentId) => prices[id],
})

test('a stock is its price', () => {
  expect(unitValueOf(stock, at({ 'AAPL.STK.USD': 190 }))).toEqual({ exposure: 190, cash: 190 })
})

test('a future exposes to its notional and costs nothing to enter', () => {
  expect(unitValueOf(future, at({ 'ESZ6.FUT.USD': 6000 }))).toEqual({ exposure: 300_000, cash: 0 })
})

test('a currency pair changes one cash for another', () => {
  expect(unitValueOf(pair, at({ 'EUR.CASH.USD': 1.1 }))).toEqual({ exposure: 1.1, cash: 0 })
})

test('an option at the money stands for about half its shares, a put for as many the other way', () => {
  const prices = { 'AAPL.STK.USD': 190, [call.id]: 9.5, [put.id]: 9.5 }
  const held = unitValueOf(call, at(prices))
  expect(held?.cash).toBe(950)
  expect(held?.exposure).toBeGreaterThan(0.45 * 19_000)
  expect(held?.exposure).toBeLessThan(0.6 * 19_000)
  const hedge = unitValueOf(put, at(prices))
  expect(hedge?.exposure).toBeCloseTo((held?.exposure ?? 0) - 19_000, 2)
})

test('an option quoted below what it pays at once is as good as exercised', () => {
  expect(unitValueOf(call, at({ 'AAPL.STK.USD': 250, [call.id]: 59.9 }))?.exposure).toBe(25_000)
})

test('so is a deep put, even one worth more than its underlying', () => {
  const prices = { 'AAPL.STK.USD': 60, [put.id]: 129.9 }
  expect(unitValueOf(put, at(prices))?.exposure).toBe(-6_000)
})

test('what cannot be priced has no exposure that we know of, not none', () => {
  expect(unitValueOf(stock, at({}))).toBeUndefined()
  expect(unitValueOf(call, at({ [call.id]: 9.5 }))).toBeUndefined()
  expect(unitValueOf(call, at({ 'AAPL.STK.USD': 190, [call.id]: 5000 }))).toBeUndefined()
})

test('an option lives until four in the afternoon of New York, in summer too', () => {
  const summer: Instrument = { ...call, expiry: '2026-07-17' }
  const prices = { 'AAPL.STK.USD': 200, [call.id]: 10.5 }
  const exposureAt = (asOf: number) => unitValueOf(summer, { asOf, priceOf: (id) => (prices as Record<string, number>)[id] })?.exposure // prettier-ignore
  // Half a dollar above what it pays: a volatility, until it has ended and is as good as exercised.
  expect(exposureAt(Date.UTC(2026, 6, 17, 18))).toBeLessThan(20_000)
  expect(exposureAt(Date.UTC(2026, 6, 17, 20, 0))).toBe(20_000)
})
