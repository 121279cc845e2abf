import { expect, test } from 'vitest'
import { plus, quantity, type Quantity } from '#model/fixed.ts'
import { adds, crosses, dayTrades } from '#exchange/clearing/day-trades.ts'
import { stock, future } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

// What FINRA Rule 4210(f)(8)(B)(i) counts.
test.each(
  table(`
  held | trades             | day trades | why
  0    | 100 -100           | 1          | bought and sold
  0    | -100 100           | 1          | sold short and covered
  0    | 100 -50 -50        | 1          | closed in parts
  0    | 50 50 -100         | 1          | opened in parts
  0    | 100 -100 100 -100  | 2          | twice
  0    | 100 -100 100       | 1          | the second is open
  100  | -100               | 0          | held overnight
  100  | -100 100           | 0          | sold what was held overnight, then bought
  100  | 100 -100           | 1          | added to, then reduced
  0    | 100 -150 50        | 2          | through zero and back
`),
)('$why: $trades with $held held overnight', (row) => {
  const counted = dayTrades()
  let held: Quantity = quantity(row.held)
  for (const trade of row.trades.split(' ')) {
    counted.count(stock('AAPL'), held, quantity(trade), '2018-02-05')
    held = plus(held, quantity(trade))
  }
  const [day] = counted.window('2018-02-09')
  expect(day?.dayTrades).toBe(Number(row['day trades']))
  expect(counted.window('2018-02-12')).toEqual([])
})

// `1 → 0`: the first trade of the day is taken back.
test.each(
  table(`
  held | trades        | restated | day trades | trades left | why
  0    | 100 -100      | 1 → 0    | 0          | 1           | the purchase is busted: the sale opens a short
  0    | 100 -100      | 2 → 0    | 0          | 1           | the sale is busted
  0    | 100 -100      | 1 → 50   | 1          | 2           | smaller, and still opened today
  0    | 100 -100 100  | 1 → 0    | 1          | 2           | sold short and covered
  100  | 100 -100      | 1 → 0    | 0          | 1           | what is sold was held overnight
  0    | 100 -100      | 3 → 0    | 1          | 2           | another one
`),
)('$trades with $held held, $restated: $why', (row) => {
  const counted = dayTrades()
  let held: Quantity = quantity(row.held)
  for (const [i, trade] of row.trades.split(' ').entries()) {
    counted.count(stock('AAPL'), held, quantity(trade), '2018-02-05', `${i + 1}`)
    held = plus(held, quantity(trade))
  }
  const [key = '', size = ''] = row.restated.split(' → ')
  counted.restate(key, quantity(size), '2018-02-05')
  expect(counted.window('2018-02-05')).toEqual([
    {
      date: '2018-02-05',
      dayTrades: Number(row['day trades']),
      trades: Number(row['trades left']),
    },
  ])
})

test('futures are not counted', () => {
  const counted = dayTrades()
  counted.count(future, quantity('0'), quantity('1'), '2018-02-05')
  expect(counted.window('2018-02-05')).toEqual([])
})

test.each(
  table(`
  held | traded | adds | crosses
  0    | 5      | yes  | no
  5    | 5      | yes  | no
  5    | -5     | no   | no
  5    | -8     | no   | yes
  5    | -11    | yes  | yes
  -5   | 8      | no   | yes
`),
)('$held and $traded: adds $adds, crosses $crosses', (row) => {
  const [held, traded] = [quantity(row.held), quantity(row.traded)]
  expect([adds(held, traded), crosses(held, traded)]).toEqual([row.adds === 'yes', row.crosses === 'yes']) // prettier-ignore
})
