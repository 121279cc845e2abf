import { existsSync, readFileSync } from 'node:fs'
import { SecType, type ContractDetails } from '@stoqey/ib'
import { describe, expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import { instrumentIdOf, nameOf, parseInstrumentName, type InstrumentName } from '#model/instrument-id.ts' // prettier-ignore
import { instrumentIdFrom } from '#tws/contract.ts'
import { instrumentFrom, marketRuleIdOf, oneContract } from '#brokers/ibkr/translate-instrument.ts'

const AAPL: InstrumentName = { symbol: 'AAPL', assetClass: 'STK', currency: 'USD' }
const details = (more: Partial<ContractDetails> = {}, contract = {}): ContractDetails => ({
  contract: { conId: 265598, symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', primaryExch: 'NASDAQ', currency: 'USD', localSymbol: 'AAPL', ...contract }, // prettier-ignore
  minTick: 0.01,
  priceMagnifier: 1,
  validExchanges: 'AMEX,SMART,NYSE',
  marketRuleIds: '557,26,32',
  sizeIncrement: 0.0001,
  ...more,
})

describe('a stock', () => {
  test('has what turns shares into money and prices into ones the venue takes', () => {
    const rule = [
      { lowEdge: 1, increment: 0.01 },
      { lowEdge: 0, increment: 0.0001 },
    ]
    expect(instrumentFrom(AAPL, details(), rule)).toEqual({
      ok: true,
      value: {
        id: 'AAPL.STK.USD',
        assetClass: 'STK',
        conId: 265598,
        symbol: 'AAPL',
        exchange: 'SMART',
        primaryExchange: 'NASDAQ',
        currency: 'USD',
        multiplier: 1n,
        priceIncrements: [
          { from: price('0'), increment: price('0.0001') },
          { from: price('1'), increment: price('0.01') },
        ],
        lot: quantity('1'),
        sector: 'unknown',
        shortable: true,
        borrowRate: 0,
      },
    })
  })

  test('without a market rule steps by its minimum tick', () => {
    const found = instrumentFrom(AAPL, details(), [])
    expect(found.ok && found.value.priceIncrements).toEqual([{ from: 0n, increment: price('0.01') }]) // prettier-ignore
  })

  test('in board lots is ordered in them', () => {
    const found = instrumentFrom(AAPL, details({ sizeIncrement: 100 }), [])
    expect(found.ok && found.value.lot).toBe(quantity('100'))
  })

  test.each([
    ['of another kind', details({}, { secType: SecType.BOND }), 'it is a BOND; expected STK'],
    ['quoted in pence', details({ priceMagnifier: 100 }, { currency: 'GBP' }), 'its prices are in 1/100 GBP, which is not supported'],
    ['without a price step', details({ minTick: 0 }), 'the broker gives no price increment for it'],
    ['without an id', details({}, { conId: 0 }), 'the broker gives no contract id for it'],
  ])('%s is not tradable, and why', (_, given, error) => {
    expect(instrumentFrom(AAPL, given, [])).toEqual({ ok: false, error })
  }) // prettier-ignore
})

test('the market rule is that of the venue we route to', () => {
  expect(marketRuleIdOf(details())).toBe(26)
  expect(marketRuleIdOf(details({ validExchanges: 'AMEX' }))).toBe(557)
  expect(marketRuleIdOf(details({ marketRuleIds: '' }))).toBeUndefined()
})

const at = (exchange: string, conId = 1) => details({}, { exchange, conId })

describe('what a name means', () => {
  test('is one contract, listed at several venues: by way of the router, never the algo desk', () => {
    expect(oneContract([at('AMEX'), at('SMART')])).toEqual({ ok: true, value: at('SMART') })
    expect(oneContract([at('QBALGO'), at('CME')])).toEqual({ ok: true, value: at('CME') })
  })

  test('several contracts are an error that lists them', () => {
    expect(oneContract([at('SMART'), at('SMART', 2)])).toEqual({
      ok: false,
      error: 'the broker knows 2 such contracts: AAPL (conId 1, NASDAQ), AAPL (conId 2, NASDAQ)',
    })
    expect(oneContract([])).toEqual({ ok: false, error: 'the broker knows no such contract' })
  })
})

const captured = '../shared/data/ibkr/contract_details.json'
describe.skipIf(!existsSync(captured))(`contract details of a real gateway (${captured})`, () => {
  const rows = existsSync(captured)
    ? (JSON.parse(readFileSync(captured, 'utf8')) as Captured[])
    : []

  test.each([
    ['AAPL.STK.USD', { multiplier: 1n, primaryExchange: 'NASDAQ' }],
    ['AAPL.OPT.20211217.C.160.USD', { multiplier: 100n, underlying: 'AAPL.STK.USD', expiry: '2021-12-17', strike: price('160'), right: 'C' }],
    ['AUD.CASH.USD', { multiplier: 1n, exchange: 'IDEALPRO', priceIncrements: [{ from: 0n, increment: price('0.00005') }] }],
    ['CLZ2.FUT.USD', { multiplier: 1000n, exchange: 'NYMEX', expiry: '2022-11-21', localSymbol: 'CLZ2', symbol: 'CL' }],
  ])('%s', (id, expected) => {
    const name = parseInstrumentName(id)
    const found = rows.map(asDecoded).find(({ contract }) => instrumentIdFrom(contract) === id)
    const read = name.ok && found !== undefined ? instrumentFrom(name.value, found, []) : undefined
    expect(read).toMatchObject({ ok: true, value: { id, ...expected } })
    if (read?.ok === true) expect(instrumentIdOf(nameOf(read.value))).toBe(id)
  }) // prettier-ignore
})

/** As ib_insync wrote them down; the library decodes the same fields under these names. */
type Captured = Omit<ContractDetails, 'contract'> & {
  readonly contract: ContractDetails['contract'] & { readonly primaryExchange: string }
}

const asDecoded = ({ contract, ...rest }: Captured): ContractDetails => ({
  ...rest,
  contract: { ...contract, primaryExch: contract.primaryExchange, multiplier: Number(contract.multiplier) }, // prettier-ignore
})
