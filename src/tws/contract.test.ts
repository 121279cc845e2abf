import { OptionType, SecType, type Contract } from '@stoqey/ib'
import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { nameOf, parseInstrumentName } from '#model/instrument-id.ts'
import { contractOf, contractOfName, instrumentIdFrom } from '#tws/contract.ts'

const common = {
  conId: 12345,
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: [{ from: price('0'), increment: price('0.01') }],
  lot: quantity('1'),
  sector: 'unknown',
}

const id = (text: string) => text as InstrumentId

const INSTRUMENTS: readonly Instrument[] = [
  { ...common, id: id('BRK B.STK.USD'), assetClass: 'STK', symbol: 'BRK B', exchange: 'SMART', primaryExchange: 'NYSE', shortable: true, borrowRate: 0 },
  { ...common, id: id('AAPL.OPT.20260116.P.187.5.USD'), assetClass: 'OPT', symbol: 'AAPL', exchange: 'SMART', underlying: id('AAPL.STK.USD'), expiry: '2026-01-16', strike: price('187.5'), right: 'P' },
  { ...common, id: id('ESZ6.FUT.USD'), assetClass: 'FUT', symbol: 'ES', localSymbol: 'ESZ6', exchange: 'CME', expiry: '2026-12-18' },
  { ...common, id: id('EUR.CASH.USD'), assetClass: 'CASH', symbol: 'EUR', exchange: 'IDEALPRO' },
] // prettier-ignore

test.each(INSTRUMENTS)(
  'a $assetClass goes out as a contract and comes back by its name',
  (instrument) => {
    expect(instrumentIdFrom(contractOf(instrument))).toBe(instrument.id)
    expect(instrumentIdFrom({ ...contractOfName(nameOf(instrument)), conId: 1 })).toBe(
      instrument.id,
    )
  },
)

test('a contract of an instrument names its id and its route', () => {
  expect(INSTRUMENTS.map(contractOf)[1]).toEqual({
    conId: 12345,
    symbol: 'AAPL',
    secType: SecType.OPT,
    exchange: 'SMART',
    currency: 'USD',
    lastTradeDateOrContractMonth: '20260116',
    strike: 187.5,
    right: OptionType.Put,
  })
})

// One odd holding must not hide the others (QuantConnect/Lean.Brokerages.InteractiveBrokers#171).
test.each([
  ['a bond', { secType: SecType.BOND, symbol: 'US-T', conId: 76543210, currency: 'USD' }, 'C76543210.BOND.USD'],
  ['a loan of shares', { secType: 'SLB' as SecType, symbol: 'PREBORROW', conId: 555555555, currency: 'USD' }, 'C555555555.SLB.USD'],
  ['a stock whose symbol we cannot spell', { secType: SecType.STK, symbol: 'VODl', conId: 123456, currency: 'GBP' }, 'C123456.STK.GBP'],
  ['nothing at all', {}, 'C0.UNKNOWN.'],
] as const)('%s has a name all the same', (_, contract, expected) => {
  expect(instrumentIdFrom(contract as Contract)).toBe(expected)
}) // prettier-ignore

test('a stock called by its contract id is asked for by it', () => {
  const name = parseInstrumentName('C123456.STK.GBP')
  expect(name.ok && contractOfName(name.value)).toEqual({ conId: 123456, exchange: 'SMART' })
})
