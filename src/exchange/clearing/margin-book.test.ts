import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { format, price, quantity, type Money } from '#model/fixed.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import { accountDesk, type AccountDesk } from '#exchange/clearing/account-desk.ts'
import { REG_T_ACCOUNT } from '#exchange/clearing/clearing-settings.ts'
import { liveOrder } from '#exchange/orders/venue-order.ts'
import { AAPL, at, future, id, option, order, stock } from '#test/support/venue.ts'

const written: Option = { ...(option as Option), id: id('AAPL.OPT.20180316.C.170.USD'), strike: price('170') } // prettier-ignore
const later = { ...future, id: id('ESM8.FUT.USD'), localSymbol: 'ESM8' } as Instrument
const TRADED: readonly Instrument[] = [stock('AAPL'), stock('IBM'), option, written, future, later]
const MARKS = new Map([[AAPL, '160'], [id('IBM.STK.USD'), '150'], [option.id, '4'], [written.id, '2'], [future.id, '2700'], [later.id, '2710']].map(([name, text]) => [name, price(text ?? '0')])) // prettier-ignore
const NOW = at('10:30')

const opened = (): AccountDesk =>
  accountDesk({
    cash: new Map([['USD', 90_000_000_000_000n as Money<'USD'>]]),
    positions: [],
    baseCurrency: 'USD',
    source: { mark: (of) => MARKS.get(of) },
    settings: { ...REG_T_ACCOUNT, interest: undefined },
  })

const anyOrder = fc.record({
  of: fc.constantFrom(...TRADED),
  action: fc.constantFrom('BUY' as const, 'SELL' as const),
  units: fc.integer({ min: 1, max: 30 }),
  at: fc.integer({ min: 100, max: 30_000 }),
})
type AnyOrder = typeof anyOrder extends fc.Arbitrary<infer One> ? One : never

const termsOf = ({ of, action, units, at: cents }: AnyOrder) =>
  order(action, String(units), { instrument: of.id, limitPrice: price((cents / 100).toFixed(2)) })

function bookWhole(account: AccountDesk, one: AnyOrder): void {
  const terms = termsOf(one)
  const intended = { instrument: one.of, terms, quantity: terms.quantity }
  const signedUnits = one.action === 'BUY' ? terms.quantity : quantity(`-${one.units}`)
  account.book({ instrument: one.of, quantity: signedUnits, price: terms.limitPrice ?? price('0'), commission: account.commissionOf(intended, NOW), commissionCurrency: 'USD' }, NOW) // prettier-ignore
}

/** Of both sides of an instrument the one that leads further; the last order's own side. */
function worst(account: AccountDesk, working: readonly AnyOrder[], last: AnyOrder): AnyOrder[] {
  const units = (side: readonly AnyOrder[]) => side.reduce((sum, one) => sum + one.units, 0)
  return [...Map.groupBy(working, ({ of }) => of.id)].flatMap(([name, orders]) => {
    const [buys, sells] = [orders.filter((one) => one.action === 'BUY'), orders.filter((one) => one.action === 'SELL')] // prettier-ignore
    if (name === last.of.id) return last.action === 'BUY' ? buys : sells
    const held = Number(format(account.clearing.held(name)))
    return Math.abs(held + units(buys)) >= Math.abs(held - units(sells)) ? buys : sells
  })
}

test('what an order is tried against is the account after it and every order that adds', () => {
  fc.assert(
    fc.property(
      fc.array(anyOrder, { maxLength: 8 }),
      fc.array(anyOrder, { maxLength: 6 }),
      anyOrder,
      (trades, working, last) => {
        // prettier-ignore
        const [account, real] = [opened(), opened()]
        for (const one of trades) [account, real].forEach((desk) => bookWhole(desk, one))
        const adds = (one: AnyOrder) => {
          const held = account.clearing.held(one.of.id)
          return held === 0n || held > 0n === (one.action === 'BUY') || one.units > 2 * Math.abs(Number(format(held))) // prettier-ignore
        }
        working.forEach((one, i) => account.orderChanged(liveOrder(i, one.of, termsOf(one), i)))
        for (const one of [...worst(account, working.filter(adds), last), last])
          bookWhole(real, one)
        const terms = termsOf(last)
        const refusal = account.refusalOf(
          { instrument: last.of, terms, quantity: terms.quantity },
          NOW,
        )
        const after = real.figures(NOW)
        // Without options a refusal names the very figures that the account would have; of futures it may name a
        // higher margin, as of two orders for the legs of a spread one may fill alone.
        const has = (assetClass: string) => [...working, last].some(({ of }) => of.assetClass === assetClass) // prettier-ignore
        if (refusal !== undefined && !has('OPT')) {
          expect(refusal.reason).toContain(`[${whole(after.equityWithLoan)}`)
          const named = Number(/INITIAL MARGIN \[(-?[\d.]+)/.exec(refusal.reason)?.[1])
          expect(named).toBeGreaterThanOrEqual(Number(whole(after.initialMargin)))
          if (!has('FUT')) expect(refusal.reason).toContain(`[${whole(after.initialMargin)}`)
        }
        if (refusal === undefined && adds(last)) expect(after.initialMargin).toBeLessThanOrEqual(after.equityWithLoan) // prettier-ignore
      },
    ),
    { numRuns: 200 },
  )
})

test('a long option that is only ordered guards no option that is written', () => {
  const account = opened()
  const guard = order('BUY', '45', { instrument: option.id, limitPrice: price('0.01') })
  const sale = order('SELL', '45', { instrument: written.id, limitPrice: price('2') })
  account.orderChanged(liveOrder(1, option, guard, 1))
  const refusal = account.refusalOf({ instrument: written, terms: sale, quantity: sale.quantity }, NOW) // prettier-ignore
  expect(refusal?.reason).toContain('INITIAL MARGIN [108000.00 USD]')
  bookWhole(account, { of: option, action: 'BUY', units: 45, at: 1 })
  account.orderChanged({ ...liveOrder(1, option, guard, 1), status: 'filled' })
  expect(account.refusalOf({ instrument: written, terms: sale, quantity: sale.quantity }, NOW)).toBeUndefined() // prettier-ignore
})

test('an order that ends claims nothing any more', () => {
  const account = opened()
  const big = liveOrder(1, stock('AAPL'), order('BUY', '1200', { limitPrice: price('160') }), 1)
  const next = { instrument: stock('AAPL'), terms: order('BUY', '100', { limitPrice: price('160') }), quantity: quantity('100') } // prettier-ignore
  expect(account.refusalOf(next, NOW)).toBeUndefined()
  account.orderChanged(big)
  expect(account.refusalOf(next, NOW)?.code).toBe(201)
  expect(account.refusalOf(next, NOW, 1)).toBeUndefined()
  big.status = 'canceled'
  account.orderChanged(big)
  expect(account.refusalOf(next, NOW)).toBeUndefined()
})

/** Whole units of money as the refusal prints them. */
const whole = (amount: bigint) => format(amount, 2).split('.')[0] ?? ''
