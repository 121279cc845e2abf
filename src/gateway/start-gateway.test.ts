import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openMarket } from '#gateway/market.ts'
import { GATEWAY_DEFAULTS, GatewayError, type GatewayOptions } from '#gateway/options.ts'
import { startGateway } from '#gateway/start-gateway.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import { quantity } from '#model/fixed.ts'
import { isoInstantOf } from '#model/time.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const UNIVERSE =
  'instrument,conId,sector,status\nAAPL,265598,Technology,active\nIBM,,Technology,halted\n'

describe('a gateway starts', () => {
  test('on the synthetic market, at ten in the morning of a session', async () => {
    const gateway = await startGateway(stepped({ universeFile: file('universe.csv', UNIVERSE) }))
    onTestFinished(() => gateway.close())
    expect(isoInstantOf(gateway.venueTime())).toBe('2026-01-05T15:00:00.000Z')
    expect(gateway).toMatchObject({ host: '127.0.0.1', account: 'DU1234567' })
    expect(gateway.port).toBeGreaterThan(0)
  })

  test('on the first session on or after the day that was asked for', async () => {
    const { startAt } = await openMarket(stepped({ from: '2018-01-13' }))
    expect(isoInstantOf(startAt)).toBe('2018-01-16T15:00:00.000Z')
  })

  test('with what the universe lists, some of it halted, conIds given where there are none', async () => {
    const options = stepped({ universeFile: file('universe.csv', UNIVERSE) })
    const { market, halted } = await openMarket(options)
    expect(market.instruments.map(({ id, conId }) => [id, conId])).toEqual([
      ['AAPL.STK.USD', 265598],
      ['IBM.STK.USD', 910000002],
    ])
    expect(halted).toEqual(['IBM.STK.USD'])
  })

  test('with as much to borrow as the universe says', async () => {
    const universe = 'instrument,borrowQuantity\nAAPL,1500\nIBM,\n'
    const { borrowable } = await openMarket(
      stepped({ universeFile: file('universe.csv', universe) }),
    )
    expect([...borrowable]).toEqual([['AAPL.STK.USD', quantity('1500')]])
  })

  test('with a margin loan that its positions cover', async () => {
    const options = stepped({
      cash: '-100',
      universeFile: file('universe.csv', UNIVERSE),
      positionsFile: file('positions.csv', 'instrument,quantity\nAAPL,100\n'),
    })
    const gateway = await startGateway(options)
    await expect(gateway.close()).resolves.toBeUndefined()
  })

  test('on a file of bars, with every symbol in it', async () => {
    const market = file('bars.csv', barsOf(['AAA', 'BBB'], '2018-01-02', '2018-03-01'))
    const opened = await openMarket(stepped({ market, from: '2018-02-05' }))
    expect(opened.market.kind).toBe('replay')
    expect(opened.market.instruments.map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB'])
    expect(isoInstantOf(opened.startAt)).toBe('2018-02-05T15:00:00.000Z')
  })
})

describe('a gateway does not start', () => {
  test.each<[string, () => Partial<GatewayOptions>, string]>([
    [
      'a live account',
      () => ({ account: 'U1234567' }),
      '--account: was "U1234567", expected a paper account',
    ],
    ['cash that is no amount', () => ({ cash: 'lots' }), '--cash: was "lots"'],
    [
      'a loan to an account that holds nothing',
      () => ({ cash: '-5' }),
      '--cash: was "-5", a margin loan that leaves the account worth -5 USD; expected less of a loan',
    ],
    [
      'a loan that is more than the positions are worth',
      () => ({
        cash: '-100000',
        universeFile: file('u.csv', UNIVERSE),
        positionsFile: file('p.csv', 'instrument,quantity\nAAPL,1\n'),
      }),
      '--cash: was "-100000", a margin loan that leaves',
    ],
    [
      'a loan to a cash account',
      () => ({ cash: 'USD=5000,EUR=-5', margin: 'cash' }),
      'expected 0 or more with --margin cash',
    ],
    ['a day that is none', () => ({ from: '2018-02-30' }), '--from: was "2018-02-30"'],
    [
      'a day outside the calendar',
      () => ({ from: '2031-01-01' }),
      'expected a day from 1997 to 2027',
    ],
    [
      'a universe that is not there',
      () => ({ universeFile: '/nowhere/u.csv' }),
      'cannot read /nowhere/u.csv',
    ],
    [
      'a universe with errors',
      () => ({ universeFile: file('u.csv', 'instrument,conId\nAAPL,minus\n') }),
      'u.csv:2',
    ],
    [
      'an option on what the universe does not list',
      () => ({ universeFile: file('u.csv', 'instrument\nAAPL.OPT.20260116.C.190.USD\n') }),
      'on AAPL.STK.USD, which it does not list',
    ],
    [
      'a future that nobody knows the end of',
      () => ({ universeFile: file('u.csv', 'instrument,exchange,multiplier\nXYZZ6.FUT.USD,CME,10\n') }), // prettier-ignore
      'u.csv expiry: was empty for XYZZ6.FUT.USD',
    ],
    [
      'a conId given twice',
      () => ({ universeFile: file('u.csv', 'instrument,conId\nAAPL,5\nIBM,5\n') }),
      'both have conId 5',
    ],
    [
      'a stock in another currency',
      () => ({ universeFile: file('u.csv', 'instrument\nSAP.STK.EUR\n') }),
      'SAP.STK.EUR is in EUR',
    ],
    [
      'positions with errors',
      () => ({ positionsFile: file('p.csv', 'instrument,quantity\nAAPL,0\n') }),
      'p.csv:2',
    ],
    [
      'a position that is not listed',
      () => ({ positionsFile: file('p.csv', 'instrument,quantity\nQQQQQQ,5\n') }),
      'QQQQQQ.STK.USD is not listed',
    ],
    [
      'bars that are not there',
      () => ({ market: '/nowhere/bars.csv', from: '2018-02-05' }),
      '/nowhere/bars.csv',
    ],
    [
      'a file of bars without a day',
      () => ({ market: file('b.csv', barsOf(['AAA'], '2018-01-02', '2018-03-01')) }),
      '--from: was ""',
    ],
    [
      'a day after the file’s last',
      () => ({
        market: file('b.csv', barsOf(['AAA'], '2018-01-02', '2018-03-01')),
        from: '2018-06-01',
      }),
      '--from: was "2018-06-01", expected a day from 2018-01-02 to 2018-03-01, which',
    ],
  ])('%s', async (_situation, options, words) => {
    const starting = startGateway(stepped(options()))
    await expect(starting).rejects.toThrow(words)
    await expect(starting).rejects.toBeInstanceOf(GatewayError)
  })
})

const stepped = (more: Partial<GatewayOptions>): GatewayOptions => ({
  ...GATEWAY_DEFAULTS,
  clock: 'stepped',
  ...more,
})

function file(name: string, text: string): string {
  const path = join(scratchFolder(), name)
  writeFileSync(path, text)
  return path
}

/** Flat bars at 100, a row a symbol and session. */
function barsOf(symbols: readonly string[], first: string, last: string): string {
  const rows = symbols.flatMap((symbol) =>
    tradingDays(first, last).map((date) => `${symbol},${date},100,101,99,100,1000000`),
  )
  return ['symbol,date,open,high,low,close,volume', ...rows, ''].join('\n')
}
