import { describe, expect, test } from 'vitest'
import {
  fractionOf,
  minus,
  money,
  plus,
  price,
  quantity,
  roundTo,
  type Price,
} from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { at, executionsIn, order } from '#test/support/venue.ts'

const STOCKS = syntheticUniverse({ seed: 11, count: 4 }).filter(
  (of) => of.assetClass === 'STK' && of.shortable,
)

const market = (): MarketModel =>
  syntheticMarket({ seed: 11, instruments: STOCKS, firstDate: '2017-11-01', lastDate: '2018-03-01' }) // prettier-ignore

/** Without the path's bounds nobody can sleep: every quote is looked at. */
const sleepless = (of = market()): MarketModel => ({ ...of, priceRange: () => undefined })

const open = (model: MarketModel): Exchange =>
  createExchange({
    seed: 11,
    account: 'DU1' as AccountId,
    baseCurrency: 'USD',
    startAt: at('09:31'),
    market: model,
    cash: new Map([['USD', money('50000000', 'USD')]]),
    positions: [],
    halted: [],
  })

/** One order of each kind for every stock, at distances that are reached soon, later and never. */
function placeAll(exchange: Exchange): readonly VenueEvent[] {
  const chance = randomStream(randomKey(3, 'distances'))
  return STOCKS.flatMap((of, i) => {
    const last = exchange.quote(of.id)?.last
    if (last === undefined) return []
    const away = () => roundTo(fractionOf(last, BigInt(1 + chance.below(60)), 10_000n), price('0.01'), 'up') // prettier-ignore
    const kinds = kindsAround(last, away)
    return (i === 0 ? [...kinds, ...SLEEPLESS_KINDS] : kinds).flatMap((terms) => exchange.place({ ...order('BUY', '200'), instrument: of.id, ...terms })) // prettier-ignore
  })
}

function kindsAround(last: Price, away: () => Price): readonly Partial<NewVenueOrder>[] {
  const [below, above] = [() => minus(last, away()), () => plus(last, away())]
  const stop = below()
  return [
    { orderType: 'LMT', limitPrice: below() },
    { orderType: 'LMT', limitPrice: above(), action: 'SELL', hidden: true },
    { orderType: 'LMT', limitPrice: below(), displaySize: quantity('100') },
    { orderType: 'LMT', limitPrice: above(), action: 'SELL', allOrNone: true },
    { orderType: 'STP', triggerPrice: above() },
    { orderType: 'STP', triggerPrice: below(), action: 'SELL', triggerMethod: 4 },
    { orderType: 'STP LMT', triggerPrice: stop, limitPrice: stop, action: 'SELL', triggerMethod: 3 },
    { orderType: 'STP', triggerPrice: above(), triggerMethod: 1 },
    { orderType: 'TRAIL', trail: { amount: away() }, action: 'SELL' },
    { orderType: 'TRAIL', trail: { fraction: 0.003 } },
    { orderType: 'TRAIL LIMIT', trail: { amount: away() }, limitOffset: price('0.02'), action: 'SELL' },
    { orderType: 'MIT', triggerPrice: below() },
    { orderType: 'LIT', triggerPrice: above(), limitPrice: last, action: 'SELL', triggerMethod: 8 },
    { orderType: 'LOC', limitPrice: above() },
  ] // prettier-ignore
}

/** What is pegged looks at every quote: one stock has it. */
const SLEEPLESS_KINDS: readonly Partial<NewVenueOrder>[] = [
  { orderType: 'REL', pegOffset: price('0') },
  { orderType: 'MIDPRICE', action: 'SELL' },
]

describe('quotes that can matter to nobody', () => {
  test('are passed over, and nothing is different', () => {
    const [asleep, awake] = [open(market()), open(sleepless())]
    expect(placeAll(asleep)).toEqual(placeAll(awake))
    const expected = awake.advance(at('09:38'))
    expect(executionsIn(expected).length).toBeGreaterThan(5)
    expect(asleep.advance(at('09:38'))).toEqual(expected)
    expect(asleep.openOrders()).toEqual(awake.openOrders())
  })

  test('are passed over however time is stepped', () => {
    const [whole, parts] = [open(market()), open(market())]
    placeAll(whole)
    placeAll(parts)
    const found: VenueEvent[] = []
    for (let now = at('09:31'); now < at('10:15'); now += 61_000) found.push(...parts.advance(now))
    found.push(...parts.advance(at('10:15')))
    expect(found).toEqual(whole.advance(at('10:15')))
    expect(executionsIn(found).length).toBeGreaterThan(10)
  })

  test('cost next to nothing: a hundred resting orders, a whole day', () => {
    const exchange = open(market())
    for (const of of STOCKS) {
      const last = exchange.quote(of.id)?.last ?? price('1')
      for (let i = 1; i <= 40; i++) {
        const action = i <= 20 ? 'BUY' : 'SELL'
        const percent = BigInt(action === 'BUY' ? 99 - i : 81 + i)
        const limitPrice = roundTo(fractionOf(last, percent, 100n), price('0.01'), 'down')
        exchange.place(order(action, '10', { instrument: of.id, limitPrice }))
      }
    }
    expect(exchange.openOrders().length).toBeGreaterThan(100)
    const began = process.cpuUsage()
    exchange.advance(at('16:05'))
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })
})
