import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { isTradingDay } from '#marketdata/calendar.ts'
import {
  chainOption,
  expiriesOn,
  isMorningExpiry,
  optionByConId,
  strikesOn,
  tradingClassOf,
  type Optionable,
} from '#exchange/market/option-chains.ts'

const stock: Optionable = { id: 'AAPL.STK.USD' as InstrumentId, symbol: 'AAPL', currency: 'USD', style: 'american', liquid: true, place: 20 } // prettier-ignore
const thin: Optionable = { ...stock, id: 'THIN.STK.USD' as InstrumentId, symbol: 'THIN', liquid: false, place: 21 } // prettier-ignore
const index: Optionable = { ...stock, id: 'SPX.IND.USD' as InstrumentId, symbol: 'SPX', style: 'european', strikeStep: 5, place: 0 } // prettier-ignore
const at = (place: number) =>
  place < 5 ? index : place === 20 ? stock : place === 21 ? thin : undefined

test('a contract number says everything about its option, within 31 bits', () => {
  const dates = fc.integer({ min: 0, max: 7 * 365 }).map((days) => {
    const from = Date.UTC(2024, 0, 2) + days * 86_400_000
    return new Date(from).toISOString().slice(0, 10)
  })
  fc.assert(
    fc.property(
      dates,
      fc.constantFrom(stock, thin, index),
      fc.nat(),
      fc.constantFrom('C' as const, 'P' as const),
      (date, on, nth, right) => {
        const expiries = [...expiriesOn(on, date).values()].flat()
        const expiry = expiries[nth % expiries.length] ?? ''
        const strikes = strikesOn(on, { low: 90, high: 400 }, 30)
        const strike = strikes[nth % strikes.length] ?? price('1')
        const of = chainOption(on, { expiry, strike, right })
        expect(of?.conId).toBeGreaterThan(1_000_000_000)
        expect(of?.conId).toBeLessThan(2 ** 31)
        expect(optionByConId(of?.conId ?? 0, at)).toEqual(of)
      },
    ),
  )
})

test('no two options have one number', () => {
  const numbers = new Set<number>()
  let count = 0
  for (const on of [stock, thin, index])
    for (const expiry of [...expiriesOn(on, '2026-01-05').values()].flat())
      for (const strike of strikesOn(on, { low: 90, high: 120 }, 30))
        for (const right of ['C', 'P'] as const) {
          numbers.add(chainOption(on, { expiry, strike, right })?.conId ?? 0)
          count += 1
        }
  expect(count).toBeGreaterThan(1_000)
  expect(numbers.size).toBe(count)
})

test('a stock has monthlies, Januaries and, when liquid, weeklies; all on trading days', () => {
  const monthlies = expiriesOn(thin, '2026-01-05').get('THIN') ?? []
  expect(monthlies.slice(0, 6)).toEqual(['2026-01-16', '2026-02-20', '2026-03-20', '2026-04-17', '2026-05-15', '2026-06-18']) // prettier-ignore
  expect(monthlies).toContain('2028-01-21')
  const all = expiriesOn(stock, '2026-03-30').get('AAPL') ?? []
  // Good Friday: the weekly ends on the Thursday.
  expect(all).toContain('2026-04-02')
  expect(all.every(isTradingDay)).toBe(true)
})

// Expiries of class SPX as IBKR listed them on 2020-01-13: the Thursdays before third Fridays.
test.each([
  '2020-01-16',
  '2020-02-20',
  '2020-03-19',
  '2020-04-16',
  '2020-05-14',
  '2020-06-18',
  '2020-12-17',
])('SPX of %s settles at the next open', (date) => {
  expect(isMorningExpiry(date)).toBe(true)
  expect(tradingClassOf(index, date)).toBe('SPX')
})

test('an index has a morning class and an afternoon class that share no day', () => {
  const classes = expiriesOn(index, '2026-01-05')
  expect([...classes.keys()].toSorted()).toEqual(['SPX', 'SPXW'])
  expect(classes.get('SPX')?.[0]).toBe('2026-01-15')
  expect(classes.get('SPXW')?.slice(0, 4)).toEqual(['2026-01-05', '2026-01-07', '2026-01-09', '2026-01-12']) // prettier-ignore
  const [am, pm] = [new Set(classes.get('SPX')), classes.get('SPXW') ?? []]
  expect(pm.some((date) => am.has(date))).toBe(false)
})

test('strikes off the grid, and days on which nothing expires, are no options', () => {
  const none = [
    { expiry: '2026-01-16', strike: price('190.3') },
    { expiry: '2026-01-15', strike: price('190') },
    { expiry: '2026-01-19', strike: price('190') },
  ]
  for (const terms of none) expect(chainOption(stock, { ...terms, right: 'C' })).toBeUndefined()
  expect(chainOption(thin, { expiry: '2026-01-23', strike: price('190'), right: 'C' })).toBeUndefined() // prettier-ignore
})

test('strikes are finer for near expiries of liquid names, as the exchanges list them', () => {
  const near = strikesOn(stock, { low: 98, high: 102 }, 20)
  expect(near).toContain(price('99'))
  expect(near).toContain(price('102.5'))
  const far = strikesOn(stock, { low: 98, high: 102 }, 200)
  expect(far).not.toContain(price('99'))
  expect(far).toContain(price('95'))
})
