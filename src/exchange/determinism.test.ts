import { describe, expect, test } from 'vitest'
import { minus, money, plus, price, quantity, type Price } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { AAPL, at, executionsIn, order } from '#test/support/venue.ts'

/** An order of each other type about the last price. */
const KINDS: readonly ((last: Price, tick: Price) => Partial<NewVenueOrder>)[] = [
  (last, tick) => ({ orderType: 'STP', triggerPrice: plus(last, tick), action: 'BUY' }),
  (last, tick) => ({ orderType: 'STP LMT', triggerPrice: minus(last, tick), limitPrice: minus(last, tick), action: 'SELL' }), // prettier-ignore
  (_last, tick) => ({ orderType: 'TRAIL', trail: { amount: tick } }),
  (_last, tick) => ({ orderType: 'TRAIL LIMIT', trail: { fraction: 0.002 }, limitOffset: tick }),
  (last, tick) => ({ orderType: 'MIT', triggerPrice: minus(last, tick), action: 'BUY' }),
  (last, tick) => ({ orderType: 'LIT', triggerPrice: plus(last, tick), limitPrice: last, action: 'SELL' }), // prettier-ignore
  () => ({ orderType: 'MOC' }),
  (last) => ({ orderType: 'LOC', limitPrice: last }),
  () => ({ orderType: 'MIDPRICE' }),
  (_last, tick) => ({ orderType: 'REL', pegOffset: tick }),
  (last, tick) => ({ orderType: 'LMT', limitPrice: minus(last, tick), displaySize: quantity('1') }),
  (last, tick) => ({ orderType: 'LMT', limitPrice: minus(last, tick), hidden: true }),
  (last, tick) => ({ orderType: 'LMT', limitPrice: minus(last, tick), allOrNone: true }),
  (last) => ({ orderType: 'LMT', limitPrice: last, timeInForce: 'FOK' }),
]

const withoutQuotes = (events: readonly VenueEvent[]) =>
  events.filter(({ type }) => type !== 'QuoteChanged')

describe('determinism', () => {
  const universe = syntheticUniverse({ seed: 5, count: 6 })
  const market = () =>
    syntheticMarket({ seed: 5, instruments: universe, firstDate: '2017-06-01', lastDate: '2018-06-01' }) // prettier-ignore
  const open = (seed = 5) =>
    createExchange({
      seed,
      account: 'DU1' as AccountId,
      baseCurrency: 'USD',
      startAt: at('09:29'),
      market: market(),
      cash: new Map([['USD', money('500000', 'USD')]]),
      positions: [],
      halted: [],
    })

  /** Random orders, changes, cancels and steps over two days. */
  function flow(exchange: Exchange, watched: readonly InstrumentId[]): readonly VenueEvent[] {
    const chance = randomStream(randomKey(99, 'flow'))
    for (const one of watched) exchange.watch(one)
    const events: VenueEvent[] = []
    for (let i = 0; i < 90; i++) {
      const of = universe[chance.below(universe.length)]
      const last = of && exchange.quote(of.id)?.last
      if (of === undefined || last === undefined) throw new Error('every name has a price')
      const tick = price(`0.0${1 + chance.below(9)}`)
      const limit = chance.uniform() < 0.5 ? undefined : minus(last, tick)
      const units = String(1 + chance.below(900))
      const action = chance.uniform() < 0.55 ? 'BUY' : 'SELL'
      const timeInForce = (['DAY', 'GTC', 'IOC'] as const)[chance.below(3)] ?? 'DAY'
      events.push(...exchange.place(order(action, units, { instrument: of.id, timeInForce, ...(limit === undefined ? {} : { limitPrice: limit }) }))) // prettier-ignore
      const kind = KINDS[chance.below(KINDS.length)]
      if (kind !== undefined && i % 3 === 0) events.push(...exchange.place({ ...order(action, units, { instrument: of.id }), ...kind(last, tick) })) // prettier-ignore
      const someOpen = exchange.openOrders()[chance.below(5)]
      if (someOpen !== undefined && chance.uniform() < 0.3) events.push(...exchange.cancel(someOpen.permId)) // prettier-ignore
      const pause = i === 60 ? 20 * 3_600_000 : chance.below(60_000)
      events.push(...exchange.advance(exchange.now + pause))
    }
    return events
  }

  test('the same calls give the same events; watching changes nothing but the quotes told', () => {
    const [first, again, watching] = [open(), open(), open()]
    const plain = flow(first, [])
    expect(executionsIn(plain).length).toBeGreaterThan(50)
    expect(flow(again, [])).toEqual(plain)
    expect(
      withoutQuotes(
        flow(
          watching,
          universe.map(({ id: one }) => one),
        ),
      ),
    ).toEqual(plain)
    expect(watching.margin()).toEqual(first.margin())
    expect(watching.positions()).toEqual(first.positions())
  })

  test('advancing in one step or in many fills the same orders at the same instants', () => {
    const [whole, parts] = [open(), open()]
    const bid = order('BUY', '300', { instrument: universe[0]?.id ?? AAPL })
    const resting = { ...bid, orderType: 'LMT' as const, timeInForce: 'GTC' as const }
    const start = whole.quote(resting.instrument)?.previousClose ?? price('1')
    const terms = { ...resting, limitPrice: minus(start, price('0.2')) }
    for (const one of [whole, parts]) one.place(terms)
    const expected = whole.advance(at('16:00', '2018-02-06'))
    const found: VenueEvent[] = []
    for (let now = at('09:29'); now < at('16:00', '2018-02-06'); now += 137_000)
      found.push(...parts.advance(now))
    found.push(...parts.advance(at('16:00', '2018-02-06')))
    expect(executionsIn(expected).length).toBeGreaterThan(0)
    expect(found).toEqual(expected)
  })

  test('execution ids are unique, in IBKR’s form, and another seed’s are others', () => {
    const ids = executionsIn(flow(open(), [])).map(({ execId }) => execId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((one) => !/^0000e0d5\.[0-9a-f]{8}\.01\.01$/.test(one))).toEqual([])
    const [other] = executionsIn(
      open(6)
        .advance(at('09:30'))
        .concat(flow(open(6), [])),
    )
    expect(ids).not.toContain(other?.execId)
  })

  test('after any flow cash is what trades, fees and the start make it, to the nano', () => {
    const exchange = open()
    const fills = executionsIn(flow(exchange, []))
    const paid = fills.reduce((sum, fill) => {
      const value = (fill.quantity * fill.price) / 1_000_000_000n
      return sum + (fill.side === 'BOT' ? value : -value) + fill.commission
    }, 0n)
    expect(exchange.cash().get('USD')).toBe(500_000_000_000_000n - paid)
    const held = exchange.positions().reduce((sum, { marketValue }) => sum + marketValue, 0n)
    const { accruedInterest } = exchange.standing()
    expect(exchange.margin().netLiquidation).toBe((exchange.cash().get('USD') ?? 0n) + held + accruedInterest) // prettier-ignore
  })
})
