/**
 * The cash that an account starts with.
 *
 * Below zero it is a margin loan: a cash account has none, and what a margin account owes must be covered by what else
 * it holds at the start, for nobody lends to an account that is worth nothing.
 */
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { format, parse, type Currency, type Money } from '#model/fixed.ts'

/**
 * @returns by currency, each once
 * @throws GatewayError `bad-input` for what is no amount, and for a loan to a cash account
 */
export function cashOf(options: CashOptions): ReadonlyMap<Currency, Money<Currency>> {
  const { cash, baseCurrency, margin } = options
  const parts = cash.split(',').map((part) => part.split('='))
  const amounts = parts.map(([first = '', second]) =>
    second === undefined ? [baseCurrency, first] : [first, second],
  )
  const byCurrency = new Map(amounts.map(([currency = '', amount = '']) => [currency, amountOf(cash, currency, amount)])) // prettier-ignore
  if (byCurrency.size < amounts.length)
    throw new GatewayError('bad-input', `--cash: was "${cash}", expected each currency once`)
  if (margin === 'cash' && [...byCurrency.values()].some((amount) => amount < 0n))
    throw new GatewayError('bad-input', `--cash: was "${cash}", expected 0 or more with --margin cash: a cash account cannot borrow; take a margin account, such as --margin reg-t, for a loan`) // prettier-ignore
  return byCurrency
}

export type CashOptions = Pick<GatewayOptions, 'cash' | 'baseCurrency' | 'margin'>

/**
 * @param opened - the account as it starts, its positions valued
 * @throws GatewayError `bad-input` where it owes more than it holds
 */
export function checkLoan(options: CashOptions, opened: Pick<Exchange, 'cash' | 'margin'>): void {
  const isLent = [...opened.cash().values()].some((amount) => amount < 0n)
  const worth = opened.margin().netLiquidation
  if (!isLent || worth > 0n) return
  throw new GatewayError('bad-input', `--cash: was "${options.cash}", a margin loan that leaves the account worth ${format(worth)} ${options.baseCurrency}; expected less of a loan, or --positions that are worth more than it`) // prettier-ignore
}

function amountOf(cash: string, currency: string, amount: string): Money<Currency> {
  const nanos = /^[A-Z]{3}$/.test(currency) ? parse(amount) : undefined
  if (nanos === undefined)
    throw new GatewayError('bad-input', `--cash: was "${cash}", expected an amount such as 1000000, or amounts by currency such as USD=500000,EUR=20000`) // prettier-ignore
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decimal text becomes money here
  return nanos as Money<Currency>
}
