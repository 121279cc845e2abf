/**
 * IBKR Pro, tiered pricing: the broker's own charge by what was traded this month, and beside it what exchanges,
 * the clearing house and the regulators charge, passed through.
 *
 * Tiers are marginal: an order that crosses a tier's edge is charged by both. Minimum and maximum hold for
 * the broker's part of the order alone. An exchange's fee may be negative: who added liquidity is paid.
 *
 * Sources: interactivebrokers.com, "Commissions" (stocks and ETFs, options, futures, spot currencies; United
 * States, IBKR Pro, tiered), as published in 2024, with its worked comparison "Stock and ETF Fixed vs. Tiered
 * Pricing Comparison Examples" (of 2023) in the test. Exchange fees of stocks differ by venue and by month;
 * the rows here are Nasdaq's of that comparison.
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
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { commissionScheduleOf, orderCommission } from '#schedules/commissions.ts'
import { clearingFee, exchangeFee, isMicro, regulatoryFees } from '#schedules/pass-through-fees.ts'

/** A tier of the month's volume: units for stocks, options and futures, US dollars of value for forex. */
interface Tier {
  /** More than this much was traded in the month before the unit. */
  readonly above: Quantity
  /** By the price of the unit, sorted by `from`: dollars a unit, or for forex millionths of value. */
  readonly charges: readonly { readonly from: Price; readonly charge: Price }[]
}

export interface TieredSchedule {
  readonly name: string
  readonly tiers: readonly Tier[]
  readonly minimum: Money<Currency>
  /** Of the trade's value, in millionths; undefined where there is none. */
  readonly maximumMillionths: bigint | undefined
  readonly source: string
  readonly asOf: IsoDate
}

const flat = (above: string, charge: string): Tier => ({
  above: quantity(above),
  charges: [{ from: price('0'), charge: price(charge) }],
})
/** An option tier: below 0.05, from 0.05, from 0.10 of premium. */
const byPremium = (above: string, low: string, middle: string, high: string): Tier => ({
  above: quantity(above),
  charges: [
    { from: price('0'), charge: price(low) },
    { from: price('0.05'), charge: price(middle) },
    { from: price('0.1'), charge: price(high) },
  ],
})
const NOTHING: Money<Currency> = money('0', 'USD')
const SITE = 'interactivebrokers.com, Commissions'

/** The broker's part, by what it is for. */
export const IBKR_PRO_TIERED = {
  usStocks: {
    name: 'US stocks and ETFs: 0.0035 to 0.0005 a share, at least 0.35, at most 1 % of trade value',
    tiers: [
      flat('0', '0.0035'),
      flat('300000', '0.002'),
      flat('3000000', '0.0015'),
      flat('20000000', '0.001'),
      flat('100000000', '0.0005'),
    ],
    minimum: money('0.35', 'USD'),
    maximumMillionths: 10_000n,
    source: `${SITE}: Stocks, United States, IBKR Pro tiered`,
    asOf: '2024-01-01',
  },
  usOptions: {
    name: 'US options: 0.15 to 0.65 a contract by premium and month, at least 1.00',
    tiers: [
      byPremium('0', '0.25', '0.5', '0.65'),
      byPremium('10000', '0.25', '0.5', '0.5'),
      byPremium('50000', '0.25', '0.25', '0.25'),
      byPremium('100000', '0.15', '0.15', '0.15'),
    ],
    minimum: money('1', 'USD'),
    maximumMillionths: undefined,
    source: `${SITE}: Options, United States, IBKR Pro tiered`,
    asOf: '2024-01-01',
  },
  usFutures: {
    name: 'US futures: 0.85 to 0.25 a contract',
    tiers: [flat('0', '0.85'), flat('1000', '0.65'), flat('10000', '0.45'), flat('20000', '0.25')],
    minimum: NOTHING,
    maximumMillionths: undefined,
    source: `${SITE}: Futures and FOPs, United States, tiered`,
    asOf: '2024-01-01',
  },
  usMicroFutures: {
    name: 'US micro E-mini futures: 0.25 to 0.10 a contract',
    tiers: [flat('0', '0.25'), flat('1000', '0.2'), flat('10000', '0.15'), flat('20000', '0.1')],
    minimum: NOTHING,
    maximumMillionths: undefined,
    source: `${SITE}: Futures and FOPs, E-mini Micro, tiered`,
    asOf: '2024-01-01',
  },
} as const satisfies Readonly<Record<string, TieredSchedule>>

/** Spot currencies: the tier fixes rate and minimum for the whole order. */
export const IBKR_FOREX_TIERS = [
  { above: money('0', 'USD'), millionths: 20n, minimum: money('2', 'USD') },
  { above: money('1000000000', 'USD'), millionths: 15n, minimum: money('1.5', 'USD') },
  { above: money('2000000000', 'USD'), millionths: 10n, minimum: money('1.25', 'USD') },
  { above: money('5000000000', 'USD'), millionths: 8n, minimum: money('1', 'USD') },
] as const

/** What an order has filled so far, and what came before it. */
export interface ChargedOrder {
  readonly instrument: Pick<Instrument, 'assetClass' | 'symbol'>
  readonly side: 'buy' | 'sell'
  readonly filled: Quantity
  /** Of the filled units, those that added liquidity. */
  readonly added: Quantity
  /** Σ|notional| of the fills in dollars. */
  readonly value: Money<Currency>
  readonly averagePrice: Price
  /** Traded in the class this month before the order: units, forex: dollars of value. */
  readonly monthVolume: Quantity
  readonly date: IsoDate
}

/** In dollars; the broker's part ≥ 0, the exchange's may be negative. */
export interface Charges {
  readonly broker: Money<Currency>
  readonly exchange: Money<Currency>
  readonly clearing: Money<Currency>
  readonly regulatory: Money<Currency>
  readonly total: Money<Currency>
}

/** `fixed` with `passThrough` is what the broker's statement shows; without, what its price list promises. */
export interface CommissionPlan {
  readonly pricing: 'fixed' | 'tiered'
  /** Whether third-party fees are charged on top. */
  readonly passThrough: boolean
}

export const FIXED_PLAN: CommissionPlan = { pricing: 'fixed', passThrough: false }

/**
 * Everything an order costs so far.
 *
 */
export function chargesOf(order: ChargedOrder, plan: CommissionPlan): Charges {
  const broker = brokerPart(order, plan.pricing)
  if (!plan.passThrough || order.filled === 0n) return summed(broker, NOTHING, NOTHING, NOTHING)
  const isFixedStock = plan.pricing === 'fixed' && order.instrument.assetClass === 'STK'
  // A fixed price for stocks includes the exchange and the clearing house, not the regulators.
  const exchange = isFixedStock ? NOTHING : exchangeFee(order)
  const clearing = isFixedStock ? NOTHING : clearingFee(order)
  return summed(broker, exchange, clearing, regulatoryFees(order, isFixedStock ? NOTHING : broker))
}

const summed = (
  broker: Money<Currency>,
  exchange: Money<Currency>,
  clearing: Money<Currency>,
  regulatory: Money<Currency>,
): Charges => ({
  broker,
  exchange,
  clearing,
  regulatory,
  total: plus(plus(broker, exchange), plus(clearing, regulatory)),
})

function brokerPart(order: ChargedOrder, pricing: CommissionPlan['pricing']): Money<Currency> {
  const { instrument, filled, value, averagePrice } = order
  if (filled === 0n) return NOTHING
  if (pricing === 'fixed')
    return orderCommission(commissionScheduleOf(instrument), filled, value, averagePrice)
  if (instrument.assetClass === 'CASH') return forexCharge(order)
  return tieredCharge(tieredScheduleOf(instrument, instrument.assetClass), order)
}

function forexCharge({ value, monthVolume }: ChargedOrder): Money<Currency> {
  const traded: bigint = monthVolume
  const tier = IBKR_FOREX_TIERS.findLast(({ above }) => above <= traded) ?? IBKR_FOREX_TIERS[0]
  return greater(fractionOf(value, tier.millionths, MILLION), tier.minimum)
}

const BY_CLASS: Readonly<Record<Exclude<AssetClass, 'CASH'>, TieredSchedule>> = {
  STK: IBKR_PRO_TIERED.usStocks,
  OPT: IBKR_PRO_TIERED.usOptions,
  FUT: IBKR_PRO_TIERED.usFutures,
}

const tieredScheduleOf = (
  of: ChargedOrder['instrument'],
  assetClass: Exclude<AssetClass, 'CASH'>,
): TieredSchedule => (isMicro(of) ? IBKR_PRO_TIERED.usMicroFutures : BY_CLASS[assetClass])

/** Σ over the tiers that the order's units fall into, within minimum and maximum. */
function tieredCharge(schedule: TieredSchedule, order: ChargedOrder): Money<Currency> {
  const { filled, value, averagePrice, monthVolume } = order
  const end = plus(monthVolume, filled)
  let total = NOTHING
  for (const [i, tier] of schedule.tiers.entries()) {
    const until = lesser(schedule.tiers[i + 1]?.above ?? end, end)
    const units = minus(until, greater(tier.above, monthVolume))
    if (units > 0n) total = plus(total, notional(units, chargeAt(tier, averagePrice), DOLLARS))
  }
  const atLeast = greater(total, schedule.minimum)
  if (schedule.maximumMillionths === undefined) return atLeast
  return lesser(atLeast, fractionOf(value, schedule.maximumMillionths, MILLION))
}

const chargeAt = (tier: Tier, at: Price): Price =>
  tier.charges.findLast(({ from }) => from <= magnitude(at))?.charge ?? price('0')

const DOLLARS = { multiplier: 1n, currency: 'USD' } as const
const MILLION = 1_000_000n
