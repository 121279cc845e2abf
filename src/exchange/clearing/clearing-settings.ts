/** How the clearing broker treats an account: its type, its rules, its rates; every one has a default. */
import { price, quantity, type Currency, type Price, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { MINUTE_MS, SECOND_MS } from '#model/time.ts'
import { BENCHMARK_RATES, type BenchmarkRates } from '#schedules/interest.ts'
import type { MarginPreset } from '#schedules/margin-presets.ts'
import { FIXED_PLAN, type CommissionPlan } from '#schedules/tiered-commissions.ts'

export interface ClearingSettings {
  readonly margin: MarginPreset
  /** A margin reject is an order that ends `Inactive` or `Cancelled`, as versions of TWS differ. */
  readonly marginRejectsAs: 'Inactive' | 'Cancelled'
  readonly commissions: CommissionPlan
  /** Four times the funds intraday for accounts of 25,000 and more, and the day-trading restriction below. */
  readonly dayTrading: boolean
  /** Half a future's performance bond while its session runs. */
  readonly intradayFutures: boolean
  /** Accrues and posts interest by these benchmarks; undefined: nothing is charged or paid. */
  readonly interest: BenchmarkRates | undefined
  readonly borrowFees: boolean
  /** Units that can be borrowed of a name; without a row an average day's volume of a shortable name, none of another. */
  readonly borrowable: ReadonlyMap<InstrumentId, Quantity>
  /** Base currency per unit, for currencies of which no pair is listed. */
  readonly rates: ReadonlyMap<Currency, Price>
  /** How long values stand before they are marked anew, milliseconds of venue time. */
  readonly remarkMs: number
  /** How often the broker looks for a deficiency, and how long it may last; undefined: it never liquidates. */
  readonly liquidation: { readonly everyMs: number; readonly graceMs: number } | undefined
  /** Chance that a short option is assigned early on a day when exercising it pays, 0 to 1. */
  readonly earlyAssignment: number
  /** How long after a recall a short that cannot be borrowed any more is bought in. */
  readonly buyInMs: number
}

/** A Reg T margin account at IBKR's published terms. */
export const REG_T_ACCOUNT: ClearingSettings = {
  margin: 'reg-t',
  marginRejectsAs: 'Inactive',
  commissions: FIXED_PLAN,
  dayTrading: false,
  intradayFutures: false,
  interest: BENCHMARK_RATES,
  borrowFees: true,
  borrowable: new Map(),
  rates: new Map(),
  remarkMs: SECOND_MS,
  liquidation: { everyMs: MINUTE_MS, graceMs: 10 * MINUTE_MS },
  earlyAssignment: 0,
  buyInMs: 60 * MINUTE_MS,
}

/** Any number. */
export const UNLIMITED: Quantity = quantity('1000000000000')

/** The rate of the base currency itself. */
export const ONE_TO_ONE: Price = price('1')
