import { describe, expect, test } from 'vitest'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { Index } from '#exchange/listing.ts'
import { plainDirectory } from '#exchange/market/directory.ts'
import { replayMarket } from '#exchange/market/replay-market.ts'
import type { NewVenueOrder, OcaType, OrderAlgo, OrderConditions, VenueCondition } from '#exchange/terms.ts' // prettier-ignore
import { toNumber } from '#model/border.ts'
import { format, money, price, quantity, type Quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import { table } from '#test/support/table.ts'
import { AAPL, IBM, at, days, executionsIn, future, id, order, orderIn, refusalIn, stock, types, venue } from '#test/support/venue.ts' // prettier-ignore

const limit = (text: string): Partial<NewVenueOrder> => ({ limitPrice: price(text) })
const stop = (text: string): Partial<NewVenueOrder> => ({ orderType: 'STP', triggerPrice: price(text) }) // prettier-ignore

/** `Traded 100`, `OrderCanceled 100: why`: what happened to which order, by its size. */
const story = (events: readonly VenueEvent[]): string[] =>
  events.flatMap((event) => {
    if (!('order' in event)) return []
    const { type, order: of } = event
    const state = of.status === 'held' ? ` (${of.hold ?? ''})` : ''
    return [`${type} ${of.owner.orderRef}${state}`]
  })

const named = (name: string): Partial<NewVenueOrder> => ({
  owner: { clientId: 1, orderId: 1, orderRef: name },
})

const statusOf = (exchange: Exchange, permId: number): string | undefined =>
  [...exchange.openOrders(), ...exchange.completedOrders()].find((of) => of.permId === permId)?.status // prettier-ignore

const bracket = (
  exchange: Exchange,
  entry: Partial<NewVenueOrder>,
  target: string,
  loss: string,
) => {
  // prettier-ignore
  const parent = exchange.place(order('BUY', '100', { ...entry, ...named('entry') }))
  const { permId } = orderIn(parent)
  const attached = { parent: permId }
  const takeProfit = exchange.place(order('SELL', '100', { ...limit(target), ...attached, ...named('target') })) // prettier-ignore
  const stopLoss = exchange.place(order('SELL', '100', { ...stop(loss), ...attached, ...named('stop') })) // prettier-ignore
  return { permId, events: [...parent, ...takeProfit, ...stopLoss] }
}

const group = (type: OcaType, changes: Partial<NewVenueOrder> = {}) => ({ oca: { name: 'g', type }, ...changes }) // prettier-ignore

const waiting = (condition: VenueCondition, changes: Partial<OrderConditions> = {}) =>
  order('BUY', '10', { instrument: IBM, ...on([condition], changes), ...named('later') })

const conditionAt = (when: string, joint: 'and' | 'or'): VenueCondition => ({ type: 'time', isMore: true, at: at(when === 'past' ? '09:45' : '15:00'), joins: joint }) // prettier-ignore

describe('a bracket', () => {
  test('holds its children until the entry fills, and ends one by the other', () => {
    const exchange = venue()
    const { permId, events } = bracket(exchange, limit('158.20'), '160.00', '150.00')
    expect(story(events)).toEqual(['OrderAccepted entry', 'OrderAccepted target (parent)', 'OrderAccepted stop (parent)']) // prettier-ignore
    expect(orderIn(events.slice(1)).oca).toEqual({ name: String(permId), type: 3 })
    const told = story(exchange.advance(at('15:59')))
    expect(told.filter((line) => line.includes('target'))).toContain('OrderAccepted target')
    expect(told).toContain('OrderAccepted stop (trigger)')
    expect(told.at(-1)).toBe('OrderCanceled stop')
    expect(exchange.positions()).toEqual([])
  })

  test('lets its children be changed: they close what the entry opens, and need no margin', () => {
    const exchange = venue({ cash: '9000' })
    const parent = orderIn(exchange.place(order('BUY', '100', limit('150.00'))))
    const target = orderIn(exchange.place(order('SELL', '100', { ...limit('170.00'), parent: parent.permId }))) // prettier-ignore
    const change = { quantity: quantity('100'), limitPrice: price('171'), timeInForce: 'DAY' as const } // prettier-ignore
    expect(types(exchange.replace(target.permId, change))).toEqual(['OrderReplaced'])
  })

  test('goes with its entry', () => {
    const exchange = venue()
    const { permId } = bracket(exchange, limit('100.00'), '170.00', '90.00')
    expect(story(exchange.cancel(permId))).toEqual(['OrderCanceled entry', 'OrderCanceled target', 'OrderCanceled stop']) // prettier-ignore
    expect(exchange.completedOrders().slice(1).map(({ reason }) => reason)).toEqual(Array(2).fill('Parent order was canceled.')) // prettier-ignore
  })

  test('ends with its entry at the close', () => {
    const exchange = venue()
    bracket(exchange, limit('100.00'), '170.00', '90.00')
    const told = story(exchange.advance(at('16:30')))
    expect(told).toEqual(['OrderExpired entry', 'OrderCanceled target', 'OrderCanceled stop'])
  })

  test('needs no margin for what only closes', () => {
    const exchange = venue({ cash: '20000' })
    const { events } = bracket(exchange, limit('150.00'), '170.00', '90.00')
    expect(refusalIn(events)).toBe('none')
    const another = exchange.place(order('BUY', '100', { ...limit('150.00'), ...named('more') }))
    expect(refusalIn(another)).toBe('none')
  })

  test('adds to its entry outside its group', () => {
    const exchange = venue()
    const { permId } = orderIn(exchange.place(order('BUY', '100', limit('150.00'))))
    const adding = exchange.place(order('BUY', '50', { ...limit('149.00'), parent: permId }))
    const hedge = exchange.place(order('SELL', '50', { instrument: IBM, parent: permId }))
    expect([orderIn(adding).oca, orderIn(hedge).oca]).toEqual([undefined, undefined])
  })

  test('whose entry is not there is refused', () => {
    const exchange = venue()
    const events = exchange.place(order('SELL', '100', { ...limit('170.00'), parent: 7 }))
    expect(refusalIn(events)).toBe('10006 Missing parent order.')
  })

  test('at the market has its children working at once, as many as were bought', () => {
    const exchange = venue()
    const { permId } = orderIn(exchange.place(order('BUY', '60', { ...limit('158.00'), ...named('entry') }))) // prettier-ignore
    exchange.place(order('SELL', '60', { ...limit('170.00'), parent: permId, ...named('target') }))
    const told = exchange.replace(permId, { quantity: quantity('60'), limitPrice: price('163.00'), timeInForce: 'DAY' }) // prettier-ignore
    expect(story(told).at(-1)).toBe('OrderAccepted target')
    expect(types(told)).toContain('Traded')
  })
})

describe('a one-cancels-all group', () => {
  test.each(
    table(`
      type | market buys of | left of the other | ends as
      1    | 40             | 0                 | canceled
      2    | 100            | 0                 | canceled
      3    | 100            | 0                 | canceled
    `),
  )('of type $type: an order that fills leaves $left of the other', (row) => {
    const exchange = venue()
    const type = Number(row.type) as OcaType
    const other = orderIn(exchange.place(order('BUY', '100', group(type, { ...limit('100.00'), instrument: IBM, ...named('other') })))) // prettier-ignore
    const events = exchange.place(order('BUY', row['market buys of'], group(type, named('first'))))
    expect(story(events).at(-1)).toBe('OrderCanceled other')
    expect(statusOf(exchange, other.permId)).toBe(row['ends as'])
  })

  test.each(['2', '3'])('of type %s is reduced by a part that fills', (text) => {
    const type = Number(text) as OcaType
    const exchange = venue({ bars: new Map([[AAPL, days(160, 2, 60_000)], [IBM, days(150)]]) }) // prettier-ignore
    const other = orderIn(exchange.place(order('BUY', '50', group(type, { ...limit('100.00'), instrument: IBM, ...named('other') })))) // prettier-ignore
    const events = exchange.place(order('BUY', '2000', group(type, { ...limit('160.30'), ...named('first') }))) // prettier-ignore
    const filled = executionsIn(events).reduce((sum, of) => sum + toNumber(of.quantity), 0)
    expect(filled).toBeGreaterThan(0)
    expect(filled).toBeLessThan(2000)
    expect(story(events)).toContain('OrderAdjusted other')
    const left = exchange.openOrders().find(({ permId }) => permId === other.permId)
    expect(left === undefined ? 0 : toNumber(left.quantity)).toBe(50 - Math.ceil((50 * filled) / 2000)) // prettier-ignore
  })

  test('that blocks shows one of its orders in the book', () => {
    const exchange = venue()
    for (const [name, bid] of [
      ['first', '150.00'],
      ['second', '151.00'],
    ] as const)
      exchange.place(order('BUY', '100', group(2, { ...limit(bid), ...named(name) })))
    const shown = exchange.depth(AAPL, 1000)?.bids.filter((level) => level.price <= price('151.00'))
    expect(shown?.map((level) => format(level.price))).toEqual(['150'])
  })

  test('reaches across clients and instruments', () => {
    const exchange = venue()
    const theirs = { owner: { clientId: 9, orderId: 3, orderRef: 'theirs' } }
    exchange.place(order('BUY', '100', group(1, { ...limit('100.00'), instrument: IBM, ...theirs }))) // prettier-ignore
    expect(story(exchange.place(order('BUY', '10', group(1, named('mine'))))).at(-1)).toBe('OrderCanceled theirs') // prettier-ignore
  })
})

const on = (
  conditions: readonly VenueCondition[],
  changes: Partial<OrderConditions> = {},
): Partial<NewVenueOrder> => ({
  // prettier-ignore
  conditions: { all: conditions, ignoreRegularHours: false, cancelsOrder: false, ...changes },
})
const and = { joins: 'and' as const }

const WAITS: Readonly<Record<string, VenueCondition>> = {
  'a price': { ...and, type: 'price', instrument: AAPL, isMore: true, price: price('161.95'), triggerMethod: 2 }, // prettier-ignore
  'another price': { ...and, type: 'price', instrument: AAPL, isMore: false, price: price('161.10'), triggerMethod: 0 }, // prettier-ignore
  'a time': { ...and, type: 'time', isMore: true, at: at('13:07') },
  'a volume': {
    ...and,
    type: 'volume',
    instrument: AAPL,
    isMore: true,
    volume: quantity('7000000'),
  },
  'a change': { ...and, type: 'percent-change', instrument: AAPL, isMore: false, change: 0.007 },
}

describe('a conditional order', () => {
  test.each(Object.keys(WAITS))('waits for %s, then trades', (name) => {
    const exchange = venue({ startAt: at('12:45') })
    const condition = WAITS[name]
    if (condition === undefined) throw new Error(name)
    expect(story(exchange.place(waiting(condition)))).toEqual(['OrderAccepted later (conditions)'])
    const told = exchange.advance(at('15:59'))
    expect(story(told).slice(0, 2)).toEqual(['OrderAccepted later', 'Traded later'])
    expect(executionsIn(told)[0]?.at).toBeGreaterThan(at('12:45'))
  })

  test.each(Object.keys(WAITS))(
    'on %s trades at the same instant however time is stepped',
    (name) => {
      const condition = WAITS[name]
      if (condition === undefined) throw new Error(name)
      const tradedAt = [1, 7, 97, 4000].map((stepS) => {
        const exchange = venue({ startAt: at('12:45') })
        exchange.place(waiting(condition))
        const events: VenueEvent[] = []
        for (let now = at('12:45'); now < at('15:59'); now += stepS * 1000)
          events.push(...exchange.advance(Math.min(at('15:59'), now + stepS * 1000)))
        return executionsIn(events)[0]?.at
      })
      expect(new Set(tradedAt).size).toBe(1)
      expect(tradedAt[0]).toBeDefined()
    },
  )

  test('on an index waits for its level', () => {
    const exchange = venueWithIndex((now) => 2700 + (now - at('10:30')) / 60_000)
    const condition: VenueCondition = { ...and, type: 'price', instrument: SPX.id, isMore: true, price: price('2710'), triggerMethod: 0 } // prettier-ignore
    exchange.place(waiting(condition))
    const [fill] = executionsIn(exchange.advance(at('11:00')))
    expect(fill?.at).toBe(at('10:40'))
  })

  test('to which a change brings conditions waits for them', () => {
    const exchange = venue({ startAt: at('08:00') })
    const { permId } = orderIn(exchange.place(order('BUY', '10', limit('170.00'))))
    const time: VenueCondition = { ...and, type: 'time', isMore: true, at: at('11:00') }
    exchange.replace(permId, { quantity: quantity('10'), timeInForce: 'DAY', ...limit('170.00'), ...on([time]) }) // prettier-ignore
    expect(executionsIn(exchange.advance(at('10:59')))).toEqual([])
    expect(executionsIn(exchange.advance(at('11:01')))[0]?.at).toBe(at('11:00'))
  })

  test('on a trade waits for one in the symbol', () => {
    const exchange = venue()
    const condition: VenueCondition = { ...and, type: 'execution', symbol: 'AAPL', assetClass: 'STK', exchange: 'SMART' } // prettier-ignore
    exchange.place(waiting(condition))
    expect(story(exchange.place(order('BUY', '1', { instrument: IBM, ...named('other') })))).not.toContain('Traded later') // prettier-ignore
    const events = exchange.place(order('BUY', '1', named('trigger')))
    expect(story(events)).toEqual(['OrderAccepted trigger', 'Traded trigger', 'OrderAccepted later', 'Traded later']) // prettier-ignore
  })

  test('on the margin cushion waits for it to shrink', () => {
    const exchange = venue({ cash: '100000' })
    exchange.place(waiting({ ...and, type: 'margin', isMore: false, cushion: 0.8 }))
    expect(executionsIn(exchange.advance(at('10:35')))).toEqual([])
    exchange.place(order('BUY', '700', named('big')))
    expect(story(exchange.advance(at('10:36')))).toContain('Traded later')
  })

  test.each(
    table(`
      joins | first | second | trades
      and   | past  | future | no
      or    | past  | future | yes
      and   | past  | past   | yes
    `),
  )('of two: $first $joins $second', ({ joins, first, second, trades }) => {
    const exchange = venue()
    const terms = order(
      'BUY',
      '10',
      on([conditionAt(first, joins as 'and' | 'or'), conditionAt(second, 'and')]),
    )
    expect(types(exchange.place(terms)).includes('Traded') ? 'yes' : 'no').toBe(trades)
  })

  test.each([false, true])(
    'is looked at outside regular hours only when it says so: %s',
    (ignores) => {
      // prettier-ignore
      const exchange = venue({ startAt: at('08:00') })
      const time: VenueCondition = { ...and, type: 'time', isMore: true, at: at('08:30') }
      const early = { outsideRegularHours: true, ...limit('170.00') }
      exchange.place(
        order('BUY', '10', { ...early, ...on([time], { ignoreRegularHours: ignores }) }),
      )
      const tradedBefore = executionsIn(exchange.advance(at('09:29'))).length > 0
      const tradedAfter = executionsIn(exchange.advance(at('09:35'))).length > 0
      expect([tradedBefore, tradedAfter]).toEqual([ignores, !ignores])
    },
  )

  test('that its conditions cancel works until they come true', () => {
    const exchange = venue()
    const time: VenueCondition = { ...and, type: 'time', isMore: true, at: at('11:00') }
    const placed = exchange.place(order('BUY', '10', { ...limit('100.00'), ...on([time], { cancelsOrder: true }), ...named('short') })) // prettier-ignore
    expect(story(placed)).toEqual(['OrderAccepted short'])
    expect(story(exchange.advance(at('10:59')))).toEqual([])
    const told = exchange.advance(at('11:01'))
    expect(story(told)).toEqual(['OrderCanceled short'])
    expect(orderIn(told).completedAt).toBe(at('11:00'))
  })

  test('that its conditions cancel is canceled by a trade at once', () => {
    const exchange = venue()
    const trade: VenueCondition = { ...and, type: 'execution', symbol: 'IBM', assetClass: 'STK', exchange: '' } // prettier-ignore
    exchange.place(order('BUY', '10', { ...limit('100.00'), ...on([trade], { cancelsOrder: true }), ...named('short') })) // prettier-ignore
    const events = exchange.place(order('BUY', '1', { instrument: IBM, ...named('trigger') }))
    expect(story(events).at(-1)).toBe('OrderCanceled short')
  })

  test('can be immediate or cancel once it is let go', () => {
    const exchange = venue()
    exchange.place(order('BUY', '10', { ...limit('100.00'), timeInForce: 'IOC', ...on([{ ...and, type: 'time', isMore: true, at: at('11:00') }]), ...named('ioc') })) // prettier-ignore
    expect(story(exchange.advance(at('11:01')))).toEqual(['OrderAccepted ioc', 'OrderCanceled ioc'])
  })
})

const until = (end: string) => ({ endAt: at(end), allowPastEnd: false })

const ALGOS: Readonly<Record<string, OrderAlgo>> = {
  Adaptive: { strategy: 'Adaptive', priority: 'Normal' },
  Twap: { strategy: 'Twap', style: 'Marketable', ...until('11:30') },
  'Twap midpoint': { strategy: 'Twap', style: 'Matching Midpoint', ...until('11:30') },
  'Twap same side': { strategy: 'Twap', style: 'Matching Same Side', ...until('11:30') },
  'Twap last': { strategy: 'Twap', style: 'Matching Last', ...until('11:30') },
  Vwap: { strategy: 'Vwap', maxShareOfVolume: 0.2, noTakeLiquidity: false, speedUp: false, ...until('12:00') }, // prettier-ignore
  ArrivalPx: { strategy: 'ArrivalPx', maxShareOfVolume: 0.2, riskAversion: 'Neutral', forceCompletion: true, ...until('12:00') }, // prettier-ignore
  PctVol: { strategy: 'PctVol', shareOfVolume: 0.01, noTakeLiquidity: false, endAt: at('12:00') },
}

describe('an order with an algorithm', () => {
  test.each(Object.keys(ALGOS))('%s is worked over time to its end', (name) => {
    const exchange = venue()
    const algo = ALGOS[name]
    if (algo === undefined) throw new Error(name)
    const placed = exchange.place(order('BUY', '3000', { algo, ...named(name) }))
    expect(story(placed)).toEqual([`OrderAccepted ${name}`])
    const { permId } = orderIn(placed)
    const events = exchange.advance(at('15:59'))
    const fills = executionsIn(events)
    expect(fills.every((fill) => fill.permId === permId)).toBe(true)
    expect(fills.reduce((sum, fill) => sum + fill.quantity, 0n)).toBe(fills.at(-1)?.cumulative)
    expect(statusOf(exchange, permId)).toBe('filled')
    if (!name.startsWith('Adaptive')) expect(fills.length).toBeGreaterThan(10)
    expect(fills.at(-1)?.at).toBeLessThanOrEqual(algo.strategy === 'Adaptive' ? at('15:59') : (algo.endAt ?? 0)) // prettier-ignore
  })

  test.each(Object.keys(ALGOS))('%s fills alike however time is stepped', (name) => {
    const algo = ALGOS[name]
    if (algo === undefined) throw new Error(name)
    const fills = [13, 900, 20_000].map((stepS) => {
      const exchange = venue()
      exchange.place(order('SELL', '700', { algo }))
      for (let now = at('10:30'); now < at('13:00'); now += stepS * 1000)
        exchange.advance(Math.min(at('13:00'), now + stepS * 1000))
      return exchange.executions().map((of) => `${of.at} ${of.quantity} ${of.price}`)
    })
    expect(fills[1]).toEqual(fills[0])
    expect(fills[2]).toEqual(fills[0])
  })

  test('spreads its fills along the clock', () => {
    const exchange = venue()
    exchange.place(order('BUY', '3000', { algo: ALGOS['Twap'] as OrderAlgo }))
    exchange.advance(at('11:00') - 1)
    const [open] = exchange.openOrders()
    expect(toNumber(open?.filled ?? quantity('0'))).toBeCloseTo(1500, -2)
  })

  test('starts at its start and stops at its end, what is left being canceled', () => {
    const exchange = venue()
    const algo: OrderAlgo = { strategy: 'Twap', style: 'Marketable', startAt: at('11:00'), ...until('11:10') } // prettier-ignore
    exchange.place(order('BUY', '1000', { algo, ...limit('157.00'), ...named('low') }))
    expect(exchange.advance(at('10:59'))).toEqual([])
    const told = exchange.advance(at('11:11'))
    expect(story(told)).toEqual(['OrderCanceled low'])
    expect(orderIn(told)).toMatchObject({ completedAt: at('11:10'), reason: 'The algorithm has reached its end time.' }) // prettier-ignore
  })

  test('may go on past its end to the close', () => {
    const exchange = venue()
    const algo: OrderAlgo = { strategy: 'Twap', style: 'Marketable', endAt: at('11:10'), allowPastEnd: true } // prettier-ignore
    exchange.place(order('BUY', '1000', { algo, ...limit('157.00'), ...named('low') }))
    expect(story(exchange.advance(at('16:30')))).toEqual(['OrderExpired low'])
  })

  test('never trades beyond its limit', () => {
    const exchange = venue()
    exchange.place(
      order('BUY', '3000', { algo: ALGOS['Adaptive'] as OrderAlgo, ...limit('159.00') }),
    )
    const prices = executionsIn(exchange.advance(at('15:59'))).map((of) => of.price)
    expect(prices.length).toBeGreaterThan(0)
    expect(prices.every((of) => of <= price('159.00'))).toBe(true)
  })

  test('of a future follows its own session', () => {
    const es = new Map([[id('ESH8.FUT.USD'), days(2700, 20)]])
    const exchange = venue({ instruments: [future, stock('AAPL')], bars: new Map([...es, [AAPL, days(160)]]) }) // prettier-ignore
    const placed = exchange.place(order('BUY', '5', { instrument: id('ESH8.FUT.USD'), algo: ALGOS['Twap'] as OrderAlgo })) // prettier-ignore
    expect(refusalIn(placed)).toBe('none')
    exchange.advance(at('11:31'))
    expect(exchange.completedOrders()[0]?.status).toBe('filled')
  })

  test('that it does not take is refused', () => {
    const events = venue().place(order('BUY', '10', { algo: ALGOS['Twap'] as OrderAlgo, timeInForce: 'GTC' })) // prettier-ignore
    expect(refusalIn(events)).toBe('442 Specified algorithm is not allowed for this order.')
  })

  test('waits for its parent and its conditions like any other', () => {
    const exchange = venue()
    const { permId } = orderIn(exchange.place(order('BUY', '100', { ...limit('100.00'), ...named('entry') }))) // prettier-ignore
    exchange.place(order('SELL', '100', { algo: ALGOS['Adaptive'] as OrderAlgo, parent: permId, ...named('exit') })) // prettier-ignore
    exchange.advance(at('10:40'))
    exchange.replace(permId, { quantity: quantity('100'), limitPrice: price('165.00'), timeInForce: 'DAY' }) // prettier-ignore
    expect(story(exchange.advance(at('11:00'))).at(-1)).toBe('Traded exit')
    expect(exchange.positions()).toEqual([])
  })
})

test('in seeded worlds a group that reduces never trades more than its largest order', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const key = randomKey(seed, 'groups')
    const draw = (i: number, below: number) => Math.floor(uniformAt(key, i) * below)
    const exchange = venue({ seed, bars: new Map([[AAPL, days(160, 2, 400_000)], [IBM, days(150, 2, 400_000)]]) }) // prettier-ignore
    const sizes = Array.from({ length: 3 }, (_, i) => 100 + draw(i, 3000))
    const type = (draw(9, 2) + 2) as OcaType
    sizes.forEach((size, i) => {
      const instrument = i === 1 ? IBM : AAPL
      const bid = String((i === 1 ? 149 : 159) + draw(20 + i, 150) / 100)
      exchange.place(order('BUY', String(size), { instrument, ...limit(bid), oca: { name: 'g', type } })) // prettier-ignore
    })
    exchange.advance(at('15:59'))
    const bought = exchange.executions().reduce<bigint>((sum, of) => sum + of.quantity, 0n)
    expect(toNumber(bought as Quantity), `seed ${seed}`).toBeLessThanOrEqual(Math.max(...sizes))
  }
})

const SPX: Index = {
  id: id('SPX.IND.USD'),
  assetClass: 'IND',
  conId: 416904,
  symbol: 'SPX',
  exchange: 'CBOE',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: ONE_CENT,
  sector: 'unknown',
}

/** AAPL and IBM, and an index that goes where it is told. */
function venueWithIndex(levelAt: (now: number) => number): Exchange {
  const instruments = [stock('AAPL'), stock('IBM')]
  const market = replayMarket({ seed: 7, instruments, bars: new Map([[AAPL, days(160)], [IBM, days(150)]]) }) // prettier-ignore
  const directory = plainDirectory(instruments)
  return createExchange({
    seed: 7,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt: at('10:30'),
    market: {
      ...market,
      directory: { ...directory, byId: (of) => (of === SPX.id ? SPX : directory.byId(of)) },
      fairPrice: (of, now) => (of === SPX.id ? levelAt(now) : market.fairPrice(of, now)),
    },
    cash: new Map([['USD', money('1000000', 'USD')]]),
    positions: [],
    halted: [],
  })
}
