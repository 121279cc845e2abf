import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { PERFORMANCE_BONDS, scanRisk } from '#schedules/futures-margin.ts'
import { table } from '#test/support/table.ts'

const es = { symbol: 'ES', multiplier: 50n, currency: 'USD' }

test.each(
  table(`
  months      | initial | maintenance | why
  1           | 11880   | 10800       | the performance bond
  -3          | 35640   | 32400       | short needs the same
  2 3         | 59400   | 54000       | months of one side add up
  1 -1        | 1188    | 1080        | a calendar spread: a tenth of an outright
  5 -2        | 38016   | 34560       | three outright and two spreads
  5 -2 -3     | 5940    | 5400        | five spreads, nothing outright
`),
)('$months of the S&P need $initial, keep $maintenance: $why', (row) => {
  const legs = row.months.split(' ').map((held) => ({ of: es, held: quantity(held), at: price('4000') })) // prettier-ignore
  const { initial, maintenance } = scanRisk(legs)
  expect([format(initial), format(maintenance)]).toEqual([row.initial, row.maintenance])
})

test('a root without a row is charged a share of what it stands for', () => {
  const legs = [{ of: { ...es, symbol: 'XX' }, held: quantity('-2'), at: price('100') }]
  expect(format(scanRisk(legs).maintenance)).toBe('1500')
  expect(scanRisk([]).initial).toBe(0n)
})

const RECORD = '../shared/data/reference/futures_margins.csv'
describe.skipIf(!existsSync(RECORD))(`the table against ${RECORD} (skipped without it)`, () => {
  const last = new Map<string, readonly string[]>()
  if (existsSync(RECORD))
    for (const line of readFileSync(RECORD, 'utf8').trim().split('\n').slice(1)) {
      const [, root = '', date = '', initial = '', maintenance = ''] = line.split(',')
      if ((last.get(root)?.[2] ?? '') <= date) last.set(root, [initial, maintenance, date])
    }
  test.each(Object.entries(PERFORMANCE_BONDS))('%s is the last of its root', (root, row) => {
    expect([...row].map((cell) => cell.replace(/\.0+$/, ''))).toEqual([...(last.get(root) ?? [])].map((cell) => cell.replace(/\.0+$/, ''))) // prettier-ignore
  })
})
