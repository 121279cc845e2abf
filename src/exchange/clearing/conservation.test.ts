import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { money, price, quantity, type Money, type Price, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import { DAY_MS } from '#model/time.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { accountDesk } from '#exchange/clearing/account-desk.ts'
import { clearingHouse } from '#exchange/clearing/clearing-house.ts'
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import { bookConstants, imbalances } from '#exchange/clearing/conservation.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import { AAPL, at, euro, future, id, option, stock } from '#test/support/venue.ts'

const series = (strike: string, right: 'C' | 'P', expiry: string): Option => ({
  ...(option as Option),
  id: id(`AAPL.OPT.${expiry.replaceAll('-', '')}.${right}.${strike}.USD`),
  strike: price(strike),
  right,
  expiry,
})
const sap = stock('SAP', { id: id('SAP.STK.EUR'), currency: 'EUR' })
const spx = { ...series('2700', 'P', '2018-02-08'), id: id('SPX.OPT.20180208.P.2700.USD'), symbol: 'SPX', underlying: id('SPX.IND.USD') } // prettier-ignore
const later: Instrument = { ...future, id: id('ESM8.FUT.USD'), localSymbol: 'ESM8', expiry: '2018-06-15' } as Instrument // prettier-ignore
const ending: Instrument = { ...future, id: id('ESG8.FUT.USD'), localSymbol: 'ESG8', expiry: '2018-02-07' } as Instrument // prettier-ignore
const TRADED: readonly Instrument[] = [
  stock('AAPL', { borrowRate: 0.12 }),
  stock('IBM'),
  sap,
  series('160', 'C', '2018-02-07'),
  series('150', 'P', '2018-02-07'),
  series('170', 'C', '2018-03-16'),
  spx,
  future,
  later,
  ending,
  euro,
]
const LISTED = new Map([...TRADED, stock('NEW'), series('40', 'C', '2018-02-07')].map((of) => [of.id, of])) // prettier-ignore
const MARKS: Readonly<Record<string, string>> = {
  'AAPL.STK.USD': '160', 'IBM.STK.USD': '150', 'SAP.STK.EUR': '90', 'NEW.STK.USD': '20', 'EUR.CASH.USD': '1.25',
  'AAPL.OPT.20180207.C.160.USD': '4', 'AAPL.OPT.20180207.P.150.USD': '1.5', 'AAPL.OPT.20180316.C.170.USD': '3',
  'AAPL.OPT.20180207.C.40.USD': '1', 'SPX.IND.USD': '2690', 'SPX.OPT.20180208.P.2700.USD': '25',
  'ESH8.FUT.USD': '2700', 'ESM8.FUT.USD': '2705', 'ESG8.FUT.USD': '2699',
} // prettier-ignore

type Step =
  | { readonly do: 'trade'; readonly of: Instrument; readonly units: bigint; readonly at: bigint; readonly fee: bigint } // prettier-ignore
  | { readonly do: 'mark'; readonly of: Instrument; readonly percent: number }
  | { readonly do: 'act'; readonly action: CorporateAction }
  | { readonly do: 'correct'; readonly which: number; readonly at: bigint | undefined }
  | { readonly do: 'transfer'; readonly amount: bigint }
  | { readonly do: 'exercise'; readonly of: Instrument }
  | { readonly do: 'night' }

const act = (action: { readonly [Key in keyof CorporateAction]: CorporateAction[Key] } & object): Step => ({ do: 'act', action: action as CorporateAction }) // prettier-ignore
const day = '2018-02-05'
const ACTIONS: readonly Step[] = [
  act({ type: 'split', instrument: AAPL, date: day, ratio: 4 } as CorporateAction),
  act({ type: 'split', instrument: AAPL, date: day, ratio: 0.1 } as CorporateAction),
  act({ type: 'split', instrument: id('IBM.STK.USD'), date: day, ratio: 1.5 } as CorporateAction),
  act({ type: 'dividend', instrument: AAPL, date: day, amount: price('0.63') } as CorporateAction),
  act({ type: 'dividend', instrument: sap.id, date: day, amount: price('1.4'), payDate: '2018-02-07' } as CorporateAction), // prettier-ignore
  act({ type: 'ticker-change', instrument: id('IBM.STK.USD'), date: day, newInstrument: id('NEW.STK.USD') } as CorporateAction), // prettier-ignore
  act({ type: 'merger-cash', instrument: AAPL, date: day, amount: price('171.5') } as CorporateAction), // prettier-ignore
  act({ type: 'spin-off', instrument: AAPL, date: day, newInstrument: id('NEW.STK.USD'), ratio: 0.333, costShare: 0.12 } as CorporateAction), // prettier-ignore
]

const anyOf = fc.constantFrom(...TRADED)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('trade' as const), of: anyOf, units: fc.bigInt({ min: -40n, max: 40n }).filter((n) => n !== 0n).map((n) => n * 1_000_000_000n), at: fc.bigInt({ min: 1n, max: 300_000_000_001n }), fee: fc.bigInt({ min: 0n, max: 3_000_000_001n }) }) }, // prettier-ignore
  { weight: 2, arbitrary: fc.record({ do: fc.constant('mark' as const), of: anyOf, percent: fc.integer({ min: -20, max: 25 }) }) }, // prettier-ignore
  { weight: 2, arbitrary: fc.constantFrom(...ACTIONS) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('correct' as const), which: fc.nat(9), at: fc.option(fc.bigInt({ min: 1n, max: 200_000_000_007n }), { nil: undefined }) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ do: fc.constant('transfer' as const), amount: fc.bigInt({ min: -9_999_999_999n, max: 9_999_999_999n }) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ do: fc.constant('exercise' as const), of: anyOf }) },
  { weight: 2, arbitrary: fc.constant({ do: 'night' as const }) },
)

/** An account that anything can happen to, without a venue around it. */
function world(settings: ClearingSettings) {
  const marks = new Map(Object.entries(MARKS).map(([name, text]) => [id(name), price(text)]))
  let now = at('10:30')
  const source = { mark: (of: InstrumentId) => marks.get(of), instrument: (of: InstrumentId) => LISTED.get(of) } // prettier-ignore
  const account = accountDesk({
    cash: new Map([['USD', money('100000', 'USD')], ['EUR', money('2000', 'USD')]]), // prettier-ignore
    positions: [
      { instrument: stock('IBM'), quantity: quantity('30'), cost: money('4321.1', 'USD') },
    ],
    baseCurrency: 'USD',
    source,
    settings,
  })
  const house = clearingHouse(
    {
      seed: 1,
      account,
      board: source,
      market: { splitOn: () => 1 },
      desk: { place: () => [], cancelOf: () => [], reconsider: () => [] },
      orders: { allOpen: () => [], openOf: () => [] },
    },
    now,
  )
  const controls = house.controls(() => now)
  const keys: string[] = []
  const take = (step: Step) => {
    if (step.do === 'trade') {
      const { of, units, at: paid, fee } = step
      keys.push(`k${keys.length}`)
      account.book({ instrument: of, quantity: units as Quantity, price: paid as Price, commission: fee as Money<'USD'>, commissionCurrency: account.charging.currencyOf(of), key: keys.at(-1) ?? '' }, now) // prettier-ignore
    } else if (step.do === 'mark') {
      now += 1000
      const was: bigint = marks.get(step.of.id) ?? 1n
      marks.set(step.of.id, ((was * BigInt(100 + step.percent)) / 100n) as Price)
    } else if (step.do === 'act') controls.act(step.action)
    else if (step.do === 'transfer') controls.transfer('EUR', step.amount as Money<'EUR'>)
    else if (step.do === 'exercise')
      house.exercise({ instrument: step.of.id, contracts: quantity('1'), action: 'exercise', override: true }, now) // prettier-ignore
    else if (step.do === 'correct') correct(step)
    else {
      const until = now + DAY_MS
      for (let due = house.nextAt(now); due <= until; due = house.nextAt(now)) {
        now = due
        house.happens(now)
      }
      now = until
      house.dayTurns(newYorkDate(now), now)
    }
  }
  const correct = (step: Extract<Step, { do: 'correct' }>) => {
    const key = keys[step.which % Math.max(1, keys.length)]
    if (key === undefined) return
    const instrument = TRADED[0]
    if (instrument === undefined) return
    const replacement = { instrument, quantity: quantity('7'), price: (step.at ?? 1n) as Price, commission: money('1', 'USD'), commissionCurrency: 'USD', key } // prettier-ignore
    // Only what is of the same instrument is corrected; a bust of anything else is a bust.
    account.clearing.correct(key, step.at === undefined || !isOf(key, instrument.id) ? undefined : replacement) // prettier-ignore
  }
  const traded = new Map<string, InstrumentId>()
  const isOf = (key: string, of: InstrumentId) => traded.get(key) === of
  return { account, take: (step: Step) => { take(step); if (step.do === 'trade') traded.set(keys.at(-1) ?? '', step.of.id) }, now: () => now } // prettier-ignore
}

test.each(['reg-t', 'portfolio', 'class-rates', 'cash'] as const)(
  'whatever happens to a %s account, its books balance to the nano',
  (margin) => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 30 }), (steps) => {
        const { account, take, now } = world({ ...REG_T_ACCOUNT, margin })
        const since = bookConstants(account.clearing)
        for (const step of steps) {
          take(step)
          expect(imbalances(account, since, now())).toEqual([])
        }
      }),
      { numRuns: 25 },
    )
  },
)

test('an imbalance is told with its figures', () => {
  const { account, now } = world(REG_T_ACCOUNT)
  const since = bookConstants(account.clearing)
  const wrong = { money: new Map([...since.money, ['USD', money('1', 'USD')]]), units: new Map([...since.units, [AAPL, quantity('2')]]) } // prettier-ignore
  expect(imbalances(account, wrong, now())).toEqual([
    'money in USD: 1 at the start, 104321.1 now',
    'units of AAPL.STK.USD: 2 at the start, 0 now',
  ])
})
