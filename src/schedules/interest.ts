/**
 * What the broker pays on cash and on short proceeds, and charges on loans: a benchmark and a spread by tier.
 *
 * Interest of a day = Σ over tiers (balance in the tier × (benchmark ± spread) / days of the year). A benchmark
 * below zero counts as zero when it is charged for, and no rate that is paid falls below zero. Accrues by
 * calendar day on settled balances, and is posted once a month.
 *
 * Sources: interactivebrokers.com, "Margin Rates", "Interest Rates" and "Interest Charged Examples" (IBKR
 * Pro, 2023–2024; its worked examples are the test); benchmarks: the middle of the FOMC's target range (Federal
 * Reserve, "Open Market Operations"), the ECB's deposit facility rate, the Bank of England's Bank Rate: each
 * within a few basis points of the overnight rates that the broker names. Day counts are the money markets'.
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  money,
  negate,
  plus,
  type Currency,
  type Money,
} from '#model/fixed.ts'
import type { IsoDate } from '#model/time.ts'

/** Spreads in basis points against the benchmark; `above` in the balance's currency. */
export interface InterestTier {
  readonly above: Money<Currency>
  readonly spreadBps: bigint
}

export interface InterestSchedule {
  /** Charged on what is borrowed: benchmark + spread. */
  readonly debit: readonly InterestTier[]
  /** Paid on cash: benchmark − spread; the first tier earns nothing. */
  readonly credit: readonly InterestTier[]
  /** Paid on the collateral of short stock: benchmark − spread; the first tier earns nothing. */
  readonly shortCredit: readonly InterestTier[]
  /** Days of a year: 360 or 365. */
  readonly dayCount: bigint
}

/** A tier that earns nothing, whatever the benchmark. */
const NOTHING_BPS = 1_000_000n

const tiers = (...rows: readonly (readonly [above: string, spreadBps: bigint])[]): readonly InterestTier[] =>
  rows.map(([above, spreadBps]) => ({ above: money(above, 'USD'), spreadBps })) // prettier-ignore

/** @param edges - where the tiers of a loan begin; @param free - cash that earns nothing */
const schedule = (
  edges: readonly [string, string, string, string],
  free: string,
  dayCount: bigint,
): InterestSchedule => ({
  debit: tiers(['0', 150n], [edges[0], 100n], [edges[1], 75n], [edges[2], 50n], [edges[3], 150n]),
  credit: tiers(['0', NOTHING_BPS], [free, 50n]),
  shortCredit: tiers(['0', NOTHING_BPS], [edges[0], 125n], [edges[1], 50n], [String(3 * Number(edges[1])), 25n]), // prettier-ignore
  dayCount,
})

/** By currency; one without a row follows the dollar's tiers. */
export const IBKR_PRO_INTEREST: Readonly<Record<Currency, InterestSchedule>> = {
  USD: schedule(['100000', '1000000', '50000000', '200000000'], '10000', 360n),
  EUR: schedule(['90000', '900000', '45000000', '180000000'], '10000', 360n),
  GBP: schedule(['80000', '800000', '38000000', '150000000'], '8000', 365n),
  CHF: schedule(['90000', '900000', '45000000', '180000000'], '10000', 360n),
  CAD: schedule(['130000', '1300000', '65000000', '260000000'], '13000', 365n),
  AUD: schedule(['140000', '1400000', '70000000', '280000000'], '14000', 365n),
  JPY: schedule(['11000000', '114000000', '5700000000', '22800000000'], '5000000', 365n),
  HKD: schedule(['780000', '7800000', '390000000', '1600000000'], '78000', 365n),
}

/** Benchmark rates in hundredths of a basis point, from a day on; sorted. */
export type BenchmarkRates = Readonly<
  Record<Currency, readonly (readonly [since: IsoDate, rate: bigint])[]>
>

const percent = (text: string): bigint => money(text, 'USD') / 100_000n
const rates = (text: string) =>
  text
    .trim()
    .split(/\s+/)
    .map((row) => {
      const [since = '', rate = '0'] = row.split('=')
      return [since, percent(rate)] as const
    })

/** Per cent a year from each day on. */
export const BENCHMARK_RATES: BenchmarkRates = {
  USD: rates(`
    2008-12-16=0.125 2015-12-17=0.375 2016-12-15=0.625 2017-03-16=0.875 2017-06-15=1.125 2017-12-14=1.375
    2018-03-22=1.625 2018-06-14=1.875 2018-09-27=2.125 2018-12-20=2.375 2019-08-01=2.125 2019-09-19=1.875
    2019-10-31=1.625 2020-03-04=1.125 2020-03-16=0.125 2022-03-17=0.375 2022-05-05=0.875 2022-06-16=1.625
    2022-07-28=2.375 2022-09-22=3.125 2022-11-03=3.875 2022-12-15=4.375 2023-02-02=4.625 2023-03-23=4.875
    2023-05-04=5.125 2023-07-27=5.375 2024-09-19=4.875 2024-11-08=4.625 2024-12-19=4.375 2025-09-18=4.125
    2025-10-30=3.875 2025-12-11=3.625`),
  EUR: rates(`
    2013-11-13=0 2014-06-11=-0.1 2014-09-10=-0.2 2015-12-09=-0.3 2016-03-16=-0.4 2019-09-18=-0.5
    2022-07-27=0 2022-09-14=0.75 2022-11-02=1.5 2022-12-21=2 2023-02-08=2.5 2023-03-22=3 2023-05-10=3.25
    2023-06-21=3.5 2023-08-02=3.75 2023-09-20=4 2024-06-12=3.75 2024-09-18=3.5 2024-10-23=3.25
    2024-12-18=3 2025-02-05=2.75 2025-03-12=2.5 2025-04-23=2.25 2025-06-11=2`),
  GBP: rates(`
    2009-03-05=0.5 2016-08-04=0.25 2017-11-02=0.5 2018-08-02=0.75 2020-03-11=0.25 2020-03-19=0.1
    2021-12-16=0.25 2022-02-03=0.5 2022-03-17=0.75 2022-05-05=1 2022-06-16=1.25 2022-08-04=1.75
    2022-09-22=2.25 2022-11-03=3 2022-12-15=3.5 2023-02-02=4 2023-03-23=4.25 2023-05-11=4.5
    2023-06-22=5 2023-08-03=5.25 2024-08-01=5 2024-11-07=4.75 2025-02-06=4.5 2025-05-08=4.25
    2025-08-07=4`),
}

/** The benchmark of a day in hundredths of a basis point; 0 where the table does not reach. */
export function benchmarkOn(currency: Currency, date: IsoDate, table = BENCHMARK_RATES): bigint {
  return table[currency]?.findLast(([since]) => since <= date)?.[1] ?? 0n
}

/**
 * One day's interest on a balance: charged (< 0) on what is borrowed, paid (≥ 0) on what is kept.
 *
 * @param balance - settled cash without the collateral of short stock, signed
 * @param benchmark - hundredths of a basis point a year, may be below zero
 *
 * @example
 * // IBKR: 600,000 USD borrowed at a benchmark of 5.32 % cost 106.72 a day
 * Number(dailyInterest(money('-600000', 'USD'), 53_200n, IBKR_PRO_INTEREST.USD)) / 1e9 // => -106.72 ± 0.01
 */
export function dailyInterest(
  balance: Money<Currency>,
  benchmark: bigint,
  { debit, credit, dayCount }: InterestSchedule,
): Money<Currency> {
  if (balance >= 0n) return paid(balance, benchmark, credit, dayCount)
  const base = benchmark > 0n ? benchmark : 0n
  const charged = byTiers(magnitude(balance), debit, ({ spreadBps }) => base + spreadBps * 100n)
  return negate(fractionOf(charged, 1n, dayCount))
}

/** One day's interest on the collateral of short stock, ≥ 0. */
export const dailyShortCredit = (
  collateral: Money<Currency>,
  benchmark: bigint,
  { shortCredit, dayCount }: InterestSchedule,
): Money<Currency> => paid(collateral, benchmark, shortCredit, dayCount)

function paid(
  balance: Money<Currency>,
  benchmark: bigint,
  tiersOf: readonly InterestTier[],
  dayCount: bigint,
): Money<Currency> {
  const annual = byTiers(balance, tiersOf, ({ spreadBps }) => {
    const rate = benchmark - spreadBps * 100n
    return rate > 0n ? rate : 0n
  })
  return fractionOf(annual, 1n, dayCount)
}

/** A year's interest: each tier's part of the balance at its own rate, in hundredths of a basis point. */
function byTiers(
  balance: Money<Currency>,
  tiersOf: readonly InterestTier[],
  rateOf: (tier: InterestTier) => bigint,
): Money<Currency> {
  let annual = ZERO
  for (const [i, tier] of tiersOf.entries()) {
    const until = lesser(tiersOf[i + 1]?.above ?? balance, balance)
    const within = greater(minus(until, tier.above), ZERO)
    annual = plus(annual, fractionOf(within, rateOf(tier), 1_000_000n))
  }
  return annual
}

const ZERO: Money<Currency> = money('0', 'USD')
