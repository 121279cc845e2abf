/** The last look at a plan that adds: nothing goes into breach, nor further. */
import { expect, test } from 'vitest'
import type { Metrics } from '#model/metrics.ts'
import { LIMITS } from '#risk/limits.ts'
import { worsenedCheck } from '#construction/limit-checks.ts'

const CALM: Metrics = {
  grossLeverage: 1,
  netLeverage: 0.5,
  largestPosition: 0.03,
  largestSector: 0.1,
  correlatedWeight: 0.1,
  var95: 0.01,
  var99: 0.02,
  expectedShortfall: 0.015,
  lossToday: 0,
  drawdown: 0,
  beta: 0.5,
  turnoverToday: 0,
  marginCushion: 0.5,
}

test.each<[string, Partial<Metrics>, Partial<Metrics>, RegExp | undefined]>([
  ['inside stays inside', {}, { var95: 0.02 }, undefined],
  ['into the warning is the optimiser’s to avoid', {}, { var95: 0.045 }, undefined],
  ['into breach', {}, { var95: 0.051 }, /var95 is 0\.0510, the limit is 0\.05, before 0\.0100/],
  ['short beyond a limit that holds both ways', {}, { netLeverage: -1.2 }, /netLeverage/],
  ['a cushion that falls too low', {}, { marginCushion: 0.02 }, /marginCushion is 0\.0200/],
  ['in breach and better', { var95: 0.08 }, { var95: 0.06 }, undefined],
  ['in breach and as it was, but for costs', { var95: 0.08 }, { var95: 0.0805 }, undefined],
  ['in breach and worse', { var95: 0.08 }, { var95: 0.09 }, /before 0\.0800/],
  [
    'turnover and the day’s loss are nobody’s plan',
    {},
    { turnoverToday: 0.6, lossToday: 0.2 },
    undefined,
  ],
  ['what cannot be measured holds additions back elsewhere', {}, { beta: Number.NaN }, undefined],
])('%s', (_title, before, after, said) => {
  const checks = worsenedCheck({ ...CALM, ...before }, { ...CALM, ...after }, LIMITS)
  if (said === undefined) expect(checks).toEqual([])
  else expect(checks).toMatchObject([{ status: 'fail', detail: expect.stringMatching(said) as string }]) // prettier-ignore
})
