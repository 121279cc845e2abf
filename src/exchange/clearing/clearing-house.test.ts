import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import type { Future, Option } from '#model/instrument.ts'
import { AAPL, at, euro, future, id, option, stock } from '#test/support/venue.ts'
import { bookings, clearingWorld, type WorldChanges } from '#test/support/clearing-world.ts'
import { table } from '#test/support/table.ts'

const aapl = stock('AAPL')
const call = option as Option
const es = future as Future
const CALM = { interest: undefined, borrowFees: false, liquidation: undefined } as const

const world = (changes: Partial<WorldChanges> = {}) =>
  clearingWorld({
    startAt: at('10:30'),
    instruments: [aapl, stock('NEW'), call, es, euro],
    marks: {
      [AAPL]: '160',
      [call.id]: '4',
      [es.id]: '2700',
      [euro.id]: '1.25',
      'NEW.STK.USD': '20',
    },
    settings: CALM,
    ...changes,
  })
const usd = (of: ReturnType<typeof world>) => format(of.account.clearing.cash().get('USD') ?? 0n)

describe('settlement', () => {
  // Friday, 2018-02-09: T+2 is Tuesday.
  test('proceeds of a sale settle two business days later, and only then can be spent', () => {
    const here = world({ startAt: at('10:30', '2018-02-09') })
    here.trade(aapl, '100', '160')
    const settled = () => format(here.account.standing(here.now()).settledCash.get('USD') ?? 0n)
    expect([usd(here), settled()]).toEqual(['84000', '100000'])
    here.advance(at('10:30', '2018-02-12'))
    expect(settled()).toBe('100000')
    here.advance(at('10:30', '2018-02-13'))
    expect(settled()).toBe('84000')
  })

  test('an option settles on the next day, a future at once', () => {
    const here = world()
    here.trade(call, '1', '4')
    here.trade(es, '1', '2690', '2')
    expect(format(here.account.settled.pending('USD'))).toBe('-400')
    here.advance(at('00:00', '2018-02-06'))
    expect(format(here.account.settled.pending('USD'))).toBe('0')
  })
})

describe('interest and fees', () => {
  test('a loan accrues for every day, weekends too, and is posted on the third business day', () => {
    const here = world({ cash: { USD: '-600000' }, settings: { ...CALM, interest: { USD: [['2000-01-01', 53_200n]] } } }) // prettier-ignore
    // IBKR's example: 106.72 a day; 24 days of February.
    const none = here.advance(at('12:00', '2018-03-04'))
    expect(bookings(none)).toEqual([])
    const accrued = Number(format(here.account.standing(here.now()).accruedInterest))
    expect(accrued).toBeCloseTo(-106.7222 * 27, 1)
    expect(here.account.figures(here.now()).netLiquidation).toBeLessThan(-602_000_000_000_000n)
    expect(bookings(here.advance(at('12:00', '2018-03-05')))).toEqual(['interest -2561.33 USD'])
    expect(usd(here)).toBe('-602561.33')
  })

  test('a short pays its borrow fee on collateral of whole dollars', () => {
    const here = world({ instruments: [stock('AAPL', { borrowRate: 0.5 })], settings: { ...CALM, borrowFees: true } }) // prettier-ignore
    here.trade(stock('AAPL', { borrowRate: 0.5 }), '-1000', '160')
    here.advance(at('12:00', '2018-02-07'))
    // 163.20 is rounded up to 164: 164,000 × 50 % / 360 a day.
    expect(Number(format(here.account.standing(here.now()).accruedInterest))).toBeCloseTo(
      -455.5556,
      3,
    )
  })
})

describe('corporate actions', () => {
  test.each(
    table(`
    held | paid at once | promised
    100  | dividend 63 USD | 63
    -100 | dividend -63 USD | -63
  `),
  )('a dividend on $held: booked on the ex-date, or promised until the pay date', (row) => {
    const dividend = { type: 'dividend', instrument: AAPL, date: '2018-02-09', amount: price('0.63') } as const // prettier-ignore
    const here = world({ actions: [dividend] })
    here.trade(aapl, row.held, '160')
    expect(bookings(here.advance(at('01:00', '2018-02-09')))).toEqual([row['paid at once']])
    const later = world({ actions: [{ ...dividend, payDate: '2018-02-15' }] })
    later.trade(aapl, row.held, '160')
    expect(bookings(later.advance(at('01:00', '2018-02-14')))).toEqual([])
    expect(format(later.account.standing(later.now()).accruedDividends)).toBe(row.promised)
    // Sold after the ex-date: the dividend stays.
    later.trade(aapl, String(-Number(row.held)), '159')
    expect(bookings(later.advance(at('01:00', '2018-02-15')))).toEqual([row['paid at once']])
    expect(format(later.account.standing(later.now()).accruedDividends)).toBe('0')
  })

  test('a new ticker takes over the position at its cost', () => {
    const here = world()
    here.trade(aapl, '100', '150', '1')
    here.controls.act({ type: 'ticker-change', instrument: AAPL, date: '2018-02-05', newInstrument: id('NEW.STK.USD') }) // prettier-ignore
    expect(here.account.positions(here.now())).toMatchObject([{ instrument: 'NEW.STK.USD', quantity: quantity('100'), averageCost: price('150.01') }]) // prettier-ignore
  })

  test('an action of a later day waits for its morning', () => {
    const here = world()
    here.trade(aapl, '100', '150')
    const action = { type: 'merger-cash', instrument: AAPL, date: '2018-02-07', amount: price('175') } as const // prettier-ignore
    expect(here.controls.act(action)).toEqual([])
    expect(bookings(here.advance(at('00:00', '2018-02-07')))).toEqual([
      'corporate-action 17500 USD',
    ])
    expect(here.account.positions(here.now())).toEqual([])
  })

  test('a split of options whose adjusted series is listed keeps their cost', () => {
    const adjusted: Option = { ...call, id: id('AAPL.OPT.20180316.C.40.USD'), strike: price('40') }
    const here = world({ instruments: [aapl, call, adjusted] })
    here.trade(aapl, '100', '160')
    here.trade(call, '2', '5')
    here.controls.act({ type: 'split', instrument: AAPL, date: '2018-02-05', ratio: 4 })
    expect(here.account.clearing.holdings().map(({ instrument, quantity: held, cost }) => `${format(held)} ${instrument.id} ${format(cost)}`)).toEqual(['8 AAPL.OPT.20180316.C.40.USD 1000', '400 AAPL.STK.USD 16000']) // prettier-ignore
  })
})

const ending = (right: 'C' | 'P', underlying = AAPL): Option => ({ ...call, id: id(`X.OPT.20180205.${right}.160.USD`), right, underlying, expiry: '2018-02-05' }) // prettier-ignore
const shown = (here: ReturnType<typeof world>) =>
  here.account.clearing.holdings().flatMap(({ instrument, quantity: held, cost, fees }) => held === 0n ? [] : [`${format(held)} ${instrument.symbol} for ${format(cost + fees)}`]) // prettier-ignore
  .join(' ') // prettier-ignore

describe('options at their end', () => {
  // Premium 4.00 a unit, paid or received, goes into the cost of what is delivered.
  test.each(
    table(`
    right | held | spot   | position              | cash
    C     | 1    | 165    | 100 AAPL for 16400    | 83600
    C     | 1    | 160.01 | 100 AAPL for 16400    | 83600
    C     | 1    | 160    |                       | 99600
    C     | -1   | 165    | -100 AAPL for -16400  | 116400
    P     | 1    | 155    | -100 AAPL for -15600  | 115600
    P     | -1   | 155    | 100 AAPL for 15600    | 84400
    P     | -1   | 165    |                       | 100400
  `),
  )('$held $right160 with the stock at $spot', ({ right, held, spot, position, cash }) => {
    const of = ending(right as 'C' | 'P')
    const here = world({ instruments: [aapl, of], marks: { [AAPL]: spot, [of.id]: '4' } })
    here.trade(of, held, '4')
    here.advance(at('16:19'))
    expect(here.account.clearing.held(of.id)).not.toBe(0n)
    here.advance(at('16:20'))
    expect([shown(here), usd(here)]).toEqual([position, cash])
  })

  test('an option on an index is settled in cash', () => {
    const of = ending('P', id('SPX.IND.USD'))
    const here = world({ instruments: [of], marks: { 'SPX.IND.USD': '150', [of.id]: '11' } })
    here.trade(of, '2', '7')
    expect(bookings(here.advance(at('16:20')))).toEqual(['option-settlement 2000 USD'])
    expect(usd(here)).toBe('100600')
  })

  test('a covered call that is assigned realises stock and premium together', () => {
    const of = ending('C')
    const here = world({ instruments: [aapl, of], marks: { [AAPL]: '170', [of.id]: '10' } })
    here.trade(aapl, '100', '150')
    here.trade(of, '-1', '4')
    here.advance(at('16:20'))
    expect([shown(here), usd(here)]).toEqual(['', '101400'])
    expect(format(here.account.realized(here.now()))).toBe('1400')
  })

  test('told to lapse, an option in the money ends worthless', () => {
    const of = ending('C')
    const here = world({ instruments: [aapl, of], marks: { [AAPL]: '170', [of.id]: '10' } })
    here.trade(of, '3', '4')
    const lapse = { instrument: of.id, contracts: quantity('1'), action: 'lapse', override: true } as const // prettier-ignore
    expect(here.house.exercise(lapse, here.now())).toBeUndefined()
    here.advance(at('16:20'))
    expect(shown(here)).toBe('200 AAPL for 32800')
  })

  test.each(
    table(`
    contracts | action   | override | spot | answer
    1         | exercise | no       | 170  | none
    1         | exercise | no       | 150  | out of the money
    1         | exercise | yes      | 150  | none
    1         | lapse    | no       | 170  | in the money
    3         | exercise | yes      | 170  | exceeds the long position
    0         | exercise | yes      | 170  | exceeds the long position
  `),
  )('a request to $action $contracts at $spot, override $override: $answer', (row) => {
    const here = world({ marks: { [AAPL]: row.spot, [call.id]: '4' } })
    here.trade(call, '2', '4')
    const request = { instrument: call.id, contracts: quantity(row.contracts), action: row.action as 'exercise' | 'lapse', override: row.override === 'yes' } // prettier-ignore
    const answer = here.house.exercise(request, here.now())
    expect(answer?.reason ?? 'none').toContain(row.answer)
    here.advance(at('17:00'))
    const exercised = row.action === 'exercise' && row.answer === 'none'
    expect(format(here.account.clearing.held(AAPL))).toBe(exercised ? '100' : '0')
  })

  const tomorrow = { type: 'dividend', instrument: AAPL, date: '2018-02-06', amount: price('2') } as const // prettier-ignore
  test.each(
    table(`
    right | spot | mark | chance | dividend | assigned
    C     | 200  | 40.5 | 1      | yes      | yes
    C     | 200  | 42.5 | 1      | yes      | no
    C     | 200  | 40.5 | 1      | no       | no
    C     | 200  | 40.5 | 0      | yes      | no
    C     | 150  | 0.5  | 1      | yes      | no
    P     | 100  | 60   | 1      | no       | yes
    P     | 100  | 61   | 1      | no       | no
  `),
  )(
    'a short $right160 at $mark with the stock at $spot, chance $chance: assigned early $assigned',
    (row) => {
      const of: Option = { ...call, right: row.right as 'C' | 'P' }
      const here = world({
        instruments: [aapl, of],
        marks: { [AAPL]: row.spot, [of.id]: row.mark },
        actions: row.dividend === 'yes' ? [tomorrow] : [],
        settings: { ...CALM, earlyAssignment: Number(row.chance) },
      })
      here.trade(of, '-1', '4')
      here.advance(at('17:00'))
      expect(here.account.clearing.held(of.id)).toBe(row.assigned === 'yes' ? 0n : quantity('-1'))
    },
  )
})

describe('futures', () => {
  test('the day’s gain is paid at the close, and the position goes on at the settlement price', () => {
    const here = world()
    here.trade(es, '2', '2690', '4')
    expect(bookings(here.advance(at('17:00')))).toEqual(['variation-margin 1000 USD'])
    expect(usd(here)).toBe('100996')
    here.mark(es.id, '2680.5')
    expect(bookings(here.advance(at('17:00', '2018-02-06')))).toEqual([
      'variation-margin -1950 USD',
    ])
    expect(here.account.positions(here.now())).toMatchObject([{ averageCost: price('134027'), unrealizedPnl: -4_000_000_000n }]) // prettier-ignore
  })

  test('on its last day a future is settled for good', () => {
    const last: Future = { ...es, expiry: '2018-02-05' }
    const here = world({ instruments: [last] })
    here.trade(last, '-1', '2710')
    expect(bookings(here.advance(at('17:00')))).toEqual(['variation-margin 500 USD'])
    expect([usd(here), here.account.positions(here.now())]).toEqual(['100500', []])
  })
})

describe('currencies', () => {
  test('a pair is shown at cost beside the cash it stands for', () => {
    const here = world()
    here.trade(euro, '20000', '1.24', '2')
    expect([usd(here), format(here.account.clearing.cash().get('EUR') ?? 0n)]).toEqual(['75198', '20000']) // prettier-ignore
    expect(here.account.positions(here.now())).toMatchObject([{ instrument: euro.id, quantity: quantity('20000'), averageCost: price('1.2401'), unrealizedPnl: 198_000_000_000n }]) // prettier-ignore
    expect(format(here.account.figures(here.now()).netLiquidation)).toBe('100198')
    // NFA: 2 % of a major's value.
    expect(format(here.account.figures(here.now()).initialMargin)).toBe('500')
  })

  test('a currency without a pair is worth its stated rate', () => {
    const here = world({ cash: { USD: '0', CHF: '1000' }, settings: { ...CALM, rates: new Map([['CHF', price('1.1')]]) } }) // prettier-ignore
    expect(format(here.account.figures(here.now()).netLiquidation)).toBe('1100')
  })
})

describe('the broker acts', () => {
  test('a deficiency is borne for the grace, then what frees most is closed, as much as it takes', () => {
    const here = world({ cash: { USD: '0' }, settings: { ...CALM, liquidation: { everyMs: 60_000, graceMs: 600_000 } } }) // prettier-ignore
    here.trade(aapl, '1000', '160')
    here.trade(stock('NEW'), '10', '20')
    here.controls.transfer('USD', 50_000_000_000_000n as never)
    here.advance(at('11:00'))
    expect(here.ordered).toEqual([])
    here.mark(AAPL, '140')
    here.advance(at('11:09'))
    expect(here.ordered).toEqual([])
    here.advance(at('11:11'))
    // Equity 30,000 against 35,050 to be kept: 5,050 and a twentieth, at 35.00 a share.
    expect(here.ordered[0]).toMatchObject({ instrument: AAPL, action: 'SELL', quantity: quantity('152'), owner: { clientId: -1, orderId: -1, orderRef: 'LIQUIDATION' } }) // prettier-ignore
    expect(here.ordered.every(({ instrument }) => instrument === AAPL)).toBe(true)
  })

  test('a short that cannot be borrowed any more is bought in, but not before its time', () => {
    const here = world()
    here.trade(aapl, '-300', '160')
    here.controls.setBorrowable(AAPL, quantity('100'))
    here.advance(at('11:29'))
    expect(here.ordered).toEqual([])
    here.advance(at('11:30'))
    expect(here.ordered).toMatchObject([{ instrument: AAPL, action: 'BUY', quantity: quantity('200'), owner: { orderRef: 'BUY-IN' } }]) // prettier-ignore
  })

  test('a recall that is taken back in time buys nothing in', () => {
    const here = world()
    here.trade(aapl, '-300', '160')
    here.controls.setBorrowable(AAPL, quantity('100'))
    here.controls.setBorrowable(AAPL, quantity('300'))
    here.advance(at('12:30'))
    expect(here.ordered).toEqual([])
  })

  test('a deposit is no profit', () => {
    const here = world()
    expect(bookings(here.controls.transfer('USD', 5_000_000_000n as never))).toEqual(['transfer 5 USD']) // prettier-ignore
    expect(format(here.house.transferredToday())).toBe('5')
    here.advance(at('00:00', '2018-02-06'))
    expect(here.house.transferredToday()).toBe(0n)
  })
})
