import { expect, test } from 'vitest'
import {
  contractMonthOf,
  contractNamed,
  futureOf,
  futureRoot,
  listedMonths,
} from '#exchange/market/futures-cycle.ts'
import { frontContract, shareOfVolume } from '#exchange/market/futures-market.ts'
import { table } from '#test/support/table.ts'

// Last trading days as CME Group published them; CLZ2's is in IBKR's contract details too.
test.each(
  table(`
  contract | last day   | why
  CLZ2     | 2022-11-21 | three business days before the 25th, Thanksgiving between them
  CLK0     | 2020-04-21 | the 25th is a Saturday
  CLF4     | 2023-12-19 | the 25th is Christmas
  MCLZ2    | 2022-11-18 | a day before the full contract
  ESZ3     | 2023-12-15 | third Friday
  ESM6     | 2026-06-18 | the third Friday is Juneteenth
  NQH4     | 2024-03-15 | third Friday
  GCZ3     | 2023-12-27 | third last business day
  GCG4     | 2024-02-27 | third last business day
  ZNZ3     | 2023-12-19 | seventh business day before the last
  ZNH4     | 2024-03-19 | the last one is the Thursday before Good Friday
  6EZ3     | 2023-12-18 | two business days before the third Wednesday
`),
)('$contract trades until $last day: $why', (row) => {
  const symbol = row.contract.slice(0, -2)
  const root = futureRoot(symbol)
  const month = contractNamed(row.contract, row['last day'])
  if (root === undefined || month === undefined) throw new Error(`${row.contract} is unknown`)
  const of = futureOf(root, month)
  expect(of.expiry).toBe(row['last day'])
  expect(of.localSymbol).toBe(row.contract)
  expect(contractMonthOf(of)).toEqual(month)
})

test.each(
  table(`
  name   | near       | year
  ESZ6   | 2026-01-05 | 2026
  ESH0   | 2029-06-01 | 2030
  ESZ9   | 2021-02-01 | 2019
  ESZ26  | 2018-02-05 | 2026
`),
)('near $near $name is of $year', ({ name, near, year }) => {
  expect(contractNamed(name, near)?.year).toBe(Number(year))
})

const es = futureRoot('ES')

test('volume moves to the next contract in the week before the last day', () => {
  if (es === undefined) throw new Error('ES is a root')
  expect(frontContract(es, '2026-03-02')?.localSymbol).toBe('ESH6')
  expect(frontContract(es, '2026-03-17')?.localSymbol).toBe('ESM6')
  expect(frontContract(es, '2026-03-23')?.localSymbol).toBe('ESM6')
})

test('the shares of all contracts of a root are about one, before, in and after a roll', () => {
  if (es === undefined) throw new Error('ES is a root')
  for (const date of ['2026-02-02', '2026-03-13', '2026-03-16', '2026-03-18', '2026-04-01']) {
    const contracts = listedMonths(es, date).map((month) => futureOf(es, month))
    expect(contracts).toHaveLength(5)
    const total = contracts.reduce((sum, of) => sum + shareOfVolume(es, of, date), 0)
    expect(Math.abs(total - 1)).toBeLessThan(0.05)
  }
})
