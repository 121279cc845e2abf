/** What of the cash has settled: payments that are agreed and not yet made, by the day they are. */
import { greater, minus, money, plus, type Currency, type Money } from '#model/fixed.ts'
import type { IsoDate } from '#model/time.ts'
import type { Instrument } from '#model/instrument.ts'
import { nextTradingDay } from '#marketdata/calendar.ts'
import { settlementLag } from '#schedules/settlement-cycles.ts'

export interface SettledCash {
  /**
   * A payment agreed today; `amount` is signed as the account sees it.
   *
   * @param instead - one agreed before that it takes the place of
   */
  owe(currency: Currency, amount: Money<Currency>, due: IsoDate, instead?: Money<Currency>): void
  /** Payments due up to and with that day are made. */
  settleUntil(date: IsoDate): void
  /** Agreed and not made yet, signed. */
  pending(currency: Currency): Money<Currency>
  /** Of those, what the account is to receive, ≥ 0: a cash account may not spend it. */
  incoming(currency: Currency): Money<Currency>
}

const ZERO: Money<Currency> = money('0', 'USD')

export function settledCash(): SettledCash {
  /** By currency and day: what comes and what goes. */
  const due = new Map<Currency, Map<IsoDate, { readonly comes: Money<Currency>; readonly net: Money<Currency> }>>() // prettier-ignore
  const sum = (currency: Currency, of: 'comes' | 'net') =>
    [...(due.get(currency)?.values() ?? [])].reduce((total, row) => plus(total, row[of]), ZERO)
  return {
    owe: (currency, amount, date, instead = ZERO) => {
      const days = due.get(currency) ?? new Map()
      due.set(currency, days)
      const row = days.get(date) ?? { comes: ZERO, net: ZERO }
      const comes = minus(greater(amount, ZERO), greater(instead, ZERO))
      days.set(date, { comes: plus(row.comes, comes), net: plus(row.net, minus(amount, instead)) })
    },
    settleUntil: (date) => {
      for (const days of due.values())
        for (const day of days.keys()) if (day <= date) days.delete(day)
    },
    pending: (currency) => sum(currency, 'net'),
    incoming: (currency) => sum(currency, 'comes'),
  }
}

/** The business day a trade of a date settles on. */
export function settlementDate(
  of: Pick<Instrument, 'assetClass' | 'symbol' | 'currency'>,
  traded: IsoDate,
): IsoDate {
  let date = traded
  for (let left = settlementLag(of, traded); left > 0; left--) date = nextTradingDay(date)
  return date
}
