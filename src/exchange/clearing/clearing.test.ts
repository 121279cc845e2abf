import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { format, money, notional, price, quantity, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { clearingAccount } from '#exchange/clearing/clearing.ts'
import { averageCostOf, unrealizedOf, type Trade } from '#exchange/clearing/holdings.ts'
import { euro, future, option, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const AAPL = stock('AAPL')
const START = new Map([['USD', money('100000', 'USD')]])

const trade = (of: Instrument, units: string, at: string, fee = '0'): Trade => ({
  instrument: of,
  quantity: quantity(units),
  price: price(at),
  commission: money(fee, 'USD'),
  commissionCurrency: 'USD',
})

test.each(
  table(`
  situation                     | trades                                | held | average   | realized | cash
  one purchase                  | 100@10                                | 100  | 10.01     | -        | 98999
  two purchases                 | 100@10 100@12                         | 200  | 11.01     | -        | 97798
  part of a long sold           | 100@10 -40@12                         | 60   | 10.01     | 78.6     | 99478
  a long sold whole             | 100@10 -100@12                        | 0    | 0         | 198      | 100198
  a long flipped short          | 100@10 -150@12                        | -50  | 11.993333 | 198.333  | 100798
  a short                       | -100@10                               | -100 | 9.99      | -        | 100999
  a short bought back at a loss | -100@10 100@12                        | 0    | 0         | -202     | 99798
  a short flipped long          | -100@10 150@9                         | 50   | 9.006667  | 98.333   | 99648
`),
)('$situation', ({ trades, held, average, realized, cash }) => {
  const account = clearingAccount(START, [])
  let last: bigint | undefined
  for (const cell of trades.split(' ')) {
    const [units = '', at = ''] = cell.split('@')
    last = account.settle(trade(AAPL, units, at, '1'))
  }
  const [holding] = account.holdings()
  if (holding === undefined) throw new Error('a holding is kept until the day turns')
  expect(format(holding.quantity)).toBe(held)
  expect(Number(format(averageCostOf(holding)))).toBeCloseTo(Number(average), 6)
  expect(last === undefined ? '-' : String(Number(Number(format(last)).toFixed(3)))).toBe(realized)
  expect(format(account.cash().get('USD') ?? 0n)).toBe(cash)
})

test('a future moves cash by what closing it realises, times its multiplier', () => {
  const account = clearingAccount(START, [])
  expect(account.settle(trade(future, '2', '2700', '1.7'))).toBeUndefined()
  expect(format(account.cash().get('USD') ?? 0n)).toBe('99998.3')
  const [held] = account.holdings()
  if (held === undefined) throw new Error('the future is held')
  expect(format(unrealizedOf(held, price('2710.25')))).toBe('1023.3')
  expect(format(account.settle(trade(future, '-2', '2710.25', '1.7')) ?? 0n)).toBe('1021.6')
  expect(format(account.cash().get('USD') ?? 0n)).toBe('101021.6')
})

test('an option is paid for a hundred times its price', () => {
  const account = clearingAccount(START, [])
  account.settle(trade(option, '3', '4.5', '1.95'))
  expect(format(account.cash().get('USD') ?? 0n)).toBe('98648.05')
  expect(format(averageCostOf(account.holdings()[0] ?? neverHeld()))).toBe('450.65')
})

test('a currency pair exchanges cash, leaves no position and realises nothing', () => {
  const account = clearingAccount(START, [])
  expect(account.settle(trade(euro, '20000', '1.25', '2'))).toBeUndefined()
  expect(format(account.cash().get('USD') ?? 0n)).toBe('74998')
  expect(format(account.cash().get('EUR') ?? 0n)).toBe('20000')
  expect(account.holdings()).toEqual([])
})

test('a split multiplies the shares, keeps the cost, and pays a broken share out', () => {
  const opening = [{ instrument: AAPL, quantity: quantity('15'), cost: money('3000', 'USD') }]
  const forward = clearingAccount(START, opening)
  forward.split(AAPL.id, 7, price('40'))
  expect(forward.holdings()[0]).toMatchObject({ quantity: quantity('105'), cost: money('3000', 'USD') }) // prettier-ignore
  const reverse = clearingAccount(START, opening)
  reverse.split(AAPL.id, 0.1, price('2400'))
  expect(format(reverse.held(AAPL.id))).toBe('1')
  expect(format(reverse.cash().get('USD') ?? 0n)).toBe('101200')
  expect(format(reverse.holdings()[0]?.cost ?? 0n)).toBe('2000')
})

test('a reverse split in thirds breaks no share of a holding that divides', () => {
  const opening = [{ instrument: AAPL, quantity: quantity('300'), cost: money('3000', 'USD') }]
  const account = clearingAccount(START, opening)
  account.split(AAPL.id, 1 / 3, price('60'))
  expect(format(account.held(AAPL.id))).toBe('100')
  expect(account.cash().get('USD')).toBe(START.get('USD'))
  expect(format(account.holdings()[0]?.cost ?? 0n)).toBe('3000')
})

test('a new day forgets what is flat and what was realised', () => {
  const account = clearingAccount(START, [])
  account.settle(trade(AAPL, '10', '10'))
  account.settle(trade(AAPL, '-4', '12'))
  account.settle(trade(option, '1', '5'))
  account.settle(trade(option, '-1', '6'))
  account.turnDay()
  expect(account.holdings().map(({ instrument }) => instrument.id)).toEqual([AAPL.id])
  expect(account.holdings()[0]?.realizedToday).toBe(0n)
})

/** Trades of two stocks, an option and a future, sizes with fractions of a share. */
const anyTrade = fc
  .record({
    of: fc.constantFrom<Instrument>(AAPL, stock('IBM'), option, future),
    units: fc.bigInt({ min: -50_000_000_000n, max: 50_000_000_000n }).filter((n) => n !== 0n),
    at: fc.bigInt({ min: 1n, max: 900_000_000_000n }),
    fee: fc.bigInt({ min: 0n, max: 5_000_000_001n }),
  })
  .map(({ of, units, at, fee }): Trade => ({
    instrument: of,
    quantity: units as Quantity,
    price: at as Trade['price'],
    commission: fee as Trade['commission'],
    commissionCurrency: 'USD',
  }))

test('to the nano: cash + cost + open fees − realised profit never changes', () => {
  fc.assert(
    fc.property(fc.array(anyTrade, { maxLength: 40 }), (trades) => {
      const account = clearingAccount(START, [])
      let [realized, paid, fees] = [0n, 0n, 0n]
      for (const one of trades) {
        realized += account.settle(one) ?? 0n
        fees += one.commission
        if (one.instrument.assetClass !== 'FUT') paid += notional(one.quantity, one.price, one.instrument) // prettier-ignore
      }
      const holdings = account.holdings()
      const cost = sum(holdings.filter(isPaidFor).map((held) => held.cost))
      const open = sum(holdings.map((held) => held.fees))
      const cash: bigint = account.cash().get('USD') ?? 0n
      expect(cash + cost + open - realized).toBe(100_000_000_000_000n)
      expect(sum(holdings.map((held) => held.realizedToday))).toBe(realized)
      const futureProfit = cash - 100_000_000_000_000n + paid + fees
      const withoutFutures = trades.every(({ instrument }) => instrument.assetClass !== 'FUT')
      if (withoutFutures) expect(futureProfit).toBe(0n)
      for (const { quantity: held, cost: spent, fees: kept } of holdings)
        if (held === 0n) expect([spent, kept]).toEqual([0n, 0n])
    }),
  )
})

const sum = (of: readonly bigint[]) => of.reduce((total, one) => total + one, 0n)
const isPaidFor = ({ instrument }: { instrument: Instrument }) => instrument.assetClass !== 'FUT'
function neverHeld(): never {
  throw new Error('the option is held')
}
