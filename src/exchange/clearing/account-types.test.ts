import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import type { Option } from '#model/instrument.ts'
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { table } from '#test/support/table.ts'
import {
  AAPL,
  IBM,
  at,
  days,
  executionsIn,
  future,
  id,
  option,
  order,
  refusalIn,
  stock,
  types,
  venue,
  type VenueChanges,
} from '#test/support/venue.ts'

const put: Option = { ...(option as Option), id: id('AAPL.OPT.20180316.P.150.USD'), right: 'P', strike: price('150') } // prettier-ignore
const BARS = new Map([[AAPL, days(160)], [IBM, days(150)], [option.id, days(4)], [put.id, days(1.5)], [future.id, days(2700)]]) // prettier-ignore
const open = (clearing: Partial<ClearingSettings>, changes: VenueChanges = {}): Exchange =>
  venue({
    instruments: [stock('AAPL'), stock('IBM'), option, put, future],
    bars: BARS,
    clearing: { ...REG_T_ACCOUNT, interest: undefined, borrowFees: false, ...clearing },
    ...changes,
  })
const held = (instrument: string, units: string) => ({ instrument: id(instrument), quantity: quantity(units) }) // prettier-ignore

describe('a cash account', () => {
  test.each(
    table(`
    cash   | held              | order                                 | answer
    10000  | -                 | BUY 50 AAPL.STK.USD                   | none
    10000  | -                 | BUY 70 AAPL.STK.USD                   | Settled cash [10000.00 USD], needed [112
    10000  | -                 | SELL 1 AAPL.STK.USD                   | Short sales are not allowed
    10000  | 50 AAPL.STK.USD   | SELL 60 AAPL.STK.USD                  | Short sales are not allowed
    10000  | 50 AAPL.STK.USD   | SELL 50 AAPL.STK.USD                  | none
    10000  | -                 | SELL 1 AAPL.OPT.20180316.C.160.USD    | Uncovered options are not allowed
    10000  | 100 AAPL.STK.USD  | SELL 1 AAPL.OPT.20180316.C.160.USD    | none
    10000  | 100 AAPL.STK.USD  | SELL 2 AAPL.OPT.20180316.C.160.USD    | Uncovered options are not allowed
    15000  | -                 | SELL 1 AAPL.OPT.20180316.P.150.USD    | none
    14000  | -                 | SELL 1 AAPL.OPT.20180316.P.150.USD    | MUST EXCEED THE INITIAL MARGIN [15000.00
    1000   | -                 | BUY 2 AAPL.OPT.20180316.C.160.USD     | none
    1000   | -                 | BUY 3 AAPL.OPT.20180316.C.160.USD     | Settled cash
  `),
  )('$cash and $held: $order → $answer', (row) => {
    const [action = '', units = '', name = ''] = row.order.split(' ')
    const positions = row.held === '-' ? [] : [held(row.held.split(' ')[1] ?? '', row.held.split(' ')[0] ?? '')] // prettier-ignore
    const exchange = open({ margin: 'cash' }, { cash: row.cash, positions })
    const answer = refusalIn(exchange.place(order(action as 'BUY' | 'SELL', units, { instrument: id(name) }))) // prettier-ignore
    expect(answer).toContain(row.answer)
  })

  test('proceeds cannot be spent before they settle, two business days later', () => {
    const exchange = open({ margin: 'cash' }, { cash: '0', positions: [held(AAPL, '100')] })
    expect(executionsIn(exchange.place(order('SELL', '100')))).not.toEqual([])
    const again = () => refusalIn(exchange.place(order('BUY', '50', { instrument: IBM })))
    expect(again()).toContain('Settled cash [0.00 USD]')
    exchange.advance(at('10:30', '2018-02-06'))
    expect(again()).toContain('201 ')
    exchange.advance(at('10:30', '2018-02-07'))
    expect(again()).toBe('none')
    expect(exchange.audit()).toEqual([])
  })

  test('what working orders will take cannot be spent twice', () => {
    const exchange = open({ margin: 'cash' }, { cash: '10000' })
    const bid = () => exchange.place(order('BUY', '40', { limitPrice: price('150') }))
    expect(types(bid())).toEqual(['OrderAccepted'])
    expect(refusalIn(bid())).toContain('Settled cash [3999.00 USD], needed [6001.00')
    exchange.cancelAll()
    expect(types(bid())).toEqual(['OrderAccepted'])
  })
})

describe('a portfolio margin account', () => {
  test('stock needs 15 %, and 10 % more to open', () => {
    const exchange = open({ margin: 'portfolio' }, { cash: '0', positions: [held(AAPL, '1000')] })
    const { initialMargin, maintenanceMargin, equityWithLoan } = exchange.margin()
    expect([initialMargin, maintenanceMargin, equityWithLoan].map((figure) => format(figure))).toEqual(['26400', '24000', '160000']) // prettier-ignore
  })

  test('below 100,000 it only reduces', () => {
    const exchange = open(
      { margin: 'portfolio' },
      { cash: '10000', positions: [held(AAPL, '500')] },
    )
    expect(refusalIn(exchange.place(order('BUY', '1')))).toContain('minimum for portfolio margin')
    expect(types(exchange.place(order('SELL', '10')))[0]).toBe('OrderAccepted')
  })
})

test('by class rates a future needs 5 % of what it stands for', () => {
  const exchange = open({ margin: 'class-rates' }, { cash: '100000', positions: [held(future.id, '2')] }) // prettier-ignore
  const { initialMargin, maintenanceMargin } = exchange.margin()
  expect([format(initialMargin), format(maintenanceMargin)]).toEqual(['13500', '12150'])
})

const buyAndSell = (exchange: Exchange, times: number) => {
  for (let i = 0; i < times; i++) {
    exchange.place(order('BUY', '1'))
    exchange.place(order('SELL', '1'))
  }
}

describe('day trading', () => {
  test('an account below 25,000 makes three day trades in five days, and opens no fourth', () => {
    const exchange = open({ dayTrading: true }, { cash: '20000' })
    expect(exchange.standing().dayTradesRemaining).toBe(3)
    buyAndSell(exchange, 3)
    expect(exchange.standing().dayTradesRemaining).toBe(0)
    expect(refusalIn(exchange.place(order('BUY', '1')))).toContain('201 Order rejected - reason:Potential Pattern Day Trade.') // prettier-ignore
    expect(refusalIn(exchange.place(order('BUY', '1', { instrument: future.id, quantity: quantity('1') })))).toBe('none') // prettier-ignore
    exchange.advance(at('10:30', '2018-02-09'))
    expect(refusalIn(exchange.place(order('BUY', '1')))).toContain('Potential Pattern')
    exchange.advance(at('10:30', '2018-02-12'))
    expect(refusalIn(exchange.place(order('BUY', '1')))).toBe('none')
  })

  test('what was held overnight may be sold, in parts, and is no day trade', () => {
    const exchange = open({ dayTrading: true }, { cash: '10000', positions: [held(AAPL, '20')] })
    for (let i = 0; i < 5; i++) exchange.place(order('SELL', '2'))
    expect(exchange.standing().dayTradesRemaining).toBe(3)
    exchange.place(order('BUY', '5'))
    exchange.place(order('SELL', '2'))
    exchange.place(order('SELL', '2'))
    expect(exchange.standing().dayTradesRemaining).toBe(2)
  })

  test('with 25,000 there is no limit, and four times the funds until a quarter to four', () => {
    const exchange = open({ dayTrading: true }, { cash: '30000' })
    buyAndSell(exchange, 5)
    expect(exchange.standing().dayTradesRemaining).toBe(-1)
    const power = () => Number(exchange.margin().buyingPower) / Number(exchange.margin().availableFunds) // prettier-ignore
    expect(power()).toBe(4)
    exchange.advance(at('15:45'))
    expect(power()).toBe(2)
  })

  test('intraday a future may need half of its bond', () => {
    const exchange = open({ intradayFutures: true }, { positions: [held(future.id, '1')] })
    expect(format(exchange.margin().initialMargin)).toBe('5940')
    exchange.advance(at('15:50'))
    expect(format(exchange.margin().initialMargin)).toBe('11880')
  })
})

describe('options held against one another', () => {
  test('selling the stock under a written call, or the long leg of a spread, is checked like an opening', () => {
    const covered = open({}, { cash: '0', positions: [held(AAPL, '100'), held(option.id, '-1')] })
    expect(refusalIn(covered.place(order('BUY', '1', { instrument: option.id })))).toBe('none')
    const margined = open(
      {},
      { cash: '-8000', positions: [held(AAPL, '100'), held(option.id, '-1')] },
    )
    // Sold, it would leave 8,000 against a naked call: 3,600.
    expect(refusalIn(margined.place(order('SELL', '100')))).toBe('none')
    const spread: Option = { ...(option as Option), id: id('AAPL.OPT.20180316.C.165.USD'), strike: price('165') } // prettier-ignore
    const vertical = venue({
      instruments: [stock('AAPL'), option, spread],
      bars: new Map([[AAPL, days(160)], [option.id, days(4)], [spread.id, days(2)]]), // prettier-ignore
      cash: '1000',
      positions: [held(spread.id, '1'), held(option.id, '-1')],
    })
    expect(format(vertical.margin().initialMargin)).toBe('500')
    expect(refusalIn(vertical.place(order('SELL', '1', { instrument: spread.id })))).toContain('MUST EXCEED THE INITIAL MARGIN [3600.00 USD]') // prettier-ignore
  })
})

describe('borrowing', () => {
  test('a finite quantity can be sold short, the rest waits until there is more', () => {
    const exchange = open({ borrowable: new Map([[AAPL, quantity('100')]]) }, { cash: '1000000' })
    expect(types(exchange.place(order('SELL', '60')))[0]).toBe('OrderAccepted')
    const waiting = exchange.place(order('SELL', '60'))
    expect([types(waiting)[0], refusalIn(waiting)]).toEqual(['OrderHeld', expect.stringContaining('404 ')]) // prettier-ignore
    const released = exchange.controls.setBorrowable(AAPL, quantity('200'))
    expect(types(released)).toContain('Traded')
  })

  test('sales that rest side by side may not sell more than is lent, but those of one group may', () => {
    const lent = { borrowable: new Map([[AAPL, quantity('100')]]) }
    const far = { limitPrice: price('900'), orderType: 'LMT', timeInForce: 'GTC' } as const
    const exchange = open(lent, { cash: '1000000' })
    expect(types(exchange.place(order('SELL', '60', far)))[0]).toBe('OrderAccepted')
    expect(refusalIn(exchange.place(order('SELL', '60', far)))).toContain('404 ')

    const grouped = open(lent, { cash: '1000000' })
    const oca = { name: 'exit', type: 1 } as const
    expect(types(grouped.place(order('SELL', '60', { ...far, oca })))[0]).toBe('OrderAccepted')
    expect(types(grouped.place(order('SELL', '60', { ...far, oca })))[0]).toBe('OrderAccepted')
  })

  test('the broker buys in what was recalled, and its execution belongs to nobody', () => {
    const exchange = open({ buyInMs: 60_000 }, { positions: [held(AAPL, '-50')] })
    exchange.controls.setBorrowable(AAPL, quantity('10'))
    const [bought] = executionsIn(exchange.advance(at('10:32')))
    expect(bought).toMatchObject({ side: 'BOT', quantity: quantity('40'), isLiquidation: true, owner: { clientId: -1, orderId: -1 } }) // prettier-ignore
  })
})

test('a position that is closed by command twice, or has a sale of it waiting, is not closed twice', () => {
  const exchange = open({}, { positions: [held(AAPL, '50')], startAt: at('20:30') })
  exchange.place(order('SELL', '50'))
  exchange.controls.liquidate(AAPL)
  exchange.controls.liquidate(AAPL)
  exchange.advance(at('10:00', '2018-02-06'))
  expect(exchange.positions()).toEqual([])
})

test('orders for options end when what they are on is split, whether any are held or not', () => {
  const exchange = open({})
  exchange.place(order('BUY', '1', { instrument: option.id, limitPrice: price('1'), timeInForce: 'GTC' })) // prettier-ignore
  const events = exchange.controls.act({ type: 'split', instrument: AAPL, date: '2018-02-05', ratio: 4 }) // prettier-ignore
  expect(types(events)).toEqual(['CorporateActionTaken', 'OrderCanceled'])
})

test('by command the broker closes a position, and says so on the execution', () => {
  const exchange = open({}, { positions: [held(AAPL, '50')] })
  const sold = executionsIn(exchange.controls.liquidate(AAPL))
  expect(sold.length).toBeGreaterThan(0)
  expect(sold.every(({ isLiquidation }) => isLiquidation === true)).toBe(true)
  expect(exchange.positions()).toEqual([])
})

test('a deficient account is brought back above its maintenance margin', () => {
  const falling = [...days(160)].map((bar) => (bar.date < '2018-02-06' ? bar : { ...bar, open: 100, high: 100, low: 100, close: 100 })) // prettier-ignore
  const exchange = open({ liquidation: { everyMs: 60_000, graceMs: 300_000 } }, { cash: '-78000', positions: [held(AAPL, '1000')], bars: new Map([...BARS, [AAPL, falling]]) }) // prettier-ignore
  exchange.place(order('BUY', '10', { limitPrice: price('90'), timeInForce: 'GTC' }))
  const events = exchange.advance(at('10:30', '2018-02-06'))
  expect(executionsIn(events).every(({ isLiquidation }) => isLiquidation === true)).toBe(true)
  expect(types(events)).toContain('OrderCanceled')
  expect(exchange.margin().excessLiquidity).toBeGreaterThan(0n)
  const left = Number(format(exchange.positions()[0]?.quantity ?? 0n))
  expect(left).toBeGreaterThan(800)
  expect(left).toBeLessThan(900)
  expect(exchange.audit()).toEqual([])
})

test('a margin reject says how it ends', () => {
  for (const marginRejectsAs of ['Inactive', 'Cancelled'] as const) {
    const events = open({ marginRejectsAs }, { cash: '100' }).place(order('BUY', '100'))
    expect(events[0]).toMatchObject({ type: 'OrderRejected', refusal: { endsAs: marginRejectsAs } })
  }
})

test('tiered pricing with pass-through is charged by the month and by who took liquidity', () => {
  const exchange = open({ commissions: { pricing: 'tiered', passThrough: true } })
  const total = (units: string) => executionsIn(exchange.place(order('BUY', units))).reduce((sum, { commission }) => sum + commission, 0n) // prettier-ignore
  // 100 × (0.0035 + 0.003 + 0.0002), and 0.000735 of the commission to NYSE and FINRA.
  expect(format(total('100'))).toBe('0.67025725')
})

test('who looks at the account, and how often, changes nothing in it', () => {
  const moving = new Map([...BARS, [AAPL, days(160, 3)], [IBM, days(150, 2)]])
  const flow = (looks: boolean) => {
    const exchange = open({}, { bars: moving, cash: '50000', positions: [held(AAPL, '300')] })
    const refused: string[] = []
    for (let i = 0; i < 60; i++) {
      const instrument = [AAPL, IBM, option.id, put.id, future.id][i % 5] ?? AAPL
      refused.push(refusalIn(exchange.place(order(i % 3 === 0 ? 'SELL' : 'BUY', String(1 + (i % 4)), { instrument })))) // prettier-ignore
      if (looks) exchange.margin()
      exchange.advance(exchange.now + 437 * (1 + (i % 7)))
      if (looks) exchange.positions()
    }
    return { refused, margin: exchange.margin(), cash: exchange.cash(), audit: exchange.audit() }
  }
  const [seen, unseen] = [flow(true), flow(false)]
  expect(seen).toEqual(unseen)
  expect(seen.audit).toEqual([])
  expect(new Set(seen.refused).size).toBeGreaterThan(1)
})
