import { describe, expect, test } from 'vitest'
import { ALGO_REFUSALS, refusalOfAlgo } from '#exchange/orders/algos/algo-terms.ts'
import { shareDone } from '#exchange/orders/algos/arrival-price.ts'
import type { AlgoView, Slice } from '#exchange/orders/algos/slice.ts'
import { nextSlice, stepMs, windowOf } from '#exchange/orders/algos/strategies.ts'
import type { NewVenueOrder, OrderAlgo } from '#exchange/terms.ts'
import { toNumber } from '#model/border.ts'
import { format, plus, price, quantity, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import { table } from '#test/support/table.ts'

const ANY = { allowPastEnd: false }

describe('a slice of 1000 to buy, 100.00 bid, 100.10 offered', () => {
  test.each(
    table(`
      algorithm                         | time | filled | volume | take | rest | price
      Adaptive Urgent                   | 0    | 0      | 0      | 0    | 1000 | 100.05
      Adaptive Normal                   | 0    | 0      | 0      | 0    | 1000 | 100
      Adaptive Normal                   | 10   | 0      | 0      | 0    | 1000 | 100.05
      Adaptive Normal                   | 20   | 200    | 0      | 0    | 800  | 100.1
      Adaptive Patient                  | 45   | 0      | 0      | 0    | 1000 | 100.05
      Twap Marketable                   | 0    | 0      | 0      | 100  | 0    | -
      Twap Marketable                   | 50   | 500    | 0      | 100  | 0    | -
      Twap Marketable                   | 50   | 620    | 0      | 0    | 0    | -
      Twap Matching Midpoint            | 0    | 0      | 0      | 0    | 100  | 100.05
      Twap Matching Same Side           | 90   | 0      | 0      | 0    | 1000 | 100
      Twap Matching Last                | 0    | 0      | 0      | 0    | 100  | 100.02
      Vwap 0.5 take                     | 0    | 0      | 0      | 0    | 100  | 100
      Vwap 0.5 take                     | 50   | 450    | 5000   | 50   | 100  | 100
      Vwap 0.5 take                     | 50   | 100    | 5000   | 101  | 101  | 100
      Vwap 0.5 take speed               | 50   | 100    | 5000   | 400  | 100  | 100
      Vwap 0.5 rest                     | 50   | 100    | 5000   | 0    | 202  | 100
      Vwap 0.02 take                    | 50   | 100    | 5000   | 22   | 0    | 100
      Vwap 0.5 take                     | 90   | 900    | 9000   | 100  | 0    | 100
      ArrivalPx Neutral                 | 0    | 0      | 0      | 0    | 189  | 100
      ArrivalPx Get Done                | 0    | 0      | 0      | 0    | 551  | 100
      ArrivalPx Passive                 | 50   | 485    | 5000   | 30   | 99   | 100
      ArrivalPx Neutral force           | 90   | 100    | 0      | 900  | 0    | -
      PctVol 0.1 take                   | 0    | 0      | 0      | 0    | 111  | 100
      PctVol 0.1 take                   | 50   | 300    | 4500   | 200  | 111  | 100
      PctVol 0.1 rest                   | 50   | 500    | 4500   | 0    | 111  | 100
      PctVol 0.1 rest                   | 50   | 900    | 4500   | 0    | 0    | 100
    `),
  )('by $algorithm after $time s, $filled filled: $take now, $rest at $price', (row) => {
    const view = viewAt(Number(row.time), row.filled, Number(row.volume))
    const slice = nextSlice(algoOf(row.algorithm), view)
    const shown = [slice.take, slice.rest, slice.price].map((part) =>
      part === undefined ? '-' : format(part),
    )
    expect(shown).toEqual([row.take, row.rest, row.price])
  })

  test('waits while nothing is quoted', () => {
    const view = { ...viewAt(0, '0', 0), bid: undefined, ask: undefined, last: undefined }
    for (const name of [
      'Adaptive Normal',
      'Twap Matching Midpoint',
      'Twap Matching Last',
      'PctVol 0.1 rest',
    ])
      // prettier-ignore
      expect(nextSlice(algoOf(name), view).rest, name).toBe(0n)
  })

  test('to sell stands on the other side', () => {
    const view = { ...viewAt(0, '0', 0), action: 'SELL' as const }
    expect(nextSlice(algoOf('Adaptive Normal'), view).price).toBe(price('100.10'))
    expect(nextSlice(algoOf('Adaptive Urgent'), view).price).toBe(price('100.05'))
  })
})

test('the trajectory of Almgren and Chriss begins at nothing, ends whole, and is the earlier the more urgent', () => {
  for (const urgency of [0.5, 2, 4, 8]) {
    expect(shareDone(urgency, 0)).toBeCloseTo(0, 12)
    expect(shareDone(urgency, 1)).toBe(1)
    expect(shareDone(urgency, 0.3)).toBeCloseTo(1 - Math.sinh(urgency * 0.7) / Math.sinh(urgency), 12) // prettier-ignore
  }
  const early = [0.5, 2, 4, 8].map((urgency) => shareDone(urgency, 0.25))
  expect(early).toEqual(early.toSorted((a, b) => a - b))
  expect(shareDone(0.001, 0.25)).toBeCloseTo(0.25, 6)
})

test.each([
  'Twap Marketable',
  'Vwap 0.5 take',
  'Vwap 0.5 take speed',
  'ArrivalPx Neutral',
  'ArrivalPx Passive force',
])(
  // prettier-ignore
  '%s is done by its end where everything trades',
  (name) => {
    const algo = algoOf(name)
    let filled: Quantity = quantity('0')
    for (let time = 0; time < 100; time += 10)
      filled = plus(filled, whole(nextSlice(algo, { ...viewAt(time, format(filled), time * 100), tradedAt: time * 1000 }))) // prettier-ignore
    expect(format(filled)).toBe('1000')
  },
)

test.each(['Vwap 0.1 take', 'Vwap 0.1 take speed', 'ArrivalPx Get Done 0.1', 'PctVol 0.1 take'])(
  '%s stays within its share of all trading',
  (name) => {
    const algo = algoOf(name)
    let filled: Quantity = quantity('0')
    for (let time = 0; time < 100; time += 10) {
      const slice = nextSlice(algo, viewAt(time, format(filled), time * 20, 20))
      filled = plus(filled, whole(slice))
      const others = (time + 10) * 20
      expect(toNumber(filled) / (toNumber(filled) + others)).toBeLessThanOrEqual(0.1)
    }
    expect(filled).toBeGreaterThan(quantity('200'))
  },
)

describe('the time an algorithm has', () => {
  test.each(
    table(`
      algorithm             | start | end | start at | end at | stops at
      Adaptive Normal       |       |     | 20       | 100    | 100
      Twap Marketable       |       |     | 20       | 100    | 100
      Twap Marketable       | 10    | 50  | 20       | 50     | 50
      Twap Marketable       | 30    | 50  | 30       | 50     | 50
      Twap Marketable past  | 30    | 50  | 30       | 50     | 100
      PctVol 0.1 take       | 30    | 500 | 30       | 100    | 100
    `),
  )('$algorithm from $start to $end: $start at to $end at, stops at $stops at', (row) => {
    const algo = algoOf(row.algorithm, row.start, row.end)
    const { startAt, endAt, stopsAt } = windowOf(algo, 20, 100)
    expect([startAt, endAt, stopsAt].map(String)).toEqual([row['start at'], row['end at'], row['stops at']]) // prettier-ignore
  })

  test('is cut into sixty looks of five seconds to a minute; Adaptive looks every two seconds', () => {
    const steps = [60_000, 1_800_000, 20_000_000].map((ms) => stepMs(algoOf('Twap Marketable'), 0, ms)) // prettier-ignore
    expect(steps).toEqual([5_000, 30_000, 60_000])
    expect(stepMs(algoOf('Adaptive Normal'), 0, 20_000_000)).toBe(2_000)
  })
})

test.each(
  table(`
    situation                       | algorithm        | order                   | start | end  | refusal
    a market order                  | Twap Marketable  | orderType=MKT           |       |      | none
    a limit order                   | Vwap 0.1 take    | orderType=LMT           |       |      | none
    a stop                          | Twap Marketable  | orderType=STP           |       |      | notForThisOrder
    an iceberg                      | Twap Marketable  | displaySize=1           |       |      | notForThisOrder
    all or none                     | Twap Marketable  | allOrNone=1             |       |      | notForThisOrder
    good till canceled              | Twap Marketable  | timeInForce=GTC         |       |      | notForThisOrder
    good till canceled              | Adaptive Normal  | timeInForce=GTC         |       |      | none
    immediate or cancel             | Adaptive Normal  | timeInForce=IOC         |       |      | notForThisOrder
    a currency pair                 | Adaptive Normal  | assetClass=CASH         |       |      | notForThisOrder
    more than half the volume       | PctVol 0.6 take  | orderType=MKT           |       |      | badShare
    none of the volume              | Vwap 0 take      | orderType=MKT           |       |      | badShare
    an end before the start         | Twap Marketable  | orderType=MKT           | 2000  | 1500 | endsBeforeItStarts
    an end that has passed          | Twap Marketable  | orderType=MKT           |       | 900  | endIsPast
  `),
)('$algorithm for $situation: $refusal', ({ algorithm, order, start, end, refusal }) => {
  const [name = '', value = ''] = order.split('=')
  const assetClass = name === 'assetClass' ? 'CASH' : 'STK'
  const terms: NewVenueOrder = {
    instrument: 'AAPL.STK.USD' as InstrumentId,
    action: 'BUY',
    quantity: quantity('100'),
    orderType: 'MKT',
    timeInForce: 'DAY',
    outsideRegularHours: false,
    ...(name === 'orderType' ? { orderType: value as 'MKT' | 'LMT' | 'STP' } : {}),
    ...(name === 'timeInForce' ? { timeInForce: value as 'GTC' | 'IOC' } : {}),
    ...(name === 'displaySize' ? { displaySize: quantity(value) } : {}),
    ...(name === 'allOrNone' ? { allOrNone: true } : {}),
    algo: algoOf(algorithm, start, end),
    owner: { clientId: 1, orderId: 1, orderRef: '' },
  }
  const found = refusalOfAlgo(terms, { assetClass }, 1000)
  const names = Object.entries(ALGO_REFUSALS).filter(([, known]) => known === found)
  expect(names.map(([known]) => known)[0] ?? 'none').toBe(refusal)
})

/** `Vwap 0.1 take speed`: strategy, then its words. */
function algoOf(text: string, start = '', end = ''): OrderAlgo {
  const [strategy = '', ...words] = text.split(' ')
  const has = (word: string) => words.includes(word)
  const share = Number(words.find((word) => /^[\d.]+$/.test(word)) ?? 0.5)
  const window = {
    allowPastEnd: has('past'),
    ...(start === '' ? {} : { startAt: Number(start) }),
    ...(end === '' ? {} : { endAt: Number(end) }),
  }
  const noTakeLiquidity = has('rest')
  if (strategy === 'Adaptive')
    return { strategy, priority: (words[0] ?? '') as 'Urgent' | 'Normal' | 'Patient' }
  if (strategy === 'Twap') {
    const style = words.filter((word) => word !== 'past').join(' ')
    return { strategy, style: style as 'Marketable' | 'Matching Last', ...window }
  }
  if (strategy === 'Vwap')
    return { strategy, maxShareOfVolume: share, noTakeLiquidity, speedUp: has('speed'), ...window }
  if (strategy === 'ArrivalPx') {
    const known = ['Get Done', 'Aggressive', 'Neutral', 'Passive'] as const
    const riskAversion = known.find((name) => text.includes(name)) ?? 'Neutral'
    return { strategy, maxShareOfVolume: share, riskAversion, forceCompletion: has('force'), ...ANY, ...window } // prettier-ignore
  }
  return { strategy: 'PctVol', shareOfVolume: share, noTakeLiquidity, ...window }
}

const whole = ({ take, rest }: Slice): Quantity => plus(take, rest)

/** A hundred seconds in ten looks; others trade evenly, 100 units a second unless told. */
function viewAt(seconds: number, filled: string, marketVolume: number, pace = 100): AlgoView {
  const now = seconds * 1000
  return {
    action: 'BUY',
    quantity: quantity('1000'),
    filled: quantity(filled),
    lot: quantity('1'),
    increments: ONE_CENT,
    bid: price('100'),
    ask: price('100.10'),
    last: price('100.02'),
    startAt: 0,
    endAt: 100_000,
    now,
    nextAt: now + 10_000,
    tradedAt: 0,
    marketVolume,
    expectedVolume: (from, to) => ((to - from) / 1000) * pace,
  }
}
