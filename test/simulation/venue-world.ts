/**
 * A seeded world of the venue: a small market of every class, an account, and somebody who does anything at all to
 * it for some weeks.
 *
 * Beside it a bookkeeper keeps the account by what the venue has told, and by nothing else; what the venue then
 * states must be what the bookkeeper has, to the nano.
 */
import { chanceOf } from '#exchange/chance.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import type { NewVenueOrder, VenueOrderType, VenueTimeInForce } from '#exchange/terms.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { incrementAt, quantityFrom, snapPrice, toNumber } from '#model/border.ts'
import { fractionOf, money, price, quantity, type Money, type Price } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#model/time.ts'
import { bookkeeper, type Bookkeeper } from '#test/simulation/bookkeeper.ts'

export interface VenueWorld {
  readonly venue: Exchange
  readonly books: Bookkeeper
  /** What has been done, for whoever looks for the cause. */
  readonly log: readonly string[]
  /** Does one thing and lets some time pass. */
  step(): void
}

/** Markets are slow to draw, and ten of them serve all seeds. */
const MARKETS = 10
const markets = new Map<number, MarketModel>()

function marketOf(seed: number): MarketModel {
  const number = seed % MARKETS
  const known = markets.get(number)
  if (known !== undefined) return known
  const market = syntheticClasses({
    seed: number,
    stocks: syntheticUniverse({ seed: number, count: 6 }),
    firstDate: '2025-08-04',
    lastDate: '2026-05-29',
    entryDate: '2026-01-05',
  })
  markets.set(number, market)
  return market
}

export function venueWorld(seed: number): VenueWorld {
  const draw = chanceOf(seed, 'world')
  const market = marketOf(seed)
  const traded = tradedOf(market, draw)
  const cash = new Map([['USD', money('2000000', 'USD') as Money<string>]])
  const venue = createExchange({
    seed,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt: newYorkInstant('2026-01-05', 600),
    market,
    cash,
    positions: [],
    halted: [],
  })
  const books = bookkeeper(venue.directory, cash)
  const log: string[] = []
  let orderId = 0

  const tell = (what: string, events: readonly VenueEvent[]): void => {
    log.push(`${what}: ${events.map(({ type }) => type).join(' ')}`)
    books.take(events)
  }

  const acts: readonly (readonly [number, () => void])[] = [
    [10, () => tell('place', venue.place(orderIn(venue, traded, ++orderId, draw)))],
    [2, () => withOrder((permId) => tell('cancel', venue.cancel(permId)))],
    [2, () => withOrder((permId) => tell('replace', venue.replace(permId, changeOf(venue, permId, draw))))], // prettier-ignore
    [0.2, () => tell('cancel all', venue.cancelAll())],
    [0.3, () => withExecution((execId, at) => tell('correct', venue.controls.correctExecution(execId, at)))], // prettier-ignore
    [0.2, () => withExecution((execId) => tell('bust', venue.controls.bustExecution(execId)))],
    [0.3, () => tell('transfer', venue.controls.transfer('USD', wholeMoney(draw)))],
    [0.3, () => tell('halt', venue.controls.halt(one(traded, draw).id, venue.now + MINUTE_MS))],
    [0.1, () => tell('liquidate', venue.controls.liquidate())],
    [0.3, () => tell('split', splitNow())],
    [0.3, () => tell('dividend', dividendNow())],
  ]

  function withOrder(act: (permId: number) => void): void {
    const open = venue.openOrders()
    if (open.length > 0) act(one(open, draw).permId)
  }

  function withExecution(
    act: (execId: Parameters<Exchange['controls']['bustExecution']>[0], at: Price) => void,
  ): void {
    // prettier-ignore
    const today = venue.executions()
    if (today.length === 0) return
    const execution = one(today, draw)
    act(execution.execId, fractionOf(execution.price, 101n, 100n))
  }

  const aStock = (): Instrument =>
    one(
      traded.filter(({ assetClass }) => assetClass === 'STK'),
      draw,
    )

  function splitNow(): readonly VenueEvent[] {
    const ratio = one([2, 3, 0.5, 7, 0.1, 1.5], draw)
    return venue.controls.act({ type: 'split', instrument: aStock().id, date: today(venue), ratio })
  }

  function dividendNow(): readonly VenueEvent[] {
    const amount = price((0.01 + draw()).toFixed(3))
    return venue.controls.act({ type: 'dividend', instrument: aStock().id, date: today(venue), amount }) // prettier-ignore
  }

  return {
    venue,
    books,
    log,
    step() {
      weighted(acts, draw)()
      const later = venue.now + passing(draw)
      tell('advance', venue.advance(later))
    },
  }
}

const today = (venue: Exchange): string => new Date(venue.now - 5 * HOUR_MS).toISOString().slice(0, 10) // prettier-ignore

/** Stocks, a fund, futures, pairs and a few options near the money. */
function tradedOf(market: MarketModel, draw: () => number): readonly Instrument[] {
  const at = newYorkInstant('2026-01-05', 600)
  const of = (assetClass: Instrument['assetClass'], count: number) =>
    market.instruments.filter((each) => each.assetClass === assetClass).slice(0, count)
  const stocks = of('STK', 7)
  const options = stocks.flatMap((stock) => {
    const [chain] = market.directory?.chains(stock.id, '2026-01-05') ?? []
    const spot = market.fairPrice(stock.id, at)
    if (chain === undefined || spot === undefined) return []
    const strike = chain.strikes.toSorted(
      (a, b) => Math.abs(toNumber(a) - spot) - Math.abs(toNumber(b) - spot),
    )[0]
    const expiry = chain.expiries[Math.floor(draw() * Math.min(3, chain.expiries.length))]
    const compact = (expiry ?? '').replaceAll('-', '')
    return (['C', 'P'] as const).flatMap((right) => {
      const id = `${stock.symbol}.OPT.${compact}.${right}.${toNumber(strike ?? price('0'))}.USD`
      const option = market.directory?.byId(id as Instrument['id'])
      return option?.assetClass === 'OPT' ? [option] : []
    })
  })
  return [...stocks, ...of('FUT', 3), ...of('CASH', 2), ...options]
}

const TYPES: readonly VenueOrderType[] = [
  'MKT',
  'MKT',
  'MKT',
  'LMT',
  'LMT',
  'STP',
  'STP LMT',
  'MIT',
  'LIT',
  'MOC',
  'LOC',
]
/** Those that follow the market quote by quote: for stocks, whose quotes are cheap. */
const FOLLOWING: readonly VenueOrderType[] = ['TRAIL', 'TRAIL LIMIT', 'MIDPRICE', 'REL']
const LIFETIMES: readonly VenueTimeInForce[] = ['DAY', 'DAY', 'GTC', 'GTC', 'IOC', 'FOK', 'OPG']

/** Any order, sensible or not: what the venue refuses must leave no trace either. */
function orderIn(
  venue: Exchange,
  traded: readonly Instrument[],
  orderId: number,
  draw: () => number,
): NewVenueOrder {
  const of = one(traded, draw)
  const orderType = one(of.assetClass === 'STK' ? [...TYPES, ...FOLLOWING] : TYPES, draw)
  const near = toNumber(venue.quote(of.id)?.last ?? price('10'))
  const priceNear = () => {
    const at = snapPrice(near * (0.98 + 0.04 * draw()), of.priceIncrements, 'half-even')
    return at > 0n ? at : incrementAt(at, of.priceIncrements)
  }
  const step = incrementAt(priceNear(), of.priceIncrements)
  const needsLimit = ['LMT', 'STP LMT', 'LIT', 'LOC', 'MIDPRICE', 'REL'].includes(orderType)
  const needsTrigger = ['STP', 'STP LMT', 'MIT', 'LIT'].includes(orderType)
  const trails = orderType.startsWith('TRAIL')
  return {
    instrument: of.id,
    action: draw() < 0.5 ? 'BUY' : 'SELL',
    quantity: quantityFrom(sizeIn(of, draw)),
    orderType,
    ...(needsLimit ? { limitPrice: priceNear() } : {}),
    ...(needsTrigger ? { triggerPrice: priceNear() } : {}),
    ...(trails ? { trail: { fraction: 0.01 } } : {}),
    ...(orderType === 'TRAIL LIMIT' ? { limitOffset: fractionOf(step, 2n, 1n) } : {}),
    ...(orderType === 'REL' ? { pegOffset: step } : {}),
    timeInForce: one(LIFETIMES, draw),
    outsideRegularHours: draw() < 0.2,
    owner: { clientId: 1, orderId, orderRef: `w-${orderId}` },
  }
}

const sizeIn = ({ assetClass }: Instrument, draw: () => number): number => {
  if (assetClass === 'CASH') return 25_000 + Math.floor(draw() * 50_000)
  if (assetClass === 'STK') return 1 + Math.floor(draw() * draw() * 2_000)
  return 1 + Math.floor(draw() * 5)
}

function changeOf(
  venue: Exchange,
  permId: number,
  draw: () => number,
): Parameters<Exchange['replace']>[1] {
  const order = venue.openOrders().find((of) => of.permId === permId)
  if (order === undefined) throw new Error('an open order has terms')
  return { ...order, quantity: draw() < 0.5 ? order.quantity : quantity('37') }
}

/** Seconds mostly, sometimes a night. */
function passing(draw: () => number): number {
  const how = draw()
  if (how < 0.6) return Math.floor(draw() * 2 * MINUTE_MS)
  return Math.floor(draw() * (how < 0.9 ? 3 * HOUR_MS : 1.5 * DAY_MS))
}

const wholeMoney = (draw: () => number): Money<string> => money(String(Math.floor((draw() - 0.5) * 10_000)), 'USD') // prettier-ignore

function one<T>(of: readonly T[], draw: () => number): T {
  const found = of[Math.floor(draw() * of.length)]
  if (found === undefined) throw new Error('nothing to draw from')
  return found
}

function weighted<T>(of: readonly (readonly [number, T])[], draw: () => number): T {
  let left = draw() * of.reduce((sum, [weight]) => sum + weight, 0)
  const found = of.find(([weight]) => (left -= weight) < 0) ?? of[0]
  if (found === undefined) throw new Error('nothing to draw from')
  return found[1]
}
