import { describe, expect, test } from 'vitest'
import { format, price } from '#model/fixed.ts'
import { follow, isElected, limitOnceElected, type Seen } from '#exchange/orders/triggers.ts'
import { liveOrder, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { NewVenueOrder, TriggerMethod, VenueOrderType } from '#exchange/terms.ts'
import { euro, future, option, order, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const CLASSES = { STK: stock('AAPL'), OPT: option, FUT: future, CASH: euro }

/** `99.9/100.1/100`: bid, ask and last. */
function seen(text: string, at = 1_000): Seen {
  const [bid = '', ask = '', last = ''] = text.split('/')
  return { bid: given(bid), ask: given(ask), last: given(last), at, previousAt: at - 1_000 }
}

const given = (text: string) => (text === '' ? undefined : price(text))

function waiting(
  action: 'BUY' | 'SELL',
  orderType: VenueOrderType,
  changes: Partial<NewVenueOrder>,
  of = CLASSES.STK as (typeof CLASSES)[keyof typeof CLASSES],
): LiveOrder {
  return liveOrder(1, of, { ...order(action, '100'), instrument: of.id, orderType, ...changes }, 0)
}

describe('a stop or a touch at 100', () => {
  test.each(
    table(`
      class | method | side | type | quote            | elected
      STK   | 0      | BUY  | STP  | 99.5/99.7/99.99  | no
      STK   | 0      | BUY  | STP  | 99.5/99.7/100    | yes
      STK   | 0      | BUY  | STP  | 100.1/100.2/99.9 | no
      STK   | 0      | SELL | STP  | 99.5/99.7/100.01 | no
      STK   | 0      | SELL | STP  | 100.1/100.2/100  | yes
      STK   | 2      | SELL | STP  | 98/98.1/100.5    | no
      STK   | 0      | BUY  | MIT  | 99.8/99.9/100.01 | no
      STK   | 0      | BUY  | MIT  | 99.8/99.9/100    | yes
      STK   | 0      | SELL | LIT  | 99.8/99.9/99.99  | no
      STK   | 0      | SELL | LIT  | 99.8/99.9/100    | yes
      STK   | 4      | BUY  | STP  | 99.99/100.2/101  | no
      STK   | 4      | BUY  | STP  | 100/100.2/99     | yes
      STK   | 4      | SELL | STP  | 99/100.01/99     | no
      STK   | 4      | SELL | STP  | 99/100/101       | yes
      STK   | 4      | BUY  | MIT  | 99/100/101       | yes
      STK   | 7      | BUY  | STP  | 99/99.5/100      | yes
      STK   | 7      | BUY  | STP  | 100/100.5/99     | yes
      STK   | 7      | BUY  | STP  | 99.9/100.5/99.9  | no
      STK   | 8      | BUY  | STP  | 99.8/100.2/99    | yes
      STK   | 8      | BUY  | STP  | 99.8/100.1/101   | no
      STK   | 8      | SELL | STP  | 99.8/100.2/101   | yes
      STK   | 8      | SELL | STP  | /100.2/99        | no
      STK   | 2      | SELL | STP  | 99/99.1/         | no
      FUT   | 0      | SELL | STP  | 101/101.25/100   | yes
      CASH  | 0      | SELL | STP  | 99/100/          | yes
      CASH  | 0      | BUY  | STP  | 99.99/100/       | no
    `),
  )('of $class, $side $type by method $method under $quote: $elected', (row) => {
    const method = Number(row.method) as TriggerMethod
    const one = waiting(
      row.side === 'BUY' ? 'BUY' : 'SELL',
      row.type as VenueOrderType,
      { triggerPrice: price('100'), triggerMethod: method },
      CLASSES[row.class as keyof typeof CLASSES],
    )
    expect(isElected(one, seen(row.quote))).toBe(row.elected === 'yes')
  })

  test.each([
    [1, '99.9/100/', 'double bid/ask'],
    [3, '101/101.1/100', 'double last'],
  ] as const)('by method %i needs two quotes running (%s)', (triggerMethod, quote, _name) => {
    const one = waiting('SELL', 'STP', { triggerPrice: price('100'), triggerMethod })
    expect(isElected(one, seen(quote, 1_000))).toBe(false)
    expect(isElected(one, seen('100.4/100.5/100.5', 2_000))).toBe(false)
    expect(isElected(one, seen(quote, 3_000))).toBe(false)
    expect(isElected(one, seen(quote, 4_000))).toBe(true)
  })

  test('half of a double trigger is forgotten when a quote lies between', () => {
    const one = waiting('SELL', 'STP', { triggerPrice: price('100'), triggerMethod: 3 })
    expect(isElected(one, seen('99/99.1/99', 1_000))).toBe(false)
    expect(isElected(one, seen('99/99.1/99', 3_000))).toBe(false)
  })

  test('an option is elected by two asks running, not by its last price', () => {
    const one = waiting('SELL', 'STP', { triggerPrice: price('100') }, option)
    expect(isElected(one, seen('1/100.5/50', 1_000))).toBe(false)
    expect(isElected(one, seen('1/100/150', 2_000))).toBe(false)
    expect(isElected(one, seen('1/100/150', 3_000))).toBe(true)
  })
})

describe('a trailing stop', () => {
  test.each(
    table(`
      side | trail | lasts                  | stops
      SELL | 1     | 100 101 100.5 102      | 99 100 100 101
      BUY  | 1     | 100 99 99.5 98         | 101 100 100 99
      SELL | 1%    | 100 110 105            | 99 108.9 108.9
      BUY  | 1%    | 100 90 95              | 101 90.9 90.9
      SELL | 1%    | 33.33 33.34            | 32.99 33
      BUY  | 1%    | 33.33 33.32            | 33.67 33.66
    `),
  )('to $side by $trail follows $lasts to $stops', ({ side, trail, lasts, stops }) => {
    const by = trail.endsWith('%') ? { fraction: Number(trail.slice(0, -1)) / 100 } : { amount: price(trail) } // prettier-ignore
    const one = waiting(side === 'BUY' ? 'BUY' : 'SELL', 'TRAIL', { trail: by })
    const stood = lasts.split(' ').map((last) => {
      follow(one, seen(`1/2/${last}`))
      return format(one.stopPrice ?? price('0'))
    })
    expect(stood.join(' ')).toBe(stops)
  })

  test('says whether it moved, and stays where it is without a price', () => {
    const one = waiting('SELL', 'TRAIL', { trail: { amount: price('1') } })
    expect(follow(one, seen('//'))).toBe(false)
    expect(one.stopPrice).toBeUndefined()
    expect(follow(one, seen('//100'))).toBe(true)
    expect(follow(one, seen('//100'))).toBe(false)
  })

  test('never stands at or below zero', () => {
    const one = waiting('SELL', 'TRAIL', { trail: { amount: price('5') } })
    follow(one, seen('//4'))
    expect(one.stopPrice).toBeUndefined()
  })

  test.each([
    ['SELL', '94.9'],
    ['BUY', '95.1'],
  ] as const)('to %s with a limit has it beyond its stop', (action, limit) => {
    const one = waiting(action, 'TRAIL LIMIT', { trail: { amount: price('1') }, triggerPrice: price('95'), limitOffset: price('0.1') }) // prettier-ignore
    expect(format(limitOnceElected(one) ?? price('0'))).toBe(limit)
  })
})
