import { expect, test } from 'vitest'
import { METRIC_NAMES } from '#model/metrics.ts'
import { withOverrides } from '#risk/limit-overrides.ts'
import { assess, levelOf, LIMITS, remedyFor, type Metric } from '#risk/limits.ts'
import { table } from '#test/support/table.ts'

const at = (metric: Metric, level: 'warn' | 'breach') => levelOf(LIMITS, metric, level)

const CALM = Object.fromEntries(
  LIMITS.map(({ metric, direction }) => [metric, direction === 'min' ? 1 : 0]),
)

test.each(
  table(`
    metric            | measured | level  | remedy      | note
    largestPosition   |     0.05 | warn   |             | at the limit is inside it
    largestPosition   |   0.0501 | breach | scale-back  |
    turnoverToday     |     0.51 | breach | reduce-only |
    netLeverage       |     -1.5 | breach | scale-back  | short is as far as long
    beta              |     -1.4 | warn   |             | and so is a negative beta
    drawdown          |     0.11 | breach | reduce-only |
    var99             |     0.09 | warn   |             |
    marginCushion     |     0.10 | warn   |             | dangerous below
    marginCushion     |     0.04 | breach | halt        |
    lossToday         |     0.11 | breach | halt        |
    lossToday         |      NaN | breach | halt        | unmeasured is breached
    expectedShortfall |      NaN | breach | scale-back  | unmeasured is breached
  `),
)('$metric at $measured: $level', ({ metric, measured, level, remedy }) => {
  const findings = assess({ ...CALM, [metric]: Number(measured) })
  expect(findings.map((finding) => finding.level)).toEqual([level])
  expect(remedyFor(findings) ?? '').toBe(remedy)
})

test('the most severe remedy wins', () => {
  expect(remedyFor(assess({ ...CALM, turnoverToday: 0.9, lossToday: 0.2 }))).toBe('halt')
})

test('every figure has one row, and every row a figure', () => {
  expect(LIMITS.map(({ metric }) => metric).toSorted()).toEqual([...METRIC_NAMES].toSorted())
})

test('every row warns before it breaches', () => {
  for (const { warn, breach, direction } of LIMITS)
    expect(direction === 'min' ? breach < warn : warn < breach).toBe(true)
})

test('the loss measures hang together with the daily loss', () => {
  expect(at('var95', 'breach')).toBeLessThanOrEqual(at('lossToday', 'warn'))
  expect(at('var99', 'breach')).toBeLessThanOrEqual(at('lossToday', 'breach'))
  expect(at('expectedShortfall', 'breach')).toBeLessThan(at('var99', 'breach'))
})

// A limit that cannot fire is worse than none: each is fed an input that must trip it.
test.each(LIMITS)('$metric is alive', ({ metric, breach, direction }) => {
  const beyond = direction === 'min' ? breach - 0.01 : breach + 0.01
  expect(remedyFor(assess({ ...CALM, [metric]: beyond }))).toBeDefined()
})

test('a missing row bounds nothing', () => {
  expect(levelOf([], 'beta', 'warn')).toBe(Number.POSITIVE_INFINITY)
})

test('an override changes levels, and nothing else of its row', () => {
  const limits = withOverrides({ grossLeverage: { warn: 1.4, breach: 1.5 } })
  const row = limits.ok ? limits.value.find(({ metric }) => metric === 'grossLeverage') : undefined
  const original = LIMITS.find(({ metric }) => metric === 'grossLeverage')
  expect(row).toEqual({ ...original, warn: 1.4, breach: 1.5 })
})

test('no overrides give the table', () => {
  expect(withOverrides({})).toEqual({ ok: true, value: LIMITS })
})

test.each(
  table(`
    metric        | warn | breach | message
    leverage      | 1    | 2      | limits.leverage: no such limit
    grossLeverage | NaN  | 2      | limits.grossLeverage.warn: was NaN, expected a number ≥ 0
    grossLeverage | 1    | -2     | limits.grossLeverage.breach: was -2, expected a number ≥ 0
    grossLeverage | 2.5  | 2      | limits.grossLeverage.warn: was 2.5, expected at most the breach level 2
    marginCushion | 0.01 | 0.05   | limits.marginCushion.warn: was 0.01, expected at least the breach level 0.05
  `),
)('$metric $warn / $breach is refused', ({ metric, warn, breach, message }) => {
  const answer = withOverrides({ [metric]: { warn: Number(warn), breach: Number(breach) } })
  expect(answer.ok ? '' : answer.error).toContain(message)
})
