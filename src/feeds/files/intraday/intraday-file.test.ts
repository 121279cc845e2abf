import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { rowUntil, type IntradaySeries } from '#marketdata/intraday.ts'
import { isoInstantOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { readIntraday, type IntradaySelection } from '#feeds/files/intraday/intraday-file.ts'
import { table } from '#test/support/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'ballast-intraday-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function read(header: string, rows: string, selection: IntradaySelection = {}) {
  const path = join(folder, 'some.csv')
  writeFileSync(path, `${header}\n${rows.replaceAll(';', '\n')}\n`)
  return readIntraday(path, selection)
}

async function firstSeries(header: string, rows: string, selection: IntradaySelection = {}) {
  const [only] = [...(await read(header, rows, selection)).values()]
  if (only === undefined) throw new Error('the file has a symbol')
  return only.series
}

function timesOf({ time }: IntradaySeries): readonly string[] {
  return Array.from(time, (at) => isoInstantOf(at).slice(0, 19))
}

const TRADE_BARS = 'symbol,ts,open,high,low,close,volume'
const QUOTE_BARS =
  'pair,ts,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close,bid_size,ask_size'

describe('kinds of rows', () => {
  test('bars of trades', async () => {
    const rows = 'SPY,2018-02-05 09:30:00,1,4,0.5,2,10;SPY,2018-02-05 09:32,2,2,2,2,0;SPY,2018-02-05T09:33:00,2,2,2,2,0' // prettier-ignore
    const series = await firstSeries(TRADE_BARS, rows)
    expect(series).toMatchObject({ kind: 'trade-bars', length: 3, barMs: 60_000 })
    expect(timesOf(series)).toEqual(['2018-02-05T14:30:00', '2018-02-05T14:32:00', '2018-02-05T14:33:00']) // prettier-ignore
    if (series.kind !== 'trade-bars') throw new Error('bars of trades')
    expect([series.open[0], series.high[0], series.low[0], series.close[0], series.volume[0]]).toEqual([1, 4, 0.5, 2, 10]) // prettier-ignore
  })

  test('bars of quotes, one-sided and crossed ones as they are', async () => {
    const rows = 'EURUSD,2018-02-05 09:30:00,,,,,4,4,4,4,,7;EURUSD,2018-02-05 09:30:05,5,5,5,5,4,4,4,4,1,2' // prettier-ignore
    const series = await firstSeries(QUOTE_BARS, rows)
    if (series.kind !== 'quote-bars') throw new Error('bars of quotes')
    expect(series.barMs).toBe(5_000)
    expect(Array.from(series.bid.close)).toEqual([Number.NaN, 5])
    expect(Array.from(series.ask.close)).toEqual([4, 4])
    expect(Array.from(series.bidSize)).toEqual([Number.NaN, 1])
    expect(Array.from(series.askSize)).toEqual([7, 2])
  })

  test('single trades, with exchange and condition, several at one time', async () => {
    const rows = 'ESZ,2018-02-05 09:30:00.123,-37.5,1,N,@;ESZ,2018-02-05 09:30:00.123,10,2,D,;ESZ,2018-02-05 09:30:01,10,0,N,@' // prettier-ignore
    const series = await firstSeries('root,ts,price,size,exchange,sale_condition', rows)
    if (series.kind !== 'trades') throw new Error('trades')
    expect(Array.from(series.price)).toEqual([-37.5, 10, 10])
    expect(Array.from(series.exchange.codes, (code) => series.exchange.names[code])).toEqual(['N', 'D', 'N']) // prettier-ignore
    expect(Array.from(series.condition.codes, (code) => series.condition.names[code])).toEqual(['@', '', '@']) // prettier-ignore
    expect(series.time[0]).toBe(Date.UTC(2018, 1, 5, 9, 30, 0, 123))
  })

  test('single quotes, a side a row, without sizes', async () => {
    const series = await firstSeries('ticker,time,bid,ask', 'IBM,2018-02-05 09:30:00,10,;IBM,2018-02-05 09:30:00,,9') // prettier-ignore
    if (series.kind !== 'quotes') throw new Error('quotes')
    expect(Array.from(series.bid)).toEqual([10, Number.NaN])
    expect(Array.from(series.ask)).toEqual([Number.NaN, 9])
    expect(Array.from(series.bidSize)).toEqual([Number.NaN, Number.NaN])
    expect(series.exchange.names).toEqual([''])
  })
})

test.each(
  table(`
  situation                                   | header                                   | time                 | zone          | utc
  a stock: New York                           | symbol,ts,price,size                     | 2018-02-05 09:30:00  |               | 2018-02-05T14:30:00
  a future: UTC                               | root,ts,price,size                       | 2018-02-05 09:30:00  |               | 2018-02-05T09:30:00
  forex: UTC                                  | pair,ts,price,size                       | 2018-02-05 09:30:00  |               | 2018-02-05T09:30:00
  the column’s name says Chicago              | symbol,ts_ct,price,size                  | 2018-02-05 09:30:00  |               | 2018-02-05T15:30:00
  the column’s name says UTC                  | symbol,time_utc,price,size               | 2018-02-05 09:30:00  |               | 2018-02-05T09:30:00
  the cells say UTC                           | symbol,ts,price,size                     | 2018-02-05T09:30:00Z |               | 2018-02-05T09:30:00
  what was asked for comes first              | symbol,ts_ct,price,size                  | 2018-02-05 09:30:00  | Europe/London | 2018-02-05T09:30:00
  a day alone is its midnight                 | root,date,price,size                     | 2018-02-05           |               | 2018-02-05T00:00:00
`),
)('whose clock: $situation', async ({ header, time, zone, utc }) => {
  const series = await firstSeries(header, `EURUSD,${time},1,1`, zone === '' ? {} : { zone })
  expect(timesOf(series)).toEqual([utc])
})

test.each(
  table(`
  situation                  | header                        | row                                               | says
  a time that falls          | symbol,ts,price,size          | A,2018-02-05 09:30:01,1,1;A,2018-02-05 09:30:00,1,1 | some.csv:3 ts: was 2018-02-05T14:30:00.000Z after 2018-02-05T14:30:01.000Z of A, expected times that never fall within a symbol
  a bar twice                | ${TRADE_BARS}                 | A,2018-02-05 09:30,1,1,1,1,1;A,2018-02-05 09:30,1,1,1,1,1 | some.csv:3 ts: was 2018-02-05T14:30:00.000Z after 2018-02-05T14:30:00.000Z of A, expected times that rise
  no time                    | symbol,ts,price,size          | A,half past nine,1,1                              | some.csv:2 ts: was "half past nine", expected a time such as 2018-02-05 09:30:00
  an hour too many           | symbol,ts,price,size          | A,2018-02-05 24:00:00,1,1                         | some.csv:2 ts: was "2018-02-05 24:00:00", expected a time
  a trade without a price    | symbol,ts,price,size          | A,2018-02-05 09:30:00,,1                          | some.csv:2 price: was "", expected a finite price
  a price in words           | symbol,ts,bid,ask             | A,2018-02-05 09:30:00,one,1                       | some.csv:2 bid: was "one", expected a number
  a price without bound      | symbol,ts,bid,ask             | A,2018-02-05 09:30:00,1e999,1                     | some.csv:2 bid: was "1e999", expected a finite price, or nothing where nobody quotes
  a size below zero          | symbol,ts,price,size          | A,2018-02-05 09:30:00,1,-1                        | some.csv:2 size: was "-1", expected a number of units ≥ 0
  a pair that is none        | pair,ts,price,size            | EUR,2018-02-05 09:30:00,1,1                       | some.csv:2 pair: was "EUR", expected a pair of currencies such as EURUSD
  a contract without a month | root,contract,ts,price,size   | ES,2013,2018-02-05 09:30:00,1,1                   | some.csv:2 contract: was "2013", expected a contract's month such as 201312
  no known columns           | symbol,ts,level               | A,2018-02-05 09:30:00,1                           | some.csv: was columns symbol, ts, level, expected open, high, low, close, volume; bid_open
  no time column             | symbol,price,size             | A,1,1                                             | some.csv: was columns symbol, price, size, expected a time such as ts or ts_utc
`),
)('refused: $situation', async ({ header, row, says }) => {
  const refusal = await read(header, row).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(FeedError)
  expect(String(refusal)).toContain(says)
})

test('a zone that the cells contradict is refused', async () => {
  const rows = 'A,2018-02-05T09:30:00Z,1,1'
  await expect(read('symbol,ts,price,size', rows, { zone: 'Asia/Tokyo' })).rejects.toThrow('was UTC by its own word, expected Asia/Tokyo') // prettier-ignore
})

test('only the symbols and the time that are asked for, and the bar’s length where it is said', async () => {
  const rows = ['A', 'B'].flatMap((name) => [30, 31, 32].map((minute) => `${name},2018-02-05 09:${minute},1,1,1,1,1`)) // prettier-ignore
  const from = Date.UTC(2018, 1, 5, 14, 31)
  const selection = { symbols: ['B'], from, until: from + 60_000, barSeconds: 30 }
  const found = await read(TRADE_BARS, rows.join(';'), selection)
  expect([...found.keys()]).toEqual(['B'])
  expect(found.get('B')?.series).toMatchObject({ length: 1, barMs: 30_000 })
  expect(found.get('B')?.series.time[0]).toBe(from)
})

test('symbols may take turns', async () => {
  const found = await read('symbol,ts,price,size', 'A,2018-02-05 09:30:00,1,1;B,2018-02-05 09:30:00,2,1;A,2018-02-05 09:30:01,3,1') // prettier-ignore
  expect([...found].map(([name, { series }]) => [name, series.length])).toEqual([['A', 2], ['B', 1]]) // prettier-ignore
})

test('the last row at or before an instant', () => {
  const rows = { length: 3, time: Float64Array.of(10, 20, 20) }
  expect([9, 10, 19, 20, 99].map((at) => rowUntil(rows, at))).toEqual([-1, 0, 0, 2, 2])
})

const DATA = '../shared/data/intraday'

// Counts and first times were taken with another reader.
test.skipIf(!existsSync(DATA)).each(
  table(`
  file                                  | symbol  | kind       | barMs   | rows   | begins              | symbols
  us_equity_minute_trade                | SPY     | trade-bars | 60000   | 4063   | 2013-10-04T08:06:00 | 5
  us_equity_minute_quote                | AAPL    | quote-bars | 60000   | 1665   | 2014-06-05T08:00:00 | 5
  us_equity_second_quote_spy            | SPY     | quote-bars | 1000    | 57241  | 2013-10-07T08:00:00 | 1
  us_equity_tick_trade_20131007         | IBM     | trades     |         | 24293  | 2013-10-07T08:00:30 | 2
  us_equity_tick_quote_ibm_20131007     | IBM     | quotes     |         | 109067 | 2013-10-07T08:00:00 | 1
  us_equity_hour_1998_2021              | AAPL    | trade-bars | 3600000 | 40831  | 1998-01-02T14:00:00 | 3
  futures_minute_trade_201310           | ESZ3    | trade-bars | 60000   | 10899  | 2013-10-06T22:00:00 | 16
  futures_minute_quote_201310           | ESZ3    | quote-bars | 60000   | 11303  | 2013-10-06T19:00:00 | 7
  fx_hour_eurusd_2007_2015              | EUR.USD | quote-bars | 3600000 | 56007  | 2007-01-01T21:00:00 | 1
`),
)('$file.parquet: $symbol', async (row) => {
  const path = `${DATA}/${row.file}.parquet`
  const found = await readIntraday(path)
  expect(found.size).toBe(Number(row.symbols))
  const series = found.get(row.symbol)?.series
  expect(series).toMatchObject({ kind: row.kind, length: Number(row.rows) })
  if (series === undefined) return
  expect('barMs' in series ? String(series.barMs) : '').toBe(row.barMs)
  expect(timesOf(series)[0]).toBe(row.begins)
})

test.skipIf(!existsSync(DATA))(
  `${DATA}/futures_minute_quote_201310: crossed and one-sided quotes survive`,
  async () => {
    const found = await readIntraday(`${DATA}/futures_minute_quote_201310.parquet`)
    let [crossed, oneSided] = [0, 0]
    for (const { series } of found.values()) {
      if (series.kind !== 'quote-bars') throw new Error('bars of quotes')
      for (let i = 0; i < series.length; i++) {
        const [bid = 0, ask = 0] = [series.bid.close[i], series.ask.close[i]]
        if (bid > ask) crossed += 1
        if (Number.isNaN(bid) !== Number.isNaN(ask)) oneSided += 1
      }
    }
    expect([crossed, oneSided]).toEqual([37, 1453])
  },
)
