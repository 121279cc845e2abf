import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readFundamentals } from '#feeds/files/inputs/fundamentals.ts'
import { table } from '#test/support/table.ts'

const UNKNOWN = {
  price: undefined,
  earningsPerShare: undefined,
  priceEarnings: undefined,
  bookValuePerShare: undefined,
  priceBook: undefined,
  marketValue: undefined,
  dividendYield: undefined,
  returnOnEquity: undefined,
  grossProfitability: undefined,
}

describe('fundamentals', () => {
  const APPLE = { ...UNKNOWN, asOf: '2018-02-08', instrument: 'AAPL.STK.USD', price: 155, earningsPerShare: 9.2, marketValue: 8e11 } // prettier-ignore
  const LOSS = { ...UNKNOWN, asOf: '2017-02-08', instrument: 'APA.STK.USD', earningsPerShare: -54.96, dividendYield: 0.0215 } // prettier-ignore

  test('by CSV, in our words and in vendors’, by date', () => {
    const text = 'asOf,instrument,price,EPS,Market Cap (USD),dividend_yield_pct\n2018-02-08,AAPL,155,9.2,8e11,\n2017-02-08,APA,N/A,-54.96,,2.15\n' // prettier-ignore
    const read = readFundamentals(text, 'f.csv')
    expect(read).toEqual({ ok: true, value: { rows: [LOSS, APPLE], notes: [] } })
  })

  test('by JSON, rows with different fields', () => {
    const text = '[{ "asOf": "2018-02-08", "ticker": "AAPL", "price": 155, "eps": 9.2, "marketCap": 8e11 },\n{ "asOf": "2017-02-08", "ticker": "APA", "eps": -54.96, "dividendYield": 0.0215, "price": null }]' // prettier-ignore
    const read = readFundamentals(text, 'f.json')
    expect(read).toEqual({ ok: true, value: { rows: [LOSS, APPLE], notes: [] } })
  })

  test('what cannot be true is unknown, and told; so is what was passed over', () => {
    const text = 'date,symbol,name,market_cap_usd,dividend_yield_pct,price,pe\n2013-02-10,POM,Pepco,20.45,398.68,0,0\n' // prettier-ignore
    expect(readFundamentals(text, 'f.csv')).toEqual({
      ok: true,
      value: {
        rows: [{ ...UNKNOWN, asOf: '2013-02-10', instrument: 'POM.STK.USD' }],
        notes: [
          'f.csv: columns passed over: name',
          'f.csv:2 market_cap_usd: was "20.45", taken as unknown: expected a market value of a million or more',
          'f.csv:2 dividend_yield_pct: was "398.68", taken as unknown: expected a yearly fraction of the price from 0 to 0.5',
        ],
      },
    })
  })

  test.each(
    table(`
      header                   | row                              | message
      asOf,instrument,eps      | 08/02/2018,AAPL,1                | f.csv:2 asOf: was "08/02/2018", expected a day such as 2018-02-08
      as_of,Symbol,eps         | 2018-02-08,aapl,1                | f.csv:2 Symbol: was "aapl", expected an instrument such as AAPL, AAPL.STK.USD or ESZ6.FUT.USD
      asOf,instrument,EPS      | 2018-02-08,AAPL,1.2B             | f.csv:2 EPS: was "1.2B", expected a number, or nothing where it is unknown
      asOf,instrument,eps      | 2018-02-08,AAPL                  | f.csv:2: has 2 cells, expected 3 as the header has
      asOf,eps                 | 2018-02-08,1                     | f.csv:1 header: expected also the column instrument
      asOf,symbol,eps,EPS TTM  | 2018-02-08,AAPL,1,2              | f.csv:1 header: eps and EPS TTM both are earningsPerShare, expected one of them
      asOf,instrument          | 2018-02-08,A\\n2018-02-08,A      | f.csv:3 instrument: A.STK.USD on 2018-02-08 is in line 2 already, expected each once a day
      asOf,instrument          |                                  | f.csv: has no rows, expected at least one
    `),
  )('refused: $message', ({ header, row, message }) => {
    const text = `${header}\n${row.replaceAll('\\n', '\n')}`
    expect(readFundamentals(text, 'f.csv')).toEqual({ ok: false, error: message })
  })
})

const REAL = '../shared/data/reference/fundamentals_2012_2018.csv'

test.skipIf(!existsSync(REAL))(`eleven thousand rows of a vendor's (needs ${REAL})`, () => {
  const read = readFundamentals(readFileSync(REAL, 'utf8'), REAL)
  if (!read.ok) throw new Error(read.error)
  const { rows, notes } = read.value
  expect(rows).toHaveLength(11_011)
  expect(rows.at(-1)?.asOf).toBe('2018-02-08')
  const apple = rows.findLast(({ instrument }) => instrument === 'AAPL.STK.USD')
  expect(apple?.marketValue).toBe(809_508_034_020)
  // Priced at 0 there: unknown.
  expect(rows.find(({ asOf, instrument }) => asOf === '2012-12-27' && instrument === 'BF.B.STK.USD')?.price).toBeUndefined() // prettier-ignore
  expect(notes.some((note) => note.includes('"20.45", taken as unknown'))).toBe(true)
  expect(notes).toHaveLength(12)
})
