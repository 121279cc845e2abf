import { existsSync, readFileSync } from 'node:fs'
import { SecType } from '@stoqey/ib'
import { describe, expect, test } from 'vitest'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { accountFiguresFrom, positionFrom, SUMMARY_TAGS } from '#brokers/ibkr/translate-account.ts'
import type { SummaryRow } from '#tws/account-queries.ts'

const ACCOUNT = 'DU1234567' as AccountId

const row = (tag: string, value: string, currency = 'USD', account: string = ACCOUNT) => ({ account, tag, value, currency }) // prettier-ignore
const FIGURES: readonly SummaryRow[] = SUMMARY_TAGS.map((tag, i) => row(tag, `${i + 1}000.25`))

describe('the figures of an account', () => {
  test('are exact, in the base currency, cash by currency', () => {
    const cash = [
      row('CashBalance', '-12.345678', 'EUR'),
      row('CashBalance', '500.5', 'USD'),
      row('CashBalance', '487.1', 'BASE'),
    ]
    const figures = accountFiguresFrom([...FIGURES, ...cash], ACCOUNT)
    expect(figures).toEqual({
      ok: true,
      value: {
        baseCurrency: 'USD',
        margin: {
          netLiquidation: money('1000.25', 'USD'),
          equityWithLoan: money('2000.25', 'USD'),
          grossPositionValue: money('3000.25', 'USD'),
          initialMargin: money('4000.25', 'USD'),
          maintenanceMargin: money('5000.25', 'USD'),
          availableFunds: money('6000.25', 'USD'),
          excessLiquidity: money('7000.25', 'USD'),
          buyingPower: money('8000.25', 'USD'),
        },
        cash: [
          { currency: 'EUR', amount: money('-12.345678', 'EUR') },
          { currency: 'USD', amount: money('500.5', 'USD') },
        ],
      },
    })
  })

  test('always have a row of base currency cash', () => {
    const figures = accountFiguresFrom([...FIGURES, row('CashBalance', '0', 'BASE')], ACCOUNT)
    expect(figures.ok && figures.value.cash).toEqual([{ currency: 'USD', amount: 0n }])
  })

  // Stocks 300 beside the cash; the ledger's own sum says whether the futures' 7.5 are in the cash.
  test.each([
    ['beside the cash', '807.5', '7.5', [{ currency: 'USD', amount: money('7.5', 'USD') }]],
    ['in the cash', '800', '7.5', undefined],
    ['none', '800', '0.00', undefined],
  ])("futures' open profit: %s", (_what, worth, profit, expected) => {
    const ledger = [
      row('CashBalance', '500'),
      row('FuturesPNL', profit),
      row('FuturesPNL', profit, 'BASE'),
      row('NetLiquidationByCurrency', worth),
      row('StockMarketValue', '300'),
    ]
    const figures = accountFiguresFrom([...FIGURES, ...ledger], ACCOUNT)
    expect(figures.ok && figures.value.futuresProfit).toEqual(expected)
  })

  test('without the cash ledger are not whole: no word of cash is not a word of no cash', () => {
    const figures = accountFiguresFrom(FIGURES, ACCOUNT)
    expect(figures).toEqual({ ok: false, error: 'account summary: CashBalance is missing' })
  })

  test('of another account are not ours', () => {
    const theirs = FIGURES.map(({ tag }) => row(tag, '9', 'USD', 'DU7654321'))
    const ours = [...FIGURES, row('CashBalance', '500.5')]
    expect(accountFiguresFrom([...theirs, ...ours], ACCOUNT)).toEqual(accountFiguresFrom(ours, ACCOUNT)) // prettier-ignore
    expect(accountFiguresFrom(theirs, ACCOUNT)).toEqual({ ok: false, error: 'the account summary has no NetLiquidation of DU1234567' }) // prettier-ignore
  })

  test('that are not whole are an error that names all that is wrong', () => {
    const broken = FIGURES.filter(({ tag }) => tag !== 'BuyingPower').map((one) =>
      one.tag === 'MaintMarginReq' ? { ...one, value: 'n/a' } : one,
    )
    expect(accountFiguresFrom(broken, ACCOUNT)).toEqual({
      ok: false,
      error: 'account summary: MaintMarginReq is "n/a", BuyingPower is missing',
    })
  })

  const captured = '../shared/data/ibkr/account_values.json'
  test.skipIf(!existsSync(captured))(`of a real account in AUD (${captured})`, () => {
    const values = JSON.parse(readFileSync(captured, 'utf8')) as SummaryRow[]
    const figures = accountFiguresFrom([...values, row('GrossPositionValue', '0.00', 'AUD')], ACCOUNT) // prettier-ignore
    expect(figures).toMatchObject({
      ok: true,
      value: {
        baseCurrency: 'AUD',
        margin: { netLiquidation: money('1000000.24', 'AUD') },
        cash: [
          { currency: 'AUD', amount: money('-100000.79', 'AUD') },
          { currency: 'EUR', amount: money('429.72', 'EUR') },
          { currency: 'USD', amount: money('100000.27', 'USD') },
        ],
      },
    })
  })
})

describe('a position', () => {
  const contract = { conId: 265598, symbol: 'AAPL', secType: SecType.STK, currency: 'USD' }

  test('is signed and exact', () => {
    expect(
      positionFrom({ account: ACCOUNT, contract, quantity: -150, averageCost: 101.255 }),
    ).toEqual({
      // prettier-ignore
      instrument: 'AAPL.STK.USD',
      conId: 265598,
      quantity: quantity('-150'),
      averageCost: price('101.255'),
      currency: 'USD',
    })
  })

  test('of a size that TWS did not write is an error, not a flat one', () => {
    const held = { account: ACCOUNT, contract, quantity: undefined, averageCost: 0 }
    expect(() => positionFrom(held)).toThrow('the size of AAPL.STK.USD was not written')
  })

  test('closed today still has a row, and is none', () => {
    expect(
      positionFrom({ account: ACCOUNT, contract, quantity: 0, averageCost: 0 }),
    ).toBeUndefined()
  })

  test('of a currency pair is none: the money is in the cash ledger', () => {
    const pair = { conId: 12087792, symbol: 'EUR', secType: SecType.CASH, currency: 'USD' }
    const held = { account: ACCOUNT, contract: pair, quantity: 20_000, averageCost: 1.09 }
    expect(positionFrom(held)).toBeUndefined()
  })

  test('in what we do not trade is told by its contract id', () => {
    const crypto = { conId: 479624278, symbol: 'BTC', secType: SecType.CRYPTO, currency: 'USD' }
    expect(
      positionFrom({
        account: ACCOUNT,
        contract: crypto,
        quantity: 1.24115341,
        averageCost: 37950.0114333,
      }),
    ).toMatchObject({
      // prettier-ignore
      instrument: 'C479624278.CRYPTO.USD',
      quantity: quantity('1.24115341'),
    })
  })
})
