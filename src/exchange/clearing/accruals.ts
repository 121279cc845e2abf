/**
 * What the account earns and owes by the day: interest on cash and loans, interest on the collateral of shorts,
 * borrow fees; and dividends between the ex-date and the day they are paid.
 *
 * Interest and fees accrue for every calendar day and are booked, to the cent, on the third business day of the
 * next month; what rounding leaves goes on accruing.
 */
import { minus, money, negate, plus, roundTo, type Currency, type Money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { tradingDays } from '#marketdata/calendar.ts'
import type { IsoDate } from '#model/time.ts'
import {
  IBKR_PRO_INTEREST,
  benchmarkOn,
  dailyInterest,
  dailyShortCredit,
  type BenchmarkRates,
} from '#schedules/interest.ts'

/** One currency at the end of a day. */
export interface DayBalance {
  readonly currency: Currency
  /** Settled, signed; short proceeds in it. */
  readonly settled: Money<Currency>
  /** Collateral of what is short, ≥ 0. */
  readonly shortCollateral: Money<Currency>
  /** Fees of the day for borrowed units, ≥ 0. */
  readonly borrowFee: Money<Currency>
}

export interface Dividend {
  readonly instrument: InstrumentId
  readonly currency: Currency
  /** Paid to a long, by a short. */
  readonly amount: Money<Currency>
  readonly payDate: IsoDate
}

type Accrual = 'interest' | 'borrow-fee'

export interface Accruals {
  /** @param benchmarks - undefined: no interest */
  accrue(date: IsoDate, balances: readonly DayBalance[], benchmarks: BenchmarkRates | undefined): void // prettier-ignore
  /** What is booked on a day, and no longer accrued. */
  due(date: IsoDate): readonly { readonly kind: Accrual; readonly currency: Currency; readonly amount: Money<Currency> }[] // prettier-ignore
  promise(dividend: Dividend): void
  /** Dividends to be paid on a day or before, and no longer promised. */
  payable(date: IsoDate): readonly Dividend[]
  /** Interest and fees accrued and not booked, by currency, signed. */
  accrued(): ReadonlyMap<Currency, Money<Currency>>
  /** Dividends promised and not paid, by currency, signed. */
  promised(): ReadonlyMap<Currency, Money<Currency>>
}

const ZERO: Money<Currency> = money('0', 'USD')
const CENT = 10_000_000n
/** Business days into a month on which the last one's interest is booked. */
const POSTING_DAY = 3

export function accruals(): Accruals {
  /** By month, kind and currency. */
  const months = new Map<string, Map<Accrual, Map<Currency, Money<Currency>>>>()
  let dividends: readonly Dividend[] = []
  const add = (month: string, kind: Accrual, currency: Currency, amount: Money<Currency>) => {
    if (amount === 0n) return
    const kinds = months.get(month) ?? new Map<Accrual, Map<Currency, Money<Currency>>>()
    months.set(month, kinds)
    const sums = kinds.get(kind) ?? new Map<Currency, Money<Currency>>()
    kinds.set(kind, sums)
    sums.set(currency, plus(sums.get(currency) ?? ZERO, amount))
  }
  return {
    accrue: (date, balances, benchmarks) => {
      const month = date.slice(0, 7)
      for (const balance of balances) {
        if (benchmarks !== undefined)
          add(month, 'interest', balance.currency, interestOf(balance, date, benchmarks))
        add(month, 'borrow-fee', balance.currency, negate(balance.borrowFee))
      }
    },
    due: (date) => {
      const month = date.slice(0, 7)
      if (tradingDays(`${month}-01`, date).length < POSTING_DAY) return []
      const past = [...months].filter(([of]) => of < month)
      for (const [of] of past) months.delete(of)
      return past.flatMap(([, kinds]) =>
        [...kinds].flatMap(([kind, sums]) =>
          [...sums].flatMap(([currency, amount]) => {
            const booked = roundTo(amount, CENT, 'half-even')
            add(month, kind, currency, minus(amount, booked))
            return booked === 0n ? [] : [{ kind, currency, amount: booked }]
          }),
        ),
      )
    },
    promise: (dividend) => {
      dividends = [...dividends, dividend]
    },
    payable: (date) => {
      const paid = dividends.filter(({ payDate }) => payDate <= date)
      dividends = dividends.filter(({ payDate }) => payDate > date)
      return paid
    },
    accrued: () => {
      const sums = new Map<Currency, Money<Currency>>()
      for (const kinds of months.values())
        for (const amounts of kinds.values())
          for (const [currency, amount] of amounts)
            sums.set(currency, plus(sums.get(currency) ?? ZERO, amount))
      return sums
    },
    promised: () => {
      const sums = new Map<Currency, Money<Currency>>()
      for (const { currency, amount } of dividends)
        sums.set(currency, plus(sums.get(currency) ?? ZERO, amount))
      return sums
    },
  }
}

/** Cash beside the collateral of shorts earns or owes; the collateral earns by its own tiers. */
function interestOf(
  { currency, settled, shortCollateral }: DayBalance,
  date: IsoDate,
  benchmarks: BenchmarkRates,
): Money<Currency> {
  const schedule = IBKR_PRO_INTEREST[currency] ?? IBKR_PRO_INTEREST['USD']
  if (schedule === undefined) return ZERO
  const benchmark = benchmarkOn(currency, date, benchmarks)
  const cash = dailyInterest(minus(settled, shortCollateral), benchmark, schedule)
  return plus(cash, dailyShortCredit(shortCollateral, benchmark, schedule))
}
