import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { policyNames } from '#construction/policies/policy-names.ts'
import type { ValuedName } from '#construction/valued-book.ts'

const common = { exchange: 'SMART', currency: 'USD', symbol: 'AAA', conId: 1, priceIncrements: [{ from: price('0'), increment: price('0.01') }], lot: quantity('1'), sector: 'Energy' } // prettier-ignore
const option: Instrument = { ...common, assetClass: 'OPT', id: 'AAA.OPT.20260116.C.190.USD' as InstrumentId, underlying: 'AAA.STK.USD' as InstrumentId, multiplier: 100n, expiry: '2026-01-16', strike: price('190'), right: 'C' } // prettier-ignore
const future: Instrument = { ...common, assetClass: 'FUT', id: 'ESZ6.FUT.USD' as InstrumentId, localSymbol: 'ESZ6', multiplier: 50n, expiry: '2026-12-18' } // prettier-ignore

const valued = (of: Partial<ValuedName>): ValuedName => ({ id: 'ZZZ.STK.USD' as InstrumentId, instrument: undefined, sector: 'Energy', held: quantity('1'), quote: undefined, price: 1, fx: 1, unitExposure: 50, unitCash: 5, weight: 0.1, target: undefined, untradable: undefined, ...of }) // prettier-ignore

test('an option counts under its underlying and takes the cash of its premium, a future takes none', () => {
  const book = { names: [valued({ id: option.id, instrument: option }), valued({ id: future.id, instrument: future, unitCash: 0, weight: -0.2, untradable: 'halted' })] } // prettier-ignore
  expect(policyNames(book)).toEqual([
    { instrument: option.id, issuer: 'AAA.STK.USD', assetClass: 'OPT', sector: 'Energy', weight: 0.1, cashShare: 0.1, tradable: true }, // prettier-ignore
    { instrument: future.id, issuer: future.id, assetClass: 'FUT', sector: 'Energy', weight: -0.2, cashShare: 0, tradable: false }, // prettier-ignore
  ])
})

test('a name that the broker does not describe is kept as a stock of its own', () => {
  expect(policyNames({ names: [valued({})] })).toEqual([
    { instrument: 'ZZZ.STK.USD', issuer: 'ZZZ.STK.USD', assetClass: 'STK', sector: 'Energy', weight: 0.1, cashShare: 0.1, tradable: false }, // prettier-ignore
  ])
})
