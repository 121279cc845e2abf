import { expect, test } from 'vitest'
import { format, price } from '#model/fixed.ts'
import { stressPoints, type StressClass } from '#schedules/portfolio-stress.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  class       | points
  equity      | 85 88 91 94 97 103 106 109 112 115
  broad-index | 90 92 94 96 98 102 104 106 108 110
  large-index | 92 93.6 95.2 96.8 98.4 101.2 102.4 103.6 104.8 106
`),
)('$class at 100 is priced at $points', (row) => {
  const points = stressPoints(price('100'), row.class as StressClass)
  expect(points.map((point) => format(point)).join(' ')).toBe(row.points)
})
