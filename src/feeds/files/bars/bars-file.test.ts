import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FeedError } from '#feeds/feed.ts'
import { readBars } from '#feeds/files/bars/bars-file.ts'
import { readParquetBars } from '#feeds/files/bars/parquet-bars.ts'
import { readTradedBars } from '#feeds/files/bars/traded-bars.ts'
import { table } from '#test/support/table.ts'

const EQUITIES = '../shared/data/bars/us_equity_daily_2005_2021.parquet'
const FUTURES = '../shared/data/bars/futures_cont_daily_2000_2021.parquet'
const CURRENCIES = '../shared/data/bars/fx_ecb_daily_1999_2021.parquet'
const AS_TRADED = '../shared/data/corporate_actions/us_unadjusted_daily_1998_2021.parquet'

const folder = mkdtempSync(join(tmpdir(), 'ballast-bars-'))
afterAll(() => rmSync(folder, { recursive: true }))
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const HEADER = 'symbol,date,open,high,low,close,volume,adj_close,source'
const ALL = { first: '2000-01-01', last: '2030-01-01' }

test('CSV: the wanted symbols and days, oldest first, with the session’s open', async () => {
  const path = file(
    'some.csv',
    `${HEADER}
AAPL,2018-02-02,160,166,159,160.5,100,158,x
AAPL,2018-02-05,159,163,156,156.5,200,154,x
AAPL,2018-02-06,154,163,154,163,300,161,x
BRK-B,2018-02-05,200,201,199,200,50,200,x
IBM,2018-02-05,150,151,149,150,60,140,x
`,
  )
  const found = await readBars(path, { symbols: ['AAPL', 'BRK.B'], first: '2018-02-05', last: '2018-02-06' }) // prettier-ignore
  expect([...found.keys()]).toEqual(['AAPL', 'BRK.B'])
  expect(found.get('AAPL')?.bars[0]).toEqual({
    date: '2018-02-05',
    at: Date.UTC(2018, 1, 5, 14, 30),
    open: 159,
    high: 163,
    low: 156,
    close: 156.5,
    volume: 200,
  })
  expect(found.get('AAPL')?.adjustedCloses).toEqual([154, 161])
  expect((await readBars(path, ALL)).size).toBe(3)
})

test('without a column of adjusted closes there are none', async () => {
  const path = file('plain.csv', 'root,date,open,high,low,close,volume\nES,2018-02-05,1,2,1,2,5\n')
  const found = await readBars(path, ALL)
  expect(found.get('ES')).toMatchObject({ bars: [{ close: 2 }], adjustedCloses: undefined })
})

test.each(
  table(`
  name          | row                                 | says
  date.csv      | AAPL,05.02.2018,1,1,1,1,1,1,x       | date.csv:2 date: was "05.02.2018", expected a day such as 2018-02-05
  price.csv     | AAPL,2018-02-05,1,one,1,1,1,1,x     | price.csv line 2 AAPL: was high NaN
  empty.csv     | AAPL,2018-02-05,1,1,1,,1,1,x        | empty.csv line 2 AAPL: was close NaN
  negative.csv  | AAPL,2018-02-05,1,1,1,1,-1,1,x      | negative.csv line 2 AAPL: was volume -1, expected
  columns.csv   |                                     | columns.csv:1 was columns symbol, when
  nothing.txt   |                                     | was ".txt", expected a .parquet or .csv file
  none.csv      | -                                   | none.csv: there is no such file
  none.parquet  | -                                   | none.parquet: there is no such file
  text.parquet  |                                     | text.parquet is no Parquet file that can be read
`),
)('$name is refused: $says', async ({ name, row, says }) => {
  const header = name === 'columns.csv' ? 'symbol,when' : HEADER
  const path = row === '-' ? join(folder, name) : file(name, `${header}\n${row}\n`)
  const refusal = await readBars(path, ALL).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(FeedError)
  expect(refusal instanceof FeedError && refusal.kind).toBe('unreadable')
  expect(String(refusal)).toContain(says)
})

test('days that do not rise within a symbol are refused', async () => {
  const path = file('order.csv', `${HEADER}\nA,2018-02-05,1,1,1,1,1,1,x\nA,2018-02-05,1,1,1,1,1,1,x\n`) // prettier-ignore
  await expect(readBars(path, ALL)).rejects.toThrow('2018-02-05 after 2018-02-05')
})

test('without the reader of Parquet the message says what to install, and what else would do', async () => {
  const path = file('some.parquet', '')
  await expect(readParquetBars(path, ALL, notInstalled)).rejects.toThrow(
    /npm install hyparquet hyparquet-compressors.*\.csv file with the same columns/,
  )
})

test.skipIf(!existsSync(EQUITIES))(`${EQUITIES}: two symbols, three days`, async () => {
  const found = await readBars(EQUITIES, { symbols: ['ABT', 'AAPL', 'NONE'], first: '2018-02-03', last: '2018-02-07' }) // prettier-ignore
  expect([...found.keys()]).toEqual(['AAPL', 'ABT'])
  const apple = found.get('AAPL')
  expect(apple?.bars.map(({ date }) => date)).toEqual(['2018-02-05', '2018-02-06', '2018-02-07'])
  expect(apple?.bars[0]).toMatchObject({ open: 39.775, close: 39.1225, volume: 290954000 })
  expect(apple?.adjustedCloses).toHaveLength(3)
})

test.skipIf(!existsSync(FUTURES))(
  `${FUTURES}: prices below zero are read as they are`,
  async () => {
    const found = await readBars(FUTURES, { symbols: ['CL'], first: '2020-04-20', last: '2020-04-20' }) // prettier-ignore
    expect(found.get('CL')?.bars.map(({ close }) => close)).toEqual([-37.63])
  },
)

test.skipIf(!existsSync(CURRENCIES))(
  `${CURRENCIES} has no bars, and the message lists its columns`,
  async () => {
    await expect(readBars(CURRENCIES, ALL)).rejects.toThrow('was columns date, currency, eur_rate, expected symbol (or root)') // prettier-ignore
  },
)

test.skipIf(!existsSync(EQUITIES) || !existsSync(AS_TRADED))(
  `AAPL of ${EQUITIES} without its splits is AAPL of ${AS_TRADED}`,
  async () => {
    const selection = { symbols: ['AAPL'], first: '2012-01-03', last: '2021-03-31' }
    const traded = (await readTradedBars(EQUITIES, selection)).get('AAPL')
    const truth = (await readBars(AS_TRADED, selection)).get('AAPL')
    const closes = new Map(truth?.bars.map(({ date, close }) => [date, close]))
    const apart = traded?.bars.map(({ date, close }) => Math.abs(close / (closes.get(date) ?? 0) - 1)) // prettier-ignore
    expect(apart?.length).toBeGreaterThan(2300)
    expect(Math.max(...(apart ?? []))).toBeLessThan(0.005)
    expect(traded?.splits).toEqual([
      { date: '2014-06-09', ratio: 7 },
      { date: '2020-08-31', ratio: 4 },
    ])
  },
)

const notInstalled = () => Promise.reject(new Error('Cannot find package'))
