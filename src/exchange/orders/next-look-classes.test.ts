import { describe, expect, test } from 'vitest'
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import { fractionOf, money, plus, price, quantity, roundTo, type Price } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { executionsIn, order } from '#test/support/venue.ts'

const DATE = '2026-01-07'
const at = (minutes: number) => newYorkInstant(DATE, minutes)
const [OPEN, NOON, CLOSE] = [570, 720, 960] as const

const MARKET: MarketModel = syntheticClasses({
  seed: 4,
  stocks: syntheticUniverse({ seed: 4, count: 3 }),
  firstDate: '2025-09-02',
  lastDate: '2026-02-27',
  entryDate: '2026-01-05',
})
/** Without bounds every quote is looked at. */
const SLEEPLESS: MarketModel = { ...MARKET, priceRange: () => undefined }

const open = (market: MarketModel, startAt: number): Exchange =>
  createExchange({
    seed: 4,
    account: 'DU1' as AccountId,
    baseCurrency: 'USD',
    startAt,
    market,
    cash: new Map([['USD', money('50000000', 'USD')]]),
    positions: [],
    halted: [],
  })

const listed = (id: string): Instrument => {
  const of = MARKET.directory?.byId(id as InstrumentId)
  if (of === undefined || of.assetClass === 'IND') throw new Error(`${id} is listed`)
  return of
}

/** A call and a put on a fund, near the money, that end in two days; a stock's likewise. */
const optionsOn = (underlying: InstrumentId): readonly Instrument[] => {
  const spot = MARKET.fairPrice(underlying, at(OPEN + 1)) ?? 0
  const [chain] = MARKET.directory?.chains(underlying, DATE) ?? []
  const strike = chain?.strikes.toSorted((a, b) => Math.abs(toNumber(a) - spot) - Math.abs(toNumber(b) - spot))[0] // prettier-ignore
  return MARKET.directory?.optionsOn?.(underlying, DATE, { strike: strike ?? price('1') }).slice(0, 2) ?? [] // prettier-ignore
}

const CLASSES: readonly Instrument[] = [
  ...optionsOn('SPY.STK.USD' as InstrumentId),
  ...optionsOn('SPX.IND.USD' as InstrumentId),
  listed('6EH6.FUT.USD'),
  listed('ESH6.FUT.USD'),
  listed('EUR.CASH.USD'),
  listed('EUR.CASH.JPY'),
  listed('SPY.STK.USD'),
]

/** Orders about a price, a few parts in ten thousand away and up to a per cent. */
function ordersAbout(of: Instrument, last: Price, draw: () => number): readonly NewVenueOrder[] {
  const near = (sign: 1 | -1): Price => {
    const scale = of.assetClass === 'OPT' ? 0.1 : 0.002
    const raw = priceFrom(toNumber(last) * (1 + sign * scale * (0.02 + draw())))
    const on = roundTo(raw, incrementAt(raw, of.priceIncrements), 'down')
    return on > 0n ? on : incrementAt(raw, of.priceIncrements)
  }
  const step = incrementAt(last, of.priceIncrements)
  const trail = { amount: plus(step, roundTo(fractionOf(last, 1n, of.assetClass === 'OPT' ? 20n : 2000n), step, 'up')) } // prettier-ignore
  const size = quantity(of.assetClass === 'CASH' ? '20000' : '1')
  const terms: readonly (Partial<NewVenueOrder> & Pick<NewVenueOrder, 'action'>)[] = [
    { action: 'BUY', orderType: 'LMT', limitPrice: near(-1) },
    { action: 'SELL', orderType: 'LMT', limitPrice: near(1) },
    { action: 'BUY', orderType: 'STP', triggerPrice: near(1) },
    { action: 'SELL', orderType: 'STP', triggerPrice: near(-1) },
    { action: 'BUY', orderType: 'MIT', triggerPrice: near(-1) },
    { action: 'SELL', orderType: 'LIT', triggerPrice: near(1), limitPrice: near(1) },
    { action: 'SELL', orderType: 'STP LMT', triggerPrice: near(-1), limitPrice: near(-1) },
    { action: 'SELL', orderType: 'STP', triggerPrice: near(-1), triggerMethod: 8 },
    { action: 'BUY', orderType: 'STP', triggerPrice: near(1), triggerMethod: 4 },
    { action: 'SELL', orderType: 'TRAIL', trail },
    { action: 'BUY', orderType: 'TRAIL', trail },
  ]
  return terms.map(({ action, ...rest }) =>
    order(action, '1', {
      instrument: of.id,
      quantity: size,
      timeInForce: 'GTC',
      limitPrice: undefined,
      outsideRegularHours: true,
      ...rest,
    } as Partial<NewVenueOrder>),
  )
}

function placeAll(exchange: Exchange, seed: number): readonly VenueEvent[] {
  const chance = randomStream(randomKey(seed, 'distances'))
  return CLASSES.flatMap((of) => {
    const last = exchange.quote(of.id)?.last ?? price('1')
    return ordersAbout(of, last, () => chance.uniform()).flatMap((terms) => exchange.place(terms))
  })
}

describe('orders of every class', () => {
  test.each([
    { when: 'in the morning', from: OPEN + 1, minutes: 12 },
    { when: 'at the close', from: CLOSE - 6, minutes: 12 },
    { when: 'before the open', from: OPEN - 40, minutes: 44 },
  ])('sleep $when and miss nothing', ({ from, minutes }) => {
    const [asleep, awake] = [open(MARKET, at(from)), open(SLEEPLESS, at(from))]
    expect(placeAll(asleep, from)).toEqual(placeAll(awake, from))
    const expected = awake.advance(at(from + minutes))
    expect(executionsIn(expected).length).toBeGreaterThan(5)
    expect(asleep.advance(at(from + minutes))).toEqual(expected)
    expect(asleep.openOrders()).toEqual(awake.openOrders())
  })

  test('come to the same however time is stepped', () => {
    const [whole, parts] = [open(MARKET, at(OPEN + 1)), open(MARKET, at(OPEN + 1))]
    placeAll(whole, 9)
    placeAll(parts, 9)
    const found: VenueEvent[] = []
    for (let now = at(OPEN + 1); now < at(NOON); now += 137_000) found.push(...parts.advance(now))
    found.push(...parts.advance(at(NOON)))
    expect(found).toEqual(whole.advance(at(NOON)))
    expect(executionsIn(found).length).toBeGreaterThan(20)
  })
})
