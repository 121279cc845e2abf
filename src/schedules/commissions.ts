/**
 * IBKR Pro, fixed pricing: what the broker charges for an order.
 *
 * A minimum and a maximum hold for the *order*, so a fill's commission is the order's commission
 * with it less the order's without it; `orderCommission` is therefore a function of everything that
 * filled so far. It grows with every fill, but where a charge goes by the price of the unit (options):
 * there a cheap fill may bring the average into a cheaper tier, and whoever charges gives nothing back.
 *
 * Sources: interactivebrokers.com, "Commissions" (stocks and ETFs, options, futures, spot
 * currencies; United States, IBKR Pro, fixed, lowest monthly volume), as published in 2024–2026.
 *
 * Not charged here: what is passed through on top of the fixed price, which is a dated table of its own
 * (`pass-through-fees.ts`), and tiered pricing (`tiered-commissions.ts`).
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  money,
  notional,
  plus,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import { isMicro } from '#schedules/pass-through-fees.ts'

export interface CommissionSchedule {
  readonly name: string
  /** Currency of `perUnit`, `minimum` and of the charge. */
  readonly currency: Currency
  /** Per share, contract; by the price of the unit, sorted by `from`, the last that is ≤ it holds. */
  readonly perUnit: readonly { readonly from: Price; readonly charge: Price }[]
  /** Of the trade's value, in millionths: 20 is 0.2 bp. */
  readonly valueMillionths: bigint
  /** Per order. */
  readonly minimum: Money<Currency>
  /** Of the trade's value, in millionths; undefined where there is none. Beats the minimum. */
  readonly maximumMillionths: bigint | undefined
  readonly source: string
}

const NONE = money('0', 'USD')
const flat = (charge: string) => [{ from: price('0'), charge: price(charge) }]

/** The schedules by what they are for. */
export const IBKR_PRO_FIXED = {
  usStocks: {
    name: 'US stocks and ETFs: 0.005 a share, at least 1.00, at most 1 % of trade value',
    currency: 'USD',
    perUnit: flat('0.005'),
    valueMillionths: 0n,
    minimum: money('1', 'USD'),
    maximumMillionths: 10_000n,
    source: 'interactivebrokers.com, Commissions: Stocks, United States, IBKR Pro fixed',
  },
  usOptions: {
    name: 'US options: 0.25 to 0.65 a contract by premium, at least 1.00',
    currency: 'USD',
    perUnit: [
      { from: price('0'), charge: price('0.25') },
      { from: price('0.05'), charge: price('0.5') },
      { from: price('0.1'), charge: price('0.65') },
    ],
    valueMillionths: 0n,
    minimum: money('1', 'USD'),
    maximumMillionths: undefined,
    source: 'interactivebrokers.com, Commissions: Options, United States, ≤ 10,000 a month',
  },
  usFutures: {
    name: 'US futures: 0.85 a contract',
    currency: 'USD',
    perUnit: flat('0.85'),
    valueMillionths: 0n,
    minimum: NONE,
    maximumMillionths: undefined,
    source: 'interactivebrokers.com, Commissions: Futures and FOPs, United States, fixed',
  },
  usMicroFutures: {
    name: 'US micro E-mini futures: 0.25 a contract',
    currency: 'USD',
    perUnit: flat('0.25'),
    valueMillionths: 0n,
    minimum: NONE,
    maximumMillionths: undefined,
    source: 'interactivebrokers.com, Commissions: Futures and FOPs, E-mini Micro, fixed',
  },
  forex: {
    name: 'Spot currencies: 0.20 bp of trade value, at least 2.00',
    currency: 'USD',
    perUnit: flat('0'),
    valueMillionths: 20n,
    minimum: money('2', 'USD'),
    maximumMillionths: undefined,
    source: 'interactivebrokers.com, Commissions: Spot currencies, ≤ 1 bn USD a month',
  },
} as const satisfies Readonly<Record<string, CommissionSchedule>>

const BY_ASSET_CLASS: Readonly<Record<AssetClass, CommissionSchedule>> = {
  STK: IBKR_PRO_FIXED.usStocks,
  OPT: IBKR_PRO_FIXED.usOptions,
  FUT: IBKR_PRO_FIXED.usFutures,
  CASH: IBKR_PRO_FIXED.forex,
}

/** The schedule that holds for an instrument. */
export function commissionScheduleOf(
  of: Pick<Instrument, 'assetClass' | 'symbol'>,
): CommissionSchedule {
  return isMicro(of) ? IBKR_PRO_FIXED.usMicroFutures : BY_ASSET_CLASS[of.assetClass]
}

/**
 * Commission of an order so far: min(max(Σ per unit + value share, minimum), maximum).
 *
 * @param filled - units filled so far, unsigned
 * @param value - Σ|notional| of those fills in the schedule's currency, ≥ 0
 * @param averagePrice - of those fills: picks the charge per unit
 * @returns ≥ 0, 0 when nothing filled
 *
 * @example
 * // 100 shares at 20.00: 0.005 × 100 is below the minimum of 1.00
 * orderCommission(IBKR_PRO_FIXED.usStocks, quantity('100'), money('2000', 'USD'), price('20')) // => money('1', 'USD')
 */
export function orderCommission(
  schedule: CommissionSchedule,
  filled: Quantity,
  value: Money<Currency>,
  averagePrice: Price,
): Money<Currency> {
  if (filled === 0n) return NONE
  const tier = schedule.perUnit.findLast(({ from }) => from <= magnitude(averagePrice))
  const charge = tier?.charge ?? price('0')
  const perUnit = notional(filled, charge, { multiplier: 1n, currency: schedule.currency })
  const ofValue = fractionOf(value, schedule.valueMillionths, MILLION)
  const atLeast = greater(plus(perUnit, ofValue), schedule.minimum)
  if (schedule.maximumMillionths === undefined) return atLeast
  return lesser(atLeast, fractionOf(value, schedule.maximumMillionths, MILLION))
}

const MILLION = 1_000_000n
