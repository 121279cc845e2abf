/** The account at the start: holdings at their cost, and what they were worth at the last close. */
import { fractionOf, notional, price, type Currency, type Money } from '#model/fixed.ts'
import { invariant } from '#model/invariant.ts'
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { Holding } from '#exchange/clearing/holdings.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'

/** Positions at the cost given, else at the mark of the start. */
export function openingHoldings(
  settings: Pick<ExchangeSettings, 'positions' | 'startAt'>,
  board: QuoteBoard,
): readonly Pick<Holding, 'instrument' | 'quantity' | 'cost'>[] {
  return settings.positions.map(({ instrument: id, quantity, averageCost }) => {
    const instrument = board.instrument(id)
    invariant(instrument !== undefined, `the position in ${id} is in a listed instrument`)
    const mark = board.mark(id, settings.startAt) ?? price('0')
    const unit = averageCost ?? fractionOf(mark, instrument.multiplier, 1n)
    const cost = notional(quantity, unit, { multiplier: 1n, currency: instrument.currency })
    return { instrument, quantity, cost }
  })
}

/** Net liquidation at the close before the day of the start: what the day's profit is counted from. */
export function worthAtLastClose(
  settings: Pick<ExchangeSettings, 'startAt'>,
  account: AccountDesk,
): Money<Currency> {
  const midnight = newYorkInstant(newYorkDate(settings.startAt), 0)
  return account.figures(midnight).netLiquidation
}

/** @throws InvariantError when a currency of the account or of an instrument has no price in the base currency */
export function checkCurrencies(
  settings: Pick<ExchangeSettings, 'cash' | 'market' | 'baseCurrency' | 'clearing'>,
): void {
  const { cash, market, baseCurrency, clearing } = settings
  const pairs = new Set(
    market.instruments.flatMap((of) =>
      of.assetClass === 'CASH'
        ? [`${of.symbol}.${of.currency}`, `${of.currency}.${of.symbol}`]
        : [],
    ),
  )
  const needed = [...cash.keys(), ...market.instruments.map(({ currency }) => currency)]
  const missing = needed.find((code) => code !== baseCurrency && !pairs.has(`${code}.${baseCurrency}`) && clearing?.rates.has(code) !== true) // prettier-ignore
  invariant(missing === undefined, `${missing ?? ''}.CASH.${baseCurrency} is listed: a currency needs a pair`) // prettier-ignore
}
