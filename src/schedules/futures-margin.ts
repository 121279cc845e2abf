/**
 * Margin of futures the SPAN way, by commodity: the loss of the net position over the price scan range, and a
 * charge for each long month that offsets a short one, which do not move quite together.
 *
 * scan risk = |Σ contracts over months| × price scan range; inter-month charge = spreads × share × price scan
 * range, spreads = min(Σ long, Σ short). Maintenance is the sum, initial 110 % of it for those who are
 * not members.
 *
 * Sources: CME Group, "CME SPAN Methodology" (scan risk, intra-commodity spread charge); performance bonds as
 * recorded in QuantConnect/Lean Data/future (Apache-2.0), the last of each root to February 2022. The share is
 * ours: CME's advisories of those years set calendar spreads of liquid months between a twentieth and a fifth of
 * the outright.
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  money,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Future } from '#model/instrument.ts'
import type { MarginRequirement } from '#schedules/margin.ts'

/** Dollars a contract [initial, maintenance] and the day they came into force. */
export const PERFORMANCE_BONDS: Readonly<
  Record<string, readonly [initial: string, maintenance: string, since: string]>
> = {
  ES: ['11880', '10800', '2022-01-21'],
  MES: ['1188', '1080', '2022-01-21'],
  NQ: ['16500', '15000', '2022-01-21'],
  MNQ: ['1650', '1500', '2022-01-21'],
  RTY: ['6050', '5500', '2022-01-07'],
  M2K: ['605', '550', '2022-01-07'],
  YM: ['8800', '8000', '2022-01-21'],
  MYM: ['880', '800', '2022-01-21'],
  EMD: ['13750', '12500', '2022-01-21'],
  NKD: ['7150', '6500', '2022-01-21'],
  VX: ['12000', '9600', '1990-01-01'],
  CL: ['7480', '6800', '2022-02-07'],
  NG: ['8250', '7500', '2022-02-07'],
  RB: ['7700', '7000', '2022-02-07'],
  HO: ['7700', '7000', '2022-02-07'],
  GC: ['6600', '6000', '2022-01-21'],
  MGC: ['660', '600', '2022-01-21'],
  SI: ['10450', '9500', '2022-01-05'],
  HG: ['5500', '5000', '2022-01-21'],
  PL: ['3575', '3250', '2021-12-17'],
  PA: ['22550', '20500', '2021-12-17'],
  ZT: ['869', '790', '2022-02-11'],
  ZF: ['1018', '925', '2021-11-30'],
  ZN: ['1650', '1500', '2021-11-12'],
  TN: ['2695', '2450', '2021-11-30'],
  ZB: ['3850', '3500', '2021-05-27'],
  UB: ['7150', '6500', '2021-05-27'],
  ZC: ['1678', '1525', '2021-10-20'],
  ZS: ['3355', '3050', '2022-02-03'],
  ZW: ['2365', '2150', '2022-01-27'],
  ZL: ['2365', '2150', '2021-11-03'],
  ZM: ['2530', '2300', '2022-02-03'],
  LE: ['1540', '1400', '2021-12-14'],
  HE: ['2090', '1900', '2021-08-23'],
  GF: ['2723', '2475', '2021-12-14'],
  '6A': ['1595', '1450', '2022-01-21'],
  '6B': ['2365', '2150', '2021-04-30'],
  '6C': ['1485', '1350', '2022-01-21'],
  '6E': ['2420', '2200', '2021-04-16'],
  '6J': ['2750', '2500', '2021-12-17'],
  '6M': ['1430', '1300', '2022-01-21'],
  '6N': ['1540', '1400', '2022-01-21'],
  '6S': ['3850', '3500', '2021-12-17'],
  M6E: ['242', '220', '2021-04-16'],
}

/** A root without a row is charged this share of its notional: above any index future of the table. */
export const UNLISTED_FUTURE_BPS = 1500n

/** What one inter-month spread is charged, of an outright's maintenance. */
export const INTER_MONTH_BPS = 1000n

/** One month of a commodity. */
export interface FutureLeg {
  readonly of: Pick<Future, 'symbol' | 'multiplier' | 'currency'>
  /** Contracts, signed. */
  readonly held: Quantity
  readonly at: Price
}

/** What a root's months need together. @param legs - of one root, at least one */
export function scanRisk(legs: readonly FutureLeg[]): MarginRequirement {
  const [first] = legs
  if (first === undefined) return { initial: ZERO, maintenance: ZERO }
  let [long, short] = [NONE, NONE]
  for (const { held } of legs)
    if (held > 0n) long = plus(long, held)
    else short = plus(short, magnitude(held))
  const spreads = lesser(long, short)
  const outright = bondOf(first, minus(greater(long, short), spreads))
  const charge = bondOf(first, spreads)
  return {
    initial: plus(outright.initial, fractionOf(charge.initial, INTER_MONTH_BPS, 10_000n)),
    maintenance: plus(
      outright.maintenance,
      fractionOf(charge.maintenance, INTER_MONTH_BPS, 10_000n),
    ),
  }
}

/** The performance bond of so many contracts outright. @param contracts - ≥ 0 */
function bondOf({ of, at }: FutureLeg, contracts: Quantity): MarginRequirement {
  const row = PERFORMANCE_BONDS[of.symbol]
  if (row === undefined) {
    const value = magnitude(notional(contracts, at, of))
    const needed = fractionOf(value, UNLISTED_FUTURE_BPS, 10_000n)
    return { initial: needed, maintenance: needed }
  }
  const unit = { multiplier: 1n, currency: of.currency }
  const [initial, maintenance] = row
  return {
    initial: notional(contracts, price(initial), unit),
    maintenance: notional(contracts, price(maintenance), unit),
  }
}

const ZERO: Money<Currency> = money('0', 'USD')
const NONE = quantity('0')
