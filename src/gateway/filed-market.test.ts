/** What was recorded, heard over the wire: real files where they are, small ones where they are not. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExchange } from '#exchange/create-exchange.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'
import { openDesk, type Desk } from '#gateway/desk.ts'
import { openMarket } from '#gateway/market.ts'
import { newYorkInstant, newYorkWallTime } from '#marketdata/calendar.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import { DAY_MS, MINUTE_MS } from '#model/time.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { table } from '#test/support/table.ts'
import { startedClient } from '#test/support/wire-client.ts'

const DATA = '../shared/data'
const INTRADAY = `${DATA}/intraday`
const EQUITIES = `${INTRADAY}/us_equity_minute_quote.parquet,${INTRADAY}/us_equity_minute_trade.parquet`
const FUTURES = `${INTRADAY}/futures_minute_quote_201310.parquet,${INTRADAY}/futures_minute_trade_201310.parquet`
const FOREX = `${INTRADAY}/fx_minute_eurusd_201405.parquet`
const TICKS = `${INTRADAY}/us_equity_tick_trade_20131007.parquet,${INTRADAY}/us_equity_tick_quote_ibm_20131007.parquet` // prettier-ignore

type Options = Omit<Parameters<typeof openMarket>[0], 'seed'>

async function deskOf(
  options: Options,
  holdings: Readonly<Record<string, string>> = {},
): Promise<Desk> {
  const { market, startAt, halted } = await openMarket({ seed: 1, ...options })
  const positions = Object.entries(holdings).map(([id, units]) => ({ instrument: id as InstrumentId, quantity: quantity(units) })) // prettier-ignore
  const settings: ExchangeSettings = { seed: 1, account: 'DU1234567' as AccountId, baseCurrency: 'USD', startAt, market, cash: new Map([['USD', money('1000000', 'USD')]]), positions, halted } // prettier-ignore
  return openDesk(createExchange(settings))
}

/** An instant of a day in New York; its last millisecond where `end` is asked for. */
function instant(day: string, time: string, end = false): number {
  const [hours = '0', minutes = '0'] = time.split(':')
  return newYorkInstant(day, Number(hours) * 60 + Number(minutes)) + (end ? MINUTE_MS - 1 : 0)
}

/** The twelve fields of a contract: `IBM`, `ESZ3` of CME, `EUR` against the dollar. */
function contractOf(name: string): readonly (string | number)[] {
  if (name === 'EUR') return [0, 'EUR', 'CASH', '', '0.0', '', '', 'IDEALPRO', '', 'USD', '', '']
  if (/[GJHVXZ]\d$/.test(name))
    return [0, '', 'FUT', '', '0.0', '', '', name.startsWith('GC') ? 'COMEX' : 'CME', '', 'USD', name, ''] // prettier-ignore
  return [0, name, 'STK', '', '0.0', '', '', 'SMART', '', 'USD', '', '']
}

/** Bid, ask and their sizes as a new subscription hears them; `-` for what it does not. */
function levelOne(desk: Desk, name: string): string {
  const client = startedClient(desk)
  client.say(1, 11, 1, ...contractOf(name), 0, '', 0, 0, '')
  const heard = client.heard()
  client.leave()
  const tick = (message: string, type: string) => heard.find((fields) => fields[0] === message && fields[3] === type)?.[4] ?? '-' // prettier-ignore
  return `${tick('1', '1')} x ${tick('2', '0')} / ${tick('1', '2')} x ${tick('2', '3')}`
}

describe.skipIf(!existsSync(INTRADAY))(`${INTRADAY} (skipped without it)`, () => {
  test.each(
    table(`
      name | day        | time  | at    | quote
      IBM  | 2013-10-07 | 09:30 | start | 181.69 x 28800 / 181.9 x 100
      IBM  | 2013-10-07 | 11:40 | end   | 183.06 x 300 / 183.08 x 100
      SPY  | 2013-10-07 | 09:31 | end   | 167.37 x 500 / 167.38 x 47000
      SPY  | 2013-10-07 | 15:00 | start | 168.24 x 9500 / 168.25 x 900
      AAPL | 2014-06-05 | 09:30 | start | 646.2 x 100 / 646.31 x 7700
      AAPL | 2014-06-05 | 15:59 | end   | 647.23 x 300 / 647.4 x 3200
      ESZ3 | 2013-10-07 | 10:00 | end   | 1672.25 x 290 / 1672.5 x 1291
      GCZ3 | 2013-10-08 | 11:00 | start | 1328.2 x 2 / 1328.4 x 2
    `),
  )('$name at the $at of $time on $day', async ({ name, day, time, at, quote }) => {
    const market = /\d$/.test(name) ? FUTURES : EQUITIES
    const desk = await deskOf({ market, from: `${day}T09:00` })
    desk.advance(instant(day, time, at === 'end'))
    expect(levelOne(desk, name)).toBe(quote)
  })

  test.each(
    table(`
      name | day        | time  | quote                      | what
      GCG4 | 2013-10-07 | 10:26 | 1323.1 x 1 / 1323 x 32     | crossed
      GCZ3 | 2013-10-08 | 07:32 | 1322.1 x 2 / 1322 x 1      | crossed in the night
      ESH4 | 2013-10-07 | 12:03 | -1 x 0 / 1669.75 x 522     | without a bid
      GCG4 | 2013-10-07 | 10:50 | 1324.5 x 7 / -1 x 0        | without an offer
    `),
  )('a quote $what goes through as it was: $name', async ({ name, day, time, quote }) => {
    const desk = await deskOf({ market: FUTURES, from: `${day}T07:00` })
    desk.advance(instant(day, time, true))
    expect(levelOne(desk, name)).toBe(quote)
  })

  test('a pair has its recorded prices, and sizes that are made', async () => {
    const desk = await deskOf({ market: FOREX, from: '2014-05-05' })
    expect(levelOne(desk, 'EUR')).toMatch(
      /^1\.38745 x \d{6,}(\.\d+)? \/ 1\.38768 x \d{6,}(\.\d+)?$/,
    )
    desk.advance(instant('2014-05-08', '08:30'))
    expect(levelOne(desk, 'EUR')).toMatch(/^1\.39449 x \d{6,}(\.\d+)? \/ 1\.3948 x \d{6,}(\.\d+)?$/)
  })

  test('single trades are heard one by one, and again as history', async () => {
    const desk = await deskOf({ market: TICKS, from: '2013-10-07' })
    const client = startedClient(desk)
    client.say(97, 1, ...contractOf('IBM'), 'AllLast', 0, 0)
    const until = instant('2013-10-07', '10:00') + 12_540
    desk.advance(until)
    expect(client.heard().map((fields) => fields.slice(4, 6).join(' x '))).toEqual(IBM_TRADES)
    client.say(96, 2, ...contractOf('IBM'), 0, '20131007 10:00:05 US/Eastern', '', 11, 'TRADES', 1, 0, '') // prettier-ignore
    const [history] = client.heard()
    expect(history?.slice(0, 3)).toEqual(['98', '2', '11'])
    for (const [i, trade] of IBM_TRADES.entries())
      expect(history?.slice(3 + 6 * i + 2, 3 + 6 * i + 4).join(' x ')).toBe(trade)
  })

  test('bars of a recorded day are the file’s, after the daily bars beside it', async () => {
    const market = `${EQUITIES},${DATA}/bars/us_etf_daily_1993_2021.parquet`
    const desk = await deskOf({ market, from: '2013-10-08' })
    const bars = desk.venue.dailyBars('SPY.STK.USD' as InstrumentId, 4, '2013-10-07', 'splits')
    expect(bars.map(({ date }) => date)).toEqual(['2013-10-02', '2013-10-03', '2013-10-04', '2013-10-07']) // prettier-ignore
    expect(bars.at(-1)?.close).toBeCloseTo(167.43, 1)
    expect(levelOne(desk, 'QQQ')).toMatch(/^7\d\.\d+ x \d+ \/ 7\d\.\d+ x \d+$/)
  })
})

/** Writes files in a folder of their own. @returns where a name among them is */
function files(texts: Readonly<Record<string, string>>): (name: string) => string {
  const folder = scratchFolder()
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text)
  return (name) => join(folder, name)
}

/** Flat minute quotes about a price on some days, from 09:30 to 10:00. */
function quotesAbout(symbol: string, days: Readonly<Record<string, number>>): string {
  const rows = Object.entries(days).flatMap(([day, middle]) =>
    ['09:30', '10:00'].map(
      (time) => `${symbol},${day} ${time}:00,${middle - 1},300,${middle + 1},200`,
    ),
  )
  return ['symbol,ts,bid,bid_size,ask,ask_size', ...rows, ''].join('\n')
}

/** Bars of a symbol by day, each flat. */
const barsAbout = (symbol: string, days: Readonly<Record<string, number>>): string =>
  ['symbol,date,open,high,low,close,volume', ...Object.entries(days).map(([day, at]) => `${symbol},${day},${at},${at},${at},${at},1000000`), ''].join('\n') // prettier-ignore

const heldIn = (desk: Desk): string =>
  desk.venue.positions().map(({ instrument, quantity: units }) => `${instrument} ${Number(units) / 1e9}`).join(', ') // prettier-ignore

describe('several files', () => {
  test('of one kind follow each other, and daily bars are what was before', async () => {
    const at = files({
      'monday.csv': quotesAbout('AAA', { '2018-02-05': 100 }),
      'tuesday.csv': quotesAbout('AAA', { '2018-02-06': 110 }),
      'bars.csv': barsAbout('AAA', { '2018-02-01': 90, '2018-02-02': 95 }),
    })
    const desk = await deskOf({
      market: ['tuesday.csv', 'bars.csv', 'monday.csv'].map(at).join(','),
    })
    expect(newYorkWallTime(desk.venue.now)).toContain('2018-02-05')
    expect(levelOne(desk, 'AAA')).toBe('99 x 300 / 101 x 200')
    desk.advance(desk.venue.now + DAY_MS)
    expect(levelOne(desk, 'AAA')).toBe('109 x 300 / 111 x 200')
    const bars = desk.venue.dailyBars('AAA.STK.USD' as InstrumentId, 9, '2018-02-05', 'splits')
    expect(bars.map(({ date, close }) => `${date} ${close}`)).toEqual(['2018-02-01 90', '2018-02-02 95', '2018-02-05 100']) // prettier-ignore
  })

  test('a recorded option has its own quotes, and computations by what it is on', async () => {
    const days = Object.fromEntries(['01-31', '02-01', '02-02', '02-05', '02-06'].map((day) => [`2018-${day}`, 100])) // prettier-ignore
    const at = files({
      'bars.csv': barsAbout('AAA', days),
      'options.csv': 'underlying,expiry,strike,right,ts,bid,bid_size,ask,ask_size\nAAA,2018-03-16,100,C,2018-02-05 09:45:00,3.1,11,3.3,12\n', // prettier-ignore
    })
    const desk = await deskOf({ market: `${at('options.csv')},${at('bars.csv')}` })
    const option = 'AAA.OPT.20180316.C.100.USD' as InstrumentId
    expect(desk.venue.quote(option)).toMatchObject({ bid: price('3.1'), ask: price('3.3'), bidSize: quantity('11') }) // prettier-ignore
    const { bid, ask, model } = desk.venue.computations(option) ?? {}
    expect(bid?.impliedVolatility).toBeGreaterThan(0.15)
    expect(ask?.impliedVolatility).toBeGreaterThan(bid?.impliedVolatility ?? 9)
    expect(model?.underlyingPrice).toBeCloseTo(100)
  })

  test('a zone says whose times they are', async () => {
    const at = files({ 'quotes.csv': quotesAbout('AAA', { '2018-02-05': 100 }) })
    const desk = await deskOf({
      market: at('quotes.csv'),
      marketZone: 'UTC',
      from: '2018-02-05T04:29',
    })
    expect(levelOne(desk, 'AAA')).toBe('-1 x 0 / -1 x 0')
    desk.advance(instant('2018-02-05', '04:30'))
    expect(levelOne(desk, 'AAA')).toBe('99 x 300 / 101 x 200')
  })
})

describe('corporate actions', () => {
  const SPLIT = 'instrument,date,type,ratio\nAAA,2018-02-06,split,2:1\n'

  test('a split of what was recorded: twice the shares, half the price from midnight on', async () => {
    const at = files({ 'quotes.csv': quotesAbout('AAA', { '2018-02-05': 100, '2018-02-06': 52 }), 'actions.csv': SPLIT, 'bars.csv': barsAbout('AAA', { '2018-02-02': 98 }) }) // prettier-ignore
    const desk = await deskOf({ market: `${at('quotes.csv')},${at('bars.csv')}`, actionsFile: at('actions.csv') }, { 'AAA.STK.USD': '10' }) // prettier-ignore
    desk.advance(instant('2018-02-06', '04:30'))
    expect(heldIn(desk)).toBe('AAA.STK.USD 20')
    expect(levelOne(desk, 'AAA')).toMatch(/^(49\.\d+|50) x \d+ \/ 50\.?\d* x \d+$/)
    desk.advance(instant('2018-02-06', '10:00'))
    expect(levelOne(desk, 'AAA')).toBe('51 x 300 / 53 x 200')
    desk.advance(instant('2018-02-06', '16:30'))
    const bars = desk.venue.dailyBars('AAA.STK.USD' as InstrumentId, 9, '2018-02-06', 'splits')
    expect(bars.map(({ close }) => close)).toEqual([49, 50, 52])
  })

  test.each([
    ['show it', { '2018-02-02': 98, '2018-02-05': 100, '2018-02-06': 52 }],
    ['carry it', { '2018-02-02': 49, '2018-02-05': 50, '2018-02-06': 52 }],
  ])('a split of bars that %s', async (_what, days) => {
    const at = files({ 'bars.csv': barsAbout('AAA', days), 'actions.csv': SPLIT })
    const desk = await deskOf({ market: at('bars.csv'), from: '2018-02-05', actionsFile: at('actions.csv') }, { 'AAA.STK.USD': '10' }) // prettier-ignore
    expect(levelOne(desk, 'AAA')).toMatch(/^99\.\d+ x \d+ \/ 100\.\d+ x \d+$/)
    desk.advance(instant('2018-02-06', '10:00'))
    expect(heldIn(desk)).toBe('AAA.STK.USD 20')
    expect(levelOne(desk, 'AAA')).toMatch(/^51\.\d+ x \d+ \/ 52\.\d+ x \d+$/)
    const bars = desk.venue.dailyBars('AAA.STK.USD' as InstrumentId, 2, '2018-02-05', 'splits')
    expect(bars.map(({ close, volume }) => [close, volume])).toEqual([[98, _what === 'show it' ? 1e6 : 5e5], [100, _what === 'show it' ? 1e6 : 5e5]]) // prettier-ignore
  })

  test('a ticker changes: the holding, the price and the history go on under the new contract', async () => {
    const at = files({
      'bars.csv': barsAbout('NEW', { '2018-02-02': 98, '2018-02-05': 100, '2018-02-06': 102 }),
      'universe.csv': 'instrument,conId\nOLD,77\n',
      'actions.csv':
        'instrument,date,type,newInstrument,newConId\nOLD,2018-02-06,ticker-change,NEW,78\n',
    })
    const desk = await deskOf({ market: at('bars.csv'), from: '2018-02-05', universeFile: at('universe.csv'), actionsFile: at('actions.csv') }, { 'OLD.STK.USD': '10' }) // prettier-ignore
    expect([levelOne(desk, 'OLD').slice(0, 3), levelOne(desk, 'NEW')]).toEqual(['99.', '-1 x 0 / -1 x 0']) // prettier-ignore
    desk.advance(instant('2018-02-06', '10:00'))
    expect(heldIn(desk)).toBe('NEW.STK.USD 10')
    expect([levelOne(desk, 'OLD'), levelOne(desk, 'NEW').slice(0, 4)]).toEqual(['-1 x 0 / -1 x 0', '101.']) // prettier-ignore
    expect(desk.venue.directory.byConId(78)?.symbol).toBe('NEW')
    const bars = desk.venue.dailyBars('NEW.STK.USD' as InstrumentId, 9, '2018-02-05', 'splits')
    expect(bars.map(({ close }) => close)).toEqual([98, 100])
  })

  test.skipIf(!existsSync(DATA))(
    `AAPL's split of 2014-06-09 by the factor files of ${DATA} (skipped without them)`,
    async () => {
      const universe = files({ 'universe.csv': 'instrument,conId\nAAPL,265598\n' })('universe.csv')
      const desk = await deskOf({ market: `${DATA}/bars/us_equity_daily_2005_2021.parquet`, from: '2014-06-06', universeFile: universe, actionsFile: `${DATA}/corporate_actions/factor_files.csv` }, { 'AAPL.STK.USD': '10' }) // prettier-ignore
      expect(levelOne(desk, 'AAPL')).toMatch(/^6[45]\d\./)
      desk.advance(instant('2014-06-09', '10:00'))
      expect(heldIn(desk)).toBe('AAPL.STK.USD 70')
      expect(levelOne(desk, 'AAPL')).toMatch(/^9[234]\./)
      desk.advance(instant('2014-08-07', '10:00'))
      expect(Number(desk.venue.cash().get('USD')) / 1e9 - 1_000_000).toBeCloseTo(70 * 0.47, 1)
    },
  )
})

describe('what is refused', () => {
  const QUOTES = quotesAbout('AAA', { '2018-02-05': 100 })

  test.each<[string, Readonly<Record<string, string>>, Partial<Options>, RegExp]>([
    [
      'a cell that is no price',
      { 'quotes.csv': QUOTES.replace('99,300', 'x,300') },
      {},
      /quotes\.csv:2 bid: was "x", expected a number/,
    ],
    [
      'a day outside the recording',
      { 'quotes.csv': QUOTES },
      { from: '2018-03-05' },
      /--from: was "2018-03-05", expected a day from 2018-02-05 to 2018-02-05, which .*quotes\.csv covers/,
    ],
    [
      'a day years away from it',
      { 'quotes.csv': QUOTES },
      { from: '2008-03-05' },
      /expected a day from 2018-02-05 to 2018-02-05/,
    ],
    [
      'an action on what is not listed',
      {
        'quotes.csv': QUOTES,
        'actions.csv': 'instrument,date,type,ratio\nBBB,2018-02-06,split,2\n',
      },
      { actionsFile: 'actions.csv' },
      /actions\.csv: the split of BBB\.STK\.USD on 2018-02-06 is about what is not listed/,
    ],
    [
      'an action without its ratio',
      {
        'quotes.csv': QUOTES,
        'actions.csv': 'instrument,date,type,ratio\nAAA,2018-02-06,split,\n',
      },
      { actionsFile: 'actions.csv' },
      /actions\.csv:2 ratio: was "", expected a value: a split has one/,
    ],
    [
      'actions beside a synthetic market',
      { 'actions.csv': '' },
      { market: 'synthetic', actionsFile: 'actions.csv' },
      /--actions: was .*actions\.csv, expected none/,
    ],
    [
      'the same hours twice',
      { 'quotes.csv': QUOTES, 'again.csv': QUOTES },
      { market: 'quotes.csv,again.csv' },
      /quotes of AAA are in .*quotes\.csv,.* and again in .*again\.csv/,
    ],
    [
      'bars of a name twice',
      {
        'bars.csv': barsAbout('AAA', { '2018-02-05': 9 }),
        'more.csv': barsAbout('AAA', { '2018-02-05': 9 }),
      },
      { market: 'bars.csv,more.csv', from: '2018-02-05' },
      /daily bars of AAA are in .*bars\.csv and again in .*more\.csv/,
    ],
    [
      'a universe of other names',
      { 'quotes.csv': QUOTES, 'universe.csv': 'instrument\nBBB\n' },
      { universeFile: 'universe.csv', from: '2018-02-05' },
      /quotes\.csv has none of the listed names/,
    ],
    ['a file that is not there', {}, {}, /quotes\.csv: there is no such file/],
    [
      'a time that is none',
      { 'quotes.csv': QUOTES },
      { from: '2018-02-05T9:30' },
      /--from: was "2018-02-05T9:30", expected a day from 1997/,
    ],
  ])('%s', async (_what, texts, { market = 'quotes.csv', ...more }, message) => {
    const at = files(texts)
    const paths = market === 'synthetic' ? market : market.split(',').map(at).join(',')
    const named = Object.fromEntries(Object.entries(more).map(([option, text]) => [option, option.endsWith('File') ? at(text) : text])) // prettier-ignore
    const opening = openMarket({ seed: 1, market: paths, ...named })
    await expect(opening).rejects.toThrow(message)
    await expect(opening).rejects.toThrow(expect.objectContaining({ name: 'GatewayError' }))
  })
})

/** The file's trades of IBM in the twelve and a half seconds after ten. */
const IBM_TRADES: readonly string[] = [
  '182.5 x 100',
  '182.46 x 100',
  '182.46 x 100',
  '182.46 x 100',
  '182.46 x 100',
  '182.46 x 100',
  '182.47 x 100',
  '182.45 x 100',
  '182.45 x 100',
  '182.45 x 220',
  '182.45 x 200',
]
