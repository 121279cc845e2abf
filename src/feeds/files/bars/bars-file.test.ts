import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FeedError } from '#feeds/feed.ts'
import { readBars } from '#feeds/files/bars/bars-file.ts'
import { subjectNames } from '#feeds/files/columns/subjects.ts'
import type { Listed } from '#exchange/listing.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import { readTradedBars } from '#feeds/files/bars/traded-bars.ts'
import { table } from '#test/support/table.ts'

const EQUITIES = '../shared/data/bars/us_equity_daily_2005_2021.parquet'
const FUTURES = '../shared/data/bars/futures_cont_daily_2000_2021.parquet'
const CURRENCIES = '../shared/data/bars/fx_ecb_daily_1999_2021.parquet'
const CONTRACTS = '../shared/data/bars/futures_contract_daily_2013.csv'
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
  price.csv     | AAPL,2018-02-05,1,one,1,1,1,1,x     | price.csv:2 high: was "one", expected a number
  empty.csv     | AAPL,2018-02-05,1,1,1,,1,1,x        | empty.csv:2 close: was "", expected a finite number
  half.csv      | AAPL,2018-02-05,,1,1,1,1,1,x        | half.csv:2 open: was "", expected a finite number
  negative.csv  | AAPL,2018-02-05,1,1,1,1,-1,1,x      | negative.csv:2 volume: was "-1", expected a number of units ≥ 0
  adjusted.csv  | AAPL,2018-02-05,1,1,1,1,1,,x        | adjusted.csv:2 adj_close: was "", expected a finite number
  nobody.csv    | ,2018-02-05,1,1,1,1,1,1,x           | nobody.csv:2 symbol: was "", expected a ticker such as AAPL
  short.csv     | AAPL,2018-02-05,1,1,1               | short.csv:2: has 5 cells, expected 9 as the header has
  quote.csv     | "AAPL,2018-02-05,1,1,1,1,1,1,x      | quote.csv:2: was "AAPL,2018-02-05
  class.csv     | AAPL,bond,2018-02-05,1,1,1,1,1      | class.csv:2 asset_class: was "bond", expected one of STK, STOCK, EQUITY, ETF
  columns.csv   |                                     | columns.csv: was columns symbol, when, expected symbol (or ticker, root, pair), date
  void.csv      |                                     | void.csv: is empty, expected a header
  nothing.txt   |                                     | was ".txt", expected a .parquet or .csv file of daily bars
  none.csv      | -                                   | none.csv: there is no such file
  none.parquet  | -                                   | none.parquet: there is no such file
  text.parquet  |                                     | text.parquet is no Parquet file that can be read
`),
)('$name is refused: $says', async ({ name, row, says }) => {
  const headers: Readonly<Record<string, string>> = { 'columns.csv': 'symbol,when', 'void.csv': '', 'class.csv': 'symbol,asset_class,date,open,high,low,close,volume' } // prettier-ignore
  const path = row === '-' ? join(folder, name) : file(name, `${headers[name] ?? HEADER}\n${row}\n`)
  const refusal = await readBars(path, ALL).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(FeedError)
  expect(refusal instanceof FeedError && refusal.kind).toBe('unreadable')
  expect(String(refusal)).toContain(says)
})

// The columns of every kind of file, and what its first bar is called and holds.
test.each(
  table(`
  situation                        | name       | header                                    | row                                  | symbol                   | class | bar
  a ticker, as Yahoo exports it    | AAPL.csv   | Date,Open,High,Low,Close,Adj Close,Volume | 2018-02-05,1,3,1,2,1.9,10            | AAPL                     |       | 1 3 1 2 10
  an index: a level alone          | spx_x.csv  | date,open,high,low,close,volume           | 1990-01-02,,,,359.69,                | SPX                      |       | 359.69 359.69 359.69 359.69 0
  one column of prices             | one.csv    | symbol,date,adj_close                     | KO,1990-01-02,2.5                    | KO                       |       | 2.5 2.5 2.5 2.5 0
  a class and a currency           | class.csv  | symbol,asset_class,currency,date,open,high,low,close,volume | DAX,index,EUR,2018-02-05,1,1,1,1,0 | DAX    | IND   | 1 1 1 1 0
  a continuous future              | root.csv   | root,date,open,high,low,close,volume      | CL,2020-04-20,17,18,-40,-37.63,9     | CL                       | FUT   | 17 18 -40 -37.63 9
  a contract, its open interest apart | c.csv   | root,contract,date,kind,open,high,low,close,volume_or_oi | ES,201312,2013-10-06,open_interest,,,,,5\\nES,201312,2013-10-06,trade,1,2,1,2,7 | ESZ3 | FUT | 1 2 1 2 7
  forex with two sides             | fx.csv     | pair,ts,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close | EURUSD,2013-01-02 00:00:00,1,2,1,1,2,4,1,3 | EUR.USD | CASH | 1.5 3 1 2 0
  forex, mid prices                | mid.csv    | pair,date,open,high,low,close             | EUR/USD,2013-01-02,1,2,1,2           | EUR.USD                  | CASH  | 1 2 1 2 0
  a fixing against the euro        | ecb.csv    | date,currency,eur_rate                    | 2013-01-02,CHF,1.2                   | EUR.CHF                  | CASH  | 1.2 1.2 1.2 1.2 0
  an option                        | opt.csv    | underlying,expiry,strike,right,date,open,high,low,close,volume | TWX,20140621,70.0,call,2014-06-04,1,1,1,1,3 | TWX.OPT.20140621.C.70.USD | OPT | 1 1 1 1 3
`),
)('$situation is $symbol', async ({ name, header, row, symbol, class: assetClass, bar }) => {
  const path = file(name, `# from somewhere\r\n${header}\r\n${row.replaceAll('\\n', '\r\n')}`)
  const found = await readBars(path, { first: '1980-01-01', last: '2030-01-01' })
  expect([...found.keys()]).toEqual([symbol])
  const of = found.get(symbol)
  expect(of?.assetClass ?? '').toBe(assetClass)
  const [first] = of?.bars ?? []
  expect([first?.open, first?.high, first?.low, first?.close, first?.volume].join(' ')).toBe(bar)
})

test('quotes, comments and blank lines, and lines that are told by where they stand', async () => {
  const text = `\uFEFF# two names\n\n"symbol",date,open,high,low,close,volume\n\n"BRK-B",2018-02-05,1,1,1,1,"10"\n# more\nKO,2018-02-05,1,1,1,x,1\n`
  const path = file('quoted.csv', text)
  await expect(readBars(path, ALL)).rejects.toThrow('quoted.csv:7 close: was "x", expected a number') // prettier-ignore
  const found = await readBars(path, { ...ALL, symbols: ['BRK.B'] })
  expect(found.get('BRK.B')?.bars).toMatchObject([{ close: 1, volume: 10 }])
})

test('a file of several pieces and batches is read to the last digit', async () => {
  const days = Array.from({ length: 5_000 }, (_, i) => isoDateOf(i * DAY_MS))
  const rows = ['AA', 'BB', 'CC', 'DD', 'EE', 'FF'].flatMap((name, n) => days.map((day, i) => `${name},${day},1.5,2.25,0.125,${n}.${String(i).padStart(4, '0')},${i},1,source`)) // prettier-ignore
  const found = await readBars(file('large.csv', `${HEADER}\n${rows.join('\n')}`), { first: '1970-01-01', last: '2030-01-01' }) // prettier-ignore
  expect([...found.keys()]).toEqual(['AA', 'BB', 'CC', 'DD', 'EE', 'FF'])
  const last = found.get('FF')?.columns
  expect(last?.length).toBe(5_000)
  expect(Array.from(last?.close ?? [])).toEqual(days.map((_, i) => Number(`5.${String(i).padStart(4, '0')}`))) // prettier-ignore
  expect(Array.from(last?.day ?? [])).toEqual(days.map((_, i) => i))
})

const namesOf = (fields: object) => subjectNames({ symbol: 'X', currency: 'USD', ...fields } as unknown as Listed) // prettier-ignore

test('what a listing is looked for as', () => {
  expect(namesOf({ assetClass: 'STK' })).toEqual(['X'])
  expect(namesOf({ assetClass: 'IND' })).toEqual(['X'])
  expect(namesOf({ assetClass: 'FUT', symbol: 'ES', localSymbol: 'ESZ3' })).toEqual(['ESZ3', 'ES'])
  expect(namesOf({ assetClass: 'CASH', symbol: 'EUR', currency: 'CHF' })).toEqual(['EUR.CHF'])
  expect(namesOf({ assetClass: 'OPT', id: 'X.OPT.20140621.C.70.USD' })).toEqual([
    'X.OPT.20140621.C.70.USD',
  ])
})

test('two contracts ten years apart have one name, which one file cannot hold', async () => {
  const rows = ['201312,2013-10-07', '202312,2023-10-09'].map((at) => `ES,${at},1,1,1,1,1`)
  const path = file('decades.csv', `root,contract,date,open,high,low,close,volume\n${rows.join('\n')}`) // prettier-ignore
  await expect(readBars(path, ALL)).rejects.toThrow('decades.csv:3 contract: was "202312", expected a month other than ESZ3') // prettier-ignore
})

test('symbols may take turns, as files that are sorted by day have them', async () => {
  const days = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2018, 0, 1 + i)).toISOString().slice(0, 10)) // prettier-ignore
  const rows = days.flatMap((day, i) => ['A', 'B'].map((name) => `${name},${day},1,1,1,${i},1,1,x`))
  const found = await readBars(file('turns.csv', `${HEADER}\n${rows.join('\n')}`), ALL)
  for (const name of ['A', 'B']) {
    expect(found.get(name)?.bars.map(({ date }) => date)).toEqual(days)
    expect(Array.from(found.get(name)?.columns.close ?? [])).toEqual(days.map((_, i) => i))
    expect(found.get(name)?.columns.day).toHaveLength(40)
  }
})

const firstAt = async (header: string, row: string) =>
  [...(await readBars(file('at.csv', `${header}\n${row}`), ALL)).values()][0]?.bars[0]?.at

test('a future’s day begins on the evening before, a pair’s too', async () => {
  expect(await firstAt('root,date,open,high,low,close,volume', 'ES,2018-02-05,1,1,1,1,1')).toBe(Date.UTC(2018, 1, 4, 23)) // prettier-ignore
  expect(await firstAt('pair,date,open,high,low,close', 'EURUSD,2018-02-05,1,1,1,1')).toBe(Date.UTC(2018, 1, 4, 22, 15)) // prettier-ignore
})

test('days that do not rise within a symbol are refused', async () => {
  const path = file('order.csv', `${HEADER}\nA,2018-02-05,1,1,1,1,1,1,x\nA,2018-02-05,1,1,1,1,1,1,x\n`) // prettier-ignore
  await expect(readBars(path, ALL)).rejects.toThrow('2018-02-05 after 2018-02-05')
})

test('without the reader of Parquet the message says what to install, and what else would do', async () => {
  const path = file('some.parquet', '')
  await expect(readBars(path, ALL, notInstalled)).rejects.toThrow(
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

// Row groups are passed over by their statistics: the first and last day of the file are still in.
test.skipIf(!existsSync(EQUITIES)).each(
  table(`
  day        | bars
  2005-01-02 | 0
  2005-01-03 | 1
  2021-12-31 | 1
  2022-01-01 | 0
`),
)(`${EQUITIES}: AAPL on $day`, async ({ day, bars }) => {
  const found = await readBars(EQUITIES, { symbols: ['AAPL'], first: day, last: day })
  expect(found.get('AAPL')?.bars.length ?? 0).toBe(Number(bars))
})

test.skipIf(!existsSync(FUTURES))(
  `${FUTURES}: prices below zero are read as they are`,
  async () => {
    const found = await readBars(FUTURES, { symbols: ['CL'], first: '2020-04-20', last: '2020-04-20' }) // prettier-ignore
    expect(found.get('CL')?.bars.map(({ close }) => close)).toEqual([-37.63])
  },
)

test.skipIf(!existsSync(CURRENCIES))(
  `${CURRENCIES}: a fixing is a bar that does not move`,
  async () => {
    const found = await readBars(CURRENCIES, { symbols: ['EUR.USD', 'EUR.CHF'], first: '2020-03-19', last: '2020-03-20' }) // prettier-ignore
    expect([...found.keys()].toSorted()).toEqual(['EUR.CHF', 'EUR.USD'])
    expect(found.get('EUR.USD')).toMatchObject({ assetClass: 'CASH', currency: 'USD' })
    expect(found.get('EUR.USD')?.bars.map(({ date, low, close }) => [date, low, close])).toEqual([
      ['2020-03-19', 1.0801, 1.0801],
      ['2020-03-20', 1.0707, 1.0707],
    ])
  },
)

test.skipIf(!existsSync(CONTRACTS))(
  `${CONTRACTS}: a contract is called as the exchange calls it`,
  async () => {
    const found = await readBars(CONTRACTS, ALL)
    expect(found.get('ESZ3')?.bars[0]).toMatchObject({ date: '2013-10-06', close: 1676.5, volume: 21573 }) // prettier-ignore
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
