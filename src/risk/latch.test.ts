import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { describeLatch, latchesForbid, type Latch } from '#risk/latch.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
    kind       | scope               | adds | forbidden
    ReduceOnly | account             | yes  | yes
    ReduceOnly | account             | no   | no
    Halted     | account             | yes  | yes
    Halted     | account             | no   | yes
    Flattening | account             | yes  | yes
    Flattening | account             | no   | no
    ReduceOnly | sector:Energy       | yes  | yes
    ReduceOnly | sector:Utilities    | yes  | no
    Halted     | symbol:XOM.STK.USD  | no   | yes
    Halted     | symbol:XOM          | no   | no
    Halted     | symbol:CVX.STK.USD  | yes  | no
    Halted     | something else      | no   | yes
  `),
)('$kind $scope, adds $adds: forbidden $forbidden', ({ kind, scope, adds, forbidden }) => {
  const latch: Latch = {
    kind: kind as Latch['kind'],
    scope,
    owner: 'risk',
    reason: 'why',
    since: 0,
  }
  const trade = {
    instrument: 'XOM.STK.USD' as InstrumentId,
    sector: 'Energy',
    adds: adds === 'yes',
  }
  expect(latchesForbid([latch], trade)).toBe(forbidden === 'yes' ? latch : undefined)
})

test('no latch forbids nothing', () => {
  const trade = { instrument: 'XOM.STK.USD' as InstrumentId, sector: 'Energy', adds: true }
  expect(latchesForbid([], trade)).toBeUndefined()
})

test('a latch in words', () => {
  expect(
    describeLatch({ kind: 'Halted', scope: 'account', owner: 'anna', reason: 'lunch', since: 0 }),
  ).toBe('Halted account by anna: lunch')
})
