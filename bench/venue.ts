/**
 * How fast a venue's day goes by: 500 watched names, the clock stepped by 5 s, so that each shows one new quote a
 * step. Beside it, what as many quotes cost that are only allocated, and what their draws cost alone, taken in
 * turns with it.
 */
import { newYorkInstant } from '#marketdata/calendar.ts'
import { money } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'

const NAMES = 500
const STEP_MS = 5_000
const DATE = '2018-02-05'
const [OPEN, CLOSE] = [newYorkInstant(DATE, 570), newYorkInstant(DATE, 960)]
const SESSION_MS = CLOSE - OPEN
const AIM = 1_000
/** The day is parted, and the baseline runs between the parts. */
const PARTS = 6
const DRAWS_A_QUOTE = 5

/** Prints seconds a day, × real time, and µs a quote of each. */
export function run(): void {
  const exchange = openVenue()
  exchange.advance(OPEN)
  let [quotes, venueMs, allocationMs, drawMs] = [0, 0, 0, 0]
  for (let part = 0; part < PARTS; part++) {
    const until = OPEN + (SESSION_MS * (part + 1)) / PARTS
    const before = quotes
    venueMs += timed(() => {
      while (exchange.now < until) quotes += exchange.advance(exchange.now + STEP_MS).length
    })
    allocationMs += timed(() => allocate(quotes - before))
    drawMs += timed(() => draw((quotes - before) * DRAWS_A_QUOTE))
  }
  const speed = SESSION_MS / venueMs
  console.log(`venue: a trading day of ${NAMES} watched names, ${quotes} quotes, stepped by ${STEP_MS / 1_000} s`) // prettier-ignore
  console.log(`  venue            ${seconds(venueMs)} s a day   ${each(venueMs)} µs a quote   ${(86_400_000 / venueMs).toFixed(0)} days a day`) // prettier-ignore
  console.log(`  real time        × ${speed.toFixed(0)} (aim × ${AIM}: ${speed >= AIM ? 'met' : 'missed'})`) // prettier-ignore
  console.log(`  bare objects     ${seconds(allocationMs)} s   ${each(allocationMs)} µs a quote`)
  console.log(`  bare draws       ${seconds(drawMs)} s   ${each(drawMs)} µs a quote (${DRAWS_A_QUOTE} each)`) // prettier-ignore

  function each(ms: number): string {
    return ((ms * 1_000) / quotes).toFixed(2).padStart(6)
  }
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(6)

function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function openVenue(): Exchange {
  const instruments = syntheticUniverse({ seed: 5, count: NAMES })
  const exchange = createExchange({
    seed: 5,
    account: 'DU1234567' as AccountId,
    baseCurrency: 'USD',
    startAt: OPEN - STEP_MS,
    market: syntheticMarket({ seed: 5, instruments, firstDate: '2016-01-04', lastDate: '2018-06-01' }), // prettier-ignore
    cash: new Map([['USD', money('1000000', 'USD')]]),
    positions: [],
    halted: [],
  })
  for (const { id } of instruments) exchange.watch(id)
  return exchange
}

const ONE = 1_000_000_000n

/** As many objects of a quote's size, as many exact numbers made from floats. */
function allocate(count: number): void {
  let kept: unknown
  for (let i = 0; i < count; i++)
    kept = { type: 'QuoteChanged', quote: { instrument: i, bid: BigInt(i * 1e7), ask: BigInt(i * 1e7 + 1e7), bidSize: BigInt(i * 1e9), askSize: BigInt(i * 1e9), last: BigInt(i * 1e7), lastSize: BigInt(i * 1e9), open: ONE, high: ONE, low: ONE, previousClose: ONE, volume: ONE, at: i, halted: false } } // prettier-ignore
  if (kept === undefined && count > 0) throw new Error('objects are made')
}

function draw(count: number): void {
  const key = randomKey(1, 'bench')
  let sum = 0
  for (let i = 0; i < count; i++) sum += uniformAt(key, i)
  if (sum < 0) throw new Error('draws are not negative')
}
