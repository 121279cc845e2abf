import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { createExchange } from '#exchange/create-exchange.ts'
import { openDesk, type Desk } from '#gateway/desk.ts'
import { openMarket } from '#gateway/market.ts'
import { money, type Money } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { table } from '#test/support/table.ts'
import { startedClient, type WireClient } from '#test/support/wire-client.ts'

let desk: Desk
let client: WireClient
beforeAll(async () => {
  const { market, startAt } = await openMarket({ seed: 1, market: 'synthetic' })
  const venue = createExchange({
    seed: 1,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt,
    market,
    cash: new Map([['USD', money('100000', 'USD') as Money<string>]]),
    positions: [],
    halted: [],
  })
  desk = openDesk(venue)
  client = startedClient(desk)
})

/** Places of the twelve fields of a contract. */
const PLACES = ['conId', 'symbol', 'secType', 'lastTradeDate', 'strike', 'right', 'multiplier', 'exchange', 'primaryExchange', 'currency', 'localSymbol', 'tradingClass'] // prettier-ignore

/** `symbol=ES secType=FUT` as the fields of a request. */
function contract(text: string): readonly string[] {
  const given = new Map(text.split(';').map((part) => part.trim().split('=') as [string, string]))
  return PLACES.map((place) => given.get(place) ?? '')
}

/** Fields of CONTRACT_DATA by place, as the client decodes them. */
const DETAILS = ['symbol', 'secType', 'lastTradeDate', 'strike', 'right', 'exchange', 'currency', 'localSymbol', 'marketName', 'tradingClass', 'conId', 'minTick', 'multiplier', 'orderTypes', 'validExchanges', 'priceMagnifier', 'underConId', 'longName', 'primaryExchange', 'contractMonth', 'industry', 'category', 'subcategory', 'timeZoneId', 'tradingHours', 'liquidHours', 'evRule', 'evMultiplier'] as const // prettier-ignore

type Details = Readonly<Record<(typeof DETAILS)[number], string>> & {
  readonly rest: readonly string[]
}

function asked(text: string, includeExpired = false, secId = ''): readonly (Details | string)[] {
  client.say(9, 8, 1, ...contract(text), includeExpired ? 1 : 0, secId === '' ? '' : 'ISIN', secId, '') // prettier-ignore
  return client
    .heard()
    .filter(([type]) => type !== '52')
    .map((fields) => (fields[0] === '4' ? (fields[3] ?? '') : detailsIn(fields)))
}

function detailsIn(fields: readonly string[]): Details {
  const named = Object.fromEntries(DETAILS.map((name, i) => [name, fields[i + 2] ?? '']))
  return { ...(named as unknown as Details), rest: fields.slice(2 + DETAILS.length) }
}

const names = (includeExpired: boolean) =>
  asked('symbol=ES;secType=FUT', includeExpired).map((each) => typeof each === 'object' && each.localSymbol) // prettier-ignore

const one = (text: string): Details => {
  const [first] = asked(text)
  if (typeof first !== 'object') throw new Error(`no details of ${text}: ${first ?? 'nothing'}`)
  return first
}

describe('what a description finds', () => {
  test.each(
    table(`
    description                                                                | found
    symbol=SPY;secType=STK;currency=USD                                        | SPY
    symbol=SPX;secType=IND                                                     | SPX
    symbol=SPX;secType=IND;exchange=CBOE                                       | SPX
    symbol=EUR;secType=CASH;currency=USD;exchange=IDEALPRO                     | EUR.USD
    localSymbol=EUR.USD;secType=CASH                                           | EUR.USD
    symbol=USD;secType=CASH;currency=EUR                                       | 200
    symbol=EUR;secType=CASH;currency=USD;exchange=SMART                        | 200
    symbol=ES;secType=FUT;lastTradeDate=202603                                 | ESH6
    symbol=ES;secType=FUT;lastTradeDate=20260320;exchange=CME                  | ESH6
    symbol=ES;secType=FUT;lastTradeDate=202603;exchange=NYMEX                  | 200
    localSymbol=CLH6;secType=FUT                                               | CLH6
    symbol=CL;secType=FUT;lastTradeDate=202603                                 | CLH6
    symbol=ES;secType=CONTFUT                                                  | ESH6
    symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=680;right=P           | SPY   260116P00680000
    localSymbol=SPY   260116P00680000;secType=OPT                              | SPY   260116P00680000
    localSymbol=SPY 260116P00680000;secType=OPT                                | SPY   260116P00680000
    symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=680.1;right=P         | 200
    symbol=SPY;secType=OPT;lastTradeDate=20260115;strike=680;right=P           | 200
    symbol=SPX;secType=OPT;lastTradeDate=20260115;strike=6850;right=CALL       | SPX   260115C06850000
    localSymbol=SPXW  260116C06850000;secType=OPT                              | SPXW  260116C06850000
    symbol=SPY;secType=BOND                                                    | 200
    symbol=SPY;secType=STOCK                                                   | 321
  `),
  )('$description → $found', ({ description, found }) => {
    expect(asked(description).map((each) => (typeof each === 'string' ? each : each.localSymbol))).toEqual([found]) // prettier-ignore
  })

  test('every contract of a root, the nearest first; one that has ended only when asked', () => {
    expect(names(false).slice(0, 3)).toEqual(['ESH6', 'ESM6', 'ESU6'])
    expect(names(false)).not.toContain('ESZ5')
    expect(names(true).slice(0, 2)).toEqual(['ESH5', 'ESM5'])
  })

  test('a slice of a chain: both rights of every strike of one expiry', () => {
    const found = asked('symbol=SPY;secType=OPT;lastTradeDate=20260116').filter((each) => typeof each === 'object') // prettier-ignore
    expect(found.length).toBeGreaterThan(60)
    expect(new Set(found.map(({ right }) => right))).toEqual(new Set(['C', 'P']))
    expect(new Set(found.map(({ conId }) => conId)).size).toBe(found.length)
  })

  test('a stock by its ISIN, and an option by its number', () => {
    const isin = desk.venue.directory.facts('SPY.STK.USD' as never).secIds[0]?.[1] ?? ''
    expect(asked('', false, isin).map((each) => typeof each === 'object' && each.symbol)).toEqual(['SPY']) // prettier-ignore
    const { conId, localSymbol } = one('symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=680;right=P') // prettier-ignore
    expect(one(`conId=${conId}`).localSymbol).toBe(localSymbol)
  })
})

const REAL = '../shared/data/ibkr/contract_details.json'

// What of IBKR's answers does not depend on whose data base it is.
describe.skipIf(!existsSync(REAL))(`details beside those in ${REAL} (skipped without it)`, () => {
  test.each(
    table(`
    ours                                                             | localSymbol         | fields
    symbol=SPY;secType=STK;currency=USD                              | AAPL                | minTick priceMagnifier underConId contractMonth timeZoneId aggGroup multiplier lastTradeDate strike right
    symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=680;right=C | AAPL  211217C00160000 | minTick priceMagnifier timeZoneId aggGroup multiplier underSecType
    symbol=CL;secType=FUT;lastTradeDate=202603                       | CLZ2                | minTick priceMagnifier timeZoneId aggGroup multiplier underSymbol underSecType exchange longName tradingClass marketName
    symbol=EUR;secType=CASH;currency=USD                             | EUR.USD             | minTick priceMagnifier timeZoneId aggGroup multiplier exchange longName tradingClass marketName validExchanges localSymbol
    symbol=AUD;secType=CASH;currency=USD                             | AUD.USD             | minTick timeZoneId aggGroup longName tradingClass validExchanges marketRuleIds
  `),
  )('$localSymbol', ({ ours, localSymbol, fields }) => {
    const real = realDetails(localSymbol)
    const details = one(ours)
    const { rest, ...named } = details
    const mine: Readonly<Record<string, string>> = { ...named, ...tailOf(rest) }
    for (const name of fields.split(' ')) expect(sameNumber(mine[name] ?? ''), name).toBe(sameNumber(real[name] ?? '')) // prettier-ignore
  })
})

/** The fields after the list of other names. */
function tailOf(rest: readonly string[]): Readonly<Record<string, string>> {
  const count = Number(rest[0])
  const [aggGroup = '', underSymbol = '', underSecType = '', marketRuleIds = ''] = rest.slice(1 + 2 * count) // prettier-ignore
  return { aggGroup, underSymbol, underSecType, marketRuleIds }
}

function realDetails(localSymbol: string): Readonly<Record<string, string>> {
  const all = JSON.parse(readFileSync(REAL, 'utf8')) as Record<string, unknown>[]
  const found = all.find(({ contract: of }) => (of as Record<string, unknown>)['localSymbol'] === localSymbol) // prettier-ignore
  const flat = { ...found, ...(found?.['contract'] as object) }
  return Object.fromEntries(Object.entries(flat).map(([name, value]) => [name, String(value)]))
}

/** `0.01` and `1e-2`, `0` and `0.0` are one number on this wire. */
const sameNumber = (text: string): string =>
  text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text

describe('details of a contract', () => {
  test('an option knows what it is on, its month, its hour', () => {
    const option = one('symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=680;right=P')
    expect(option.underConId).toBe(one('symbol=SPY;secType=STK').conId)
    expect(option.contractMonth).toBe('202601')
    expect(option.lastTradeDate).toBe('20260116-16:00-US/Eastern')
  })

  test('an index option that settles in the morning expires a day after it trades', () => {
    const option = one('symbol=SPX;secType=OPT;lastTradeDate=20260115;strike=6850;right=C')
    expect(option.tradingClass).toBe('SPX')
    expect(option.timeZoneId).toBe('US/Central')
    expect(option.rest).toContain('20260116')
  })

  test('a future trades through the night, in its exchange’s clock', () => {
    const future = one('symbol=ES;secType=FUT;lastTradeDate=202603')
    expect(future.timeZoneId).toBe('US/Central')
    expect(future.tradingHours.split(';')[1]).toBe('20260105:1700-20260106:1600')
    expect(future.liquidHours.split(';')[1]).toBe('20260106:0830-20260106:1600')
    expect(future.underConId).toBe(one('symbol=SPX;secType=IND').conId)
    expect(future.lastTradeDate).toBe('20260320-08:30-US/Central')
  })

  test('a market rule an exchange, each of which there is', () => {
    for (const text of [
      'symbol=SPY;secType=STK',
      'symbol=USD;secType=CASH;currency=JPY',
      'symbol=M6E;secType=FUT;lastTradeDate=202603',
    ]) {
      const details = one(text)
      const rules = (tailOf(details.rest)['marketRuleIds'] ?? '').split(',')
      expect(rules).toHaveLength(details.validExchanges.split(',').length)
      client.say(91, rules[0] ?? '')
      expect(client.heard()[0]?.[0]).toBe('93')
    }
  })

  test('orders are offered that the class takes', () => {
    const types = (text: string) => one(text).orderTypes.split(',')
    expect(types('symbol=SPY;secType=STK')).toEqual(expect.arrayContaining(['LMT', 'MKT', 'MOC', 'STPLMT', 'TRAILLMT', 'ALGO'])) // prettier-ignore
    expect(types('symbol=EUR;secType=CASH;currency=USD')).not.toContain('MOC')
    expect(one('symbol=SPX;secType=IND').orderTypes).toBe('')
  })
})

describe('option parameters', () => {
  test('one message a class on each exchange, then the end', () => {
    const answer = parameters('SPX', 'IND', one('symbol=SPX;secType=IND').conId)
    expect(answer.at(-1)).toEqual(['76', '5'])
    const heads = answer.slice(0, -1).map((fields) => [fields[0], fields[2], fields[4], fields[5]])
    expect(heads).toEqual([
      ['75', 'SMART', 'SPX', '100'],
      ['75', 'CBOE', 'SPX', '100'],
      ['75', 'SMART', 'SPXW', '100'],
      ['75', 'CBOE', 'SPXW', '100'],
    ])
    expect(answer[0]?.slice(6, 9)).toEqual(['14', '20260115', '20260219'])
  })

  test('every parameter of a stock’s chain is a contract', () => {
    const [first] = parameters('SPY', 'STK', one('symbol=SPY;secType=STK').conId)
    const expiries = first?.slice(7, 7 + Number(first[6])) ?? []
    expect(expiries).toContain('20260116')
    const strikes = first?.slice(8 + expiries.length) ?? []
    const near = strikes.filter((strike) => Math.abs(Number(strike) - 690) < 11)
    expect(near.length).toBeGreaterThan(2)
    for (const strike of near.slice(0, 3))
      expect(one(`symbol=SPY;secType=OPT;lastTradeDate=20260116;strike=${strike};right=C`).strike).toBe(String(Number(strike))) // prettier-ignore
  })

  test('nothing but the end for what has none, 321 for a number that is not its', () => {
    expect(parameters('EUR', 'CASH', one('symbol=EUR;secType=CASH;currency=USD').conId)).toEqual([['76', '5']]) // prettier-ignore
    expect(parameters('SPY', 'STK', '1')[0]?.slice(0, 4)).toEqual(['4', '2', '5', '321'])
  })
})

test('a search finds by symbol and by name, and says what derives from it', () => {
  client.say(81, 7, 'SPY')
  const [answer] = client.heard()
  expect(answer?.slice(0, 12)).toEqual(['79', '7', '1', '920000006', 'SPY', 'STK', 'ARCA', 'USD', '1', 'OPT', 'Simulated 500 Stock Trust', '']) // prettier-ignore
  client.say(81, 8, 'small companies')
  expect(client.heard().at(-1)?.slice(0, 3)).toEqual(['79', '8', '2'])
})

function parameters(symbol: string, secType: string, conId: string) {
  client.say(78, 5, symbol, '', secType, conId)
  return client.heard()
}
