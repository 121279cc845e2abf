import { expect, test } from 'vitest'
import { conditionsOf } from '#gateway/orders/conditions.ts'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const AAPL = { ...stock('AAPL'), conId: 265598 }
const names = { byConId: (conId: number) => (conId === AAPL.conId ? AAPL : undefined) }

/** What each type carries behind its type and conjunction, as clients send it. */
const BODIES: Readonly<Record<string, readonly string[]>> = {
  '1': ['isMore', 'price', 'conId', 'exchange', 'triggerMethod'],
  '3': ['isMore', 'time'],
  '4': ['isMore', 'percent'],
  '5': ['secType', 'exchange', 'symbol'],
  '6': ['isMore', 'volume', 'conId', 'exchange'],
  '7': ['isMore', 'change', 'conId', 'exchange'],
}

function read(texts: readonly string[], terms: Readonly<Record<string, string>> = {}) {
  const conditions = texts.map((text) => {
    const [condType = '', conjunction = '', ...body] = text.split(';')
    const named = (BODIES[condType] ?? []).map((name, i) => [name, body[i] ?? ''] as const)
    return { condType, conjunction, ...Object.fromEntries(named) }
  })
  return conditionsOf({ conditions, terms }, names)
}

const instrument = 'AAPL.STK.USD' as InstrumentId
const MEANT: Readonly<Record<string, object>> = {
  'a price above': { type: 'price', instrument, isMore: true, price: price('190.5'), triggerMethod: 0 }, // prettier-ignore
  'a price below': { type: 'price', instrument, isMore: false, price: price('190'), triggerMethod: 4 }, // prettier-ignore
  'a time': { type: 'time', isMore: true, at: Date.UTC(2018, 1, 5, 15, 30) },
  'a margin': { type: 'margin', isMore: false, cushion: 0.3 },
  'a trade': { type: 'execution', symbol: 'AAPL', assetClass: 'STK', exchange: 'SMART' },
  'a volume': { type: 'volume', instrument, isMore: true, volume: quantity('100000') },
  'a change': { type: 'percent-change', instrument, isMore: true, change: 0.025 },
}

test.each(
  table(`
    means         | said
    a price above | 1;a;1;190.5;265598;SMART;0
    a price above | 1;a;true;190.5;265598;SMART;0
    a price below | 1;a;0;190.0;265598;;4
    a price below | 1;a;;190;265598;SMART;4
    a time        | 3;a;1;20180205 10:30:00 US/Eastern
    a time        | 3;a;1;20180205-15:30:00
    a time        | 3;a;1;20180205 15:30:00 UTC
    a margin      | 4;a;0;30
    a trade       | 5;a;STK;SMART;AAPL
    a volume      | 6;a;1;100000;265598;SMART
    a change      | 7;a;1;2.5;265598;SMART
  `),
)('$said means $means', ({ means, said }) => {
  const found = read([said])
  expect(found.ok && found.value?.all).toEqual([{ ...MEANT[means], joins: 'and' }])
})

test.each(
  table(`
    situation                  | said                             | code
    no such type               | 2;a                              | 321
    a contract that is not     | 1;a;1;190;1;SMART;0              | 200
    a contract that is no id   | 7;a;1;2;AAPL;SMART               | 200
    no price                   | 1;a;1;;265598;SMART;0            | 321
    a price that is none       | 1;a;1;high;265598;SMART;0        | 321
    no such trigger method     | 1;a;1;190;265598;SMART;5         | 146
    no time                    | 3;a;1;                           | 391
    no such zone               | 3;a;1;20180205 10:30:00 Nowhere  | 391
    no percentage              | 4;a;1;                           | 321
    no such security type      | 5;a;XXX;SMART;AAPL               | 321
  `),
)('$situation: $code', ({ said, code }) => {
  const found = read([said])
  expect(found.ok ? 'read' : String(found.error.code)).toBe(code)
})

test('each is joined to the next, and the list says what it is for', () => {
  const said = ['3;o;1;20180205-15:30:00', '4;a;0;30', '5;a;STK;SMART;AAPL']
  const found = read(said, { conditionsIgnoreRth: '1', conditionsCancelOrder: 'true' })
  expect(found.ok && found.value?.all.map(({ joins }) => joins)).toEqual(['or', 'and', 'and'])
  expect(found.ok && found.value).toMatchObject({ ignoreRegularHours: true, cancelsOrder: true })
  expect(read([])).toEqual({ ok: true, value: undefined })
})
