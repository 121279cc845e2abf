import { describe, expect, test } from 'vitest'
import { money, price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import { table } from '#test/support/table.ts'

function onlyRow(header: string, row: string): UniverseRow {
  const read = readUniverse(`${header}\n${row}\n`, 'u.csv')
  if (!read.ok) throw new Error(read.error)
  const [only] = read.value
  if (only === undefined) throw new Error('the file has a row')
  return only
}

const WHOLE = {
  instrument: 'AAPL',
  conId: '265598',
  exchange: 'SMART',
  currency: 'USD',
  sector: 'Information Technology',
  multiplier: '1',
  tickRule: '0:0.0001;1:0.01',
  shortable: 'yes',
  borrowRate: '0.0025',
  primaryExchange: 'NASDAQ',
  status: 'halted',
  type: 'common',
  name: 'APPLE INC',
  issuerName: 'Apple Inc.',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
  hours: 'us-equity',
  borrowQuantity: '1500000',
  marginRate: '0.25',
  optionsListed: 'yes',
  dividendYield: '0.005',
}

describe('a row', () => {
  test('that is whole', () => {
    const row = onlyRow(Object.keys(WHOLE).join(','), Object.values(WHOLE).join(','))
    expect(row).toEqual({
      instrument: 'AAPL.STK.USD',
      assetClass: 'STK',
      conId: 265598,
      exchange: 'SMART',
      currency: 'USD',
      sector: 'Information Technology',
      multiplier: 1n,
      priceIncrements: [
        { from: price('0'), increment: price('0.0001') },
        { from: price('1'), increment: price('0.01') },
      ],
      shortable: true,
      borrowRate: 0.0025,
      primaryExchange: 'NASDAQ',
      status: 'halted',
      type: 'COMMON',
      name: 'APPLE INC',
      issuerName: 'Apple Inc.',
      localSymbol: 'AAPL',
      tradingClass: 'NMS',
      expiry: undefined,
      underlying: undefined,
      hours: 'us-equity',
      borrowQuantity: 1_500_000,
      marginRate: 0.25,
      initialMargin: undefined,
      maintenanceMargin: undefined,
      optionsListed: true,
      dividendYield: 0.005,
    })
  })

  test('of a future, with what a contract has', () => {
    const header = 'instrument,exchange,multiplier,tickRule,expiry,underlying,initialMargin,maintenanceMargin' // prettier-ignore
    expect(
      onlyRow(header, 'ESZ6.FUT.USD,CME,50,0.25,20261218,SPX.IND.USD,13200,12000.50'),
    ).toMatchObject({
      // prettier-ignore
      assetClass: 'FUT',
      multiplier: 50n,
      priceIncrements: [{ from: price('0'), increment: price('0.25') }],
      expiry: '2026-12-18',
      underlying: 'SPX.IND.USD' as InstrumentId,
      initialMargin: money('13200', 'USD'),
      maintenanceMargin: money('12000.5', 'USD'),
    })
  })
})

// What a file that says nothing but names gets.
test.each(
  table(`
  instrument                       | class | exchange | multiplier | hours     | type   | name  | local                 | trading | expiry     | underlying
  AAPL                             | STK   | SMART    | 1          | us-equity | COMMON | AAPL  | AAPL                  | AAPL    |            |
  BRK.B.STK.USD                    | STK   | SMART    | 1          | us-equity | COMMON | BRK.B | BRK B                 | BRK B   |            |
  AAPL.OPT.20260116.C.190.USD      | OPT   | SMART    | 100        | us-equity |        | AAPL  | AAPL  260116C00190000 | AAPL    | 2026-01-16 | AAPL.STK.USD
  TWX.OPT.20140621.P.67.5.USD      | OPT   | SMART    | 100        | us-equity |        | TWX   | TWX   140621P00067500 | TWX     | 2014-06-21 | TWX.STK.USD
  EUR.CASH.USD                     | CASH  | IDEALPRO | 1          | idealpro  |        | EUR   | EUR.USD               | EUR.USD |            |
  SPX.IND.USD                      | IND   | CBOE     | 1          | us-equity |        | SPX   | SPX                   | SPX     |            |
`),
)('$instrument has usual facts', (row) => {
  const read = onlyRow('instrument', row.instrument)
  expect(read).toMatchObject({ assetClass: row.class, exchange: row.exchange, multiplier: BigInt(row.multiplier), hours: row.hours, name: row.name, localSymbol: row.local, tradingClass: row.trading }) // prettier-ignore
  expect([read.type ?? '', read.expiry ?? '', read.underlying ?? '']).toEqual([row.type, row.expiry, row.underlying]) // prettier-ignore
  expect(read).toMatchObject({ conId: undefined, sector: 'unknown', shortable: true, borrowRate: 0, primaryExchange: '', status: 'active', issuerName: '', optionsListed: false, dividendYield: 0 }) // prettier-ignore
})

test('a future’s trading class is its root', () => {
  const header = 'instrument,exchange,multiplier'
  expect(onlyRow(header, 'M2KH27.FUT.USD,CME,5')).toMatchObject({ tradingClass: 'M2K', localSymbol: 'M2KH27', hours: 'globex', expiry: undefined }) // prettier-ignore
})

test.each(
  table(`
    column      | cell          | message
    conId       | -5            | u.csv:2 conId: was "-5", expected IBKR's contract id such as 265598
    exchange    | smart         | u.csv:2 exchange: was "smart", expected an exchange such as SMART, NASDAQ or CME
    currency    | EUR           | u.csv:2 currency: was "EUR", expected USD as in ESZ6.FUT.USD
    currency    | dollars       | u.csv:2 currency: was "dollars", expected an ISO 4217 currency such as USD
    multiplier  | 0             | u.csv:2 multiplier: was "0", expected a whole number such as 1 or 100
    multiplier  |               | u.csv:2 multiplier: was "", expected the contract's size such as 50
    tickRule    | 0             | u.csv:2 tickRule: was "0", expected price increments such as 0.01, or by price 0:0.0001;1:0.01
    tickRule    | 1:0.01        | u.csv:2 tickRule: was "1:0.01", expected price increments such as 0.01, or by price 0:0.0001;1:0.01
    tickRule    | 0:0.1;0:0.2   | u.csv:2 tickRule: was "0:0.1;0:0.2", expected price increments such as 0.01, or by price 0:0.0001;1:0.01
    shortable   | maybe         | u.csv:2 shortable: was "maybe", expected true or false
    borrowRate  | -0.01         | u.csv:2 borrowRate: was "-0.01", expected a yearly fraction from 0 to 10 such as 0.003
    status      | closed        | u.csv:2 status: was "closed", expected active or halted
    hours       | nights        | u.csv:2 hours: was "nights", expected us-equity or globex or idealpro
    expiry      | December      | u.csv:2 expiry: was "December", expected a day such as 2026-12-18
    expiry      | 2026-02-30    | u.csv:2 expiry: was "2026-02-30", expected a day of the calendar such as 2026-12-18
    underlying  | spx           | u.csv:2 underlying: was "spx", expected an instrument such as AAPL, AAPL.STK.USD, ESZ6.FUT.USD or SPX.IND.USD
    initialMargin | -1          | u.csv:2 initialMargin: was "-1", expected an amount in the contract's currency such as 13200
    marginRate  | 50            | u.csv:2 marginRate: was "50", expected a fraction of the value above 0, at most 1, such as 0.5
    optionsListed | many        | u.csv:2 optionsListed: was "many", expected true or false
    type        | ETF           | u.csv:2 type: was "ETF", expected nothing: only STK has one, and this is FUT
    type        | fund          | u.csv:2 type: was "fund", expected COMMON or ETF
    borrowQuantity | 100        | u.csv:2 borrowQuantity: was "100", expected nothing: only STK has one, and this is FUT
    dividendYield | 0.02        | u.csv:2 dividendYield: was "0.02", expected nothing: only STK, IND has one, and this is FUT
  `),
)('a wrong universe cell: $column $cell', ({ column, cell, message }) => {
  const row: Record<string, string> = { exchange: 'CME', multiplier: '50', [column]: cell }
  const text = `instrument,${Object.keys(row).join(',')}\nESZ6.FUT.USD,${Object.values(row).join(',')}`
  expect(readUniverse(text, 'u.csv')).toEqual({ ok: false, error: message })
})

test('a future without its exchange is refused: there is no usual one', () => {
  expect(readUniverse('instrument,multiplier\nESZ6.FUT.USD,50', 'u.csv')).toEqual({
    ok: false,
    error: `u.csv:2 exchange: was "", expected the contract's exchange such as CME`,
  })
})

test.each(
  table(`
    header                                                         | row                                       | message
    instrument,expiry                                              | AAPL.OPT.20260116.C.190.USD,2026-01-17    | u.csv:2 expiry: was "2026-01-17", expected 2026-01-16 as in AAPL.OPT.20260116.C.190.USD
    instrument,initialMargin                                       | AAPL,5000                                 | u.csv:2 initialMargin: was "5000", expected nothing: only FUT has one, and this is STK
    instrument,exchange,multiplier,initialMargin,maintenanceMargin | ESZ6.FUT.USD,CME,50,10,11                 | u.csv:2 maintenanceMargin: was "11", expected at most initialMargin 10
    instrument,marginRate                                          | SPX.IND.USD,0.5                           | u.csv:2 marginRate: was "0.5", expected nothing: only STK, OPT, FUT, CASH has one, and this is IND
    instrument,currency                                            | SPX.IND.USD,EUR                           | u.csv:2 currency: was "EUR", expected USD as in SPX.IND.USD
    instrument,nmae                                                | AAPL,Apple                                | u.csv:1 header: unknown column "nmae", did you mean name?
`),
)('cells that contradict: $message', ({ header, row, message }) => {
  expect(readUniverse(`${header}\n${row}`, 'u.csv')).toEqual({ ok: false, error: message })
})
