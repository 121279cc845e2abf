/**
 * What a simulated IB Gateway is started with, and what its starter holds afterwards.
 *
 * The command line fills `GatewayOptions` (its defaults are `GATEWAY_DEFAULTS`); `start-gateway.ts`
 * turns them into a listening server.
 */
import type { MarginPreset } from '#schedules/margin-presets.ts'
import type { PacingMode } from '#gateway/sessions/pacing.ts'
import type { EpochMs } from '#model/time.ts'

export interface GatewayOptions {
  /** Address to listen on; anything but loopback exposes an unauthenticated trading port. */
  readonly host: string
  /** TCP port; 0 takes a free one (see `RunningGateway.port`). */
  readonly port: number
  /** The one account it manages, `DU…` or `DF…`. */
  readonly account: string
  /** Whole number ≥ 0: the same seed, market and calls give the same venue. */
  readonly seed: number
  /**
   * `synthetic`, perhaps with terms (`synthetic-terms.ts`), or the path of a market file (Parquet or CSV), or several
   * parted by commas: daily bars, and bars, trades and quotes within the day.
   */
  readonly market: string
  /**
   * Venue time starts at 10:00 New York of the first session on or after this day; with a time, `2013-10-07T09:30`,
   * then, in New York. A file of daily bars needs it; where it is absent the synthetic market starts on 2026-01-05, and
   * what was recorded within the day on its first day.
   */
  readonly from?: string
  /** IANA's zone of the times in files within the day that name none. */
  readonly marketZone?: string
  /** Path of corporate actions: our own table, or LEAN's factor files. */
  readonly actionsFile?: string
  /** Starting cash: an amount of the base currency such as `1000000`, or by currency, `USD=500000,EUR=20000`. */
  readonly cash: string
  /** What our trading does to prices: `none`, or coefficients such as `permanent=0.5,half-life=30s`. */
  readonly impact?: string
  /** Price bands and trading pauses; absent: in a synthetic market, and not over recorded bars. */
  readonly volatilityHalts?: 'on' | 'off'
  /** How margin is asked for; `reg-t` where absent. */
  readonly margin?: MarginPreset
  /** IBKR Pro's price plan; `fixed` where absent. */
  readonly commissions?: 'fixed' | 'tiered'
  /** What an order that lacks margin ends as (201); `Inactive` where absent. */
  readonly marginRejects?: 'Inactive' | 'Cancelled'
  /** Four times the funds and half of futures' margins in the session, and the pattern-day-trader rule. */
  readonly dayTrading?: boolean
  /** Chance that a short option whose exercise pays is assigned overnight, 0 to 1; 0 where absent. */
  readonly earlyAssignment?: number
  /** ISO 4217. */
  readonly baseCurrency: string
  /** Path of a positions CSV. */
  readonly positionsFile?: string
  /** Path of a universe CSV: what is listed, and which names are halted. Absent: what the market holds. */
  readonly universeFile?: string
  /**
   * What becomes of more than 50 messages a second: `throttle` is TWS's way, `reject` answers 100. Absent:
   * `throttle`, but `off` with the stepped clock, whose time stands still while clients write.
   */
  readonly pacing?: PacingMode
  /** The client id that hears of every client's orders, as TWS's "Master API client ID". Absent: none. */
  readonly masterClientId?: number | undefined
  /** What the account hears live: `all`, `none`, or a list such as `STK,CME,OPT=part`; everything where absent. */
  readonly marketDataSubscriptions?: string
  /** Market data lines of all clients together; 100 where absent. */
  readonly marketDataLines?: number
  /** Path of a folder of fundamental reports, or of a JSON file of them; without it they are refused with 430. */
  readonly fundamentals?: string
  /** Whether history and single ticks asked for too often are refused (162, 420); `off` where absent. */
  readonly dataPacing?: 'off' | 'ibkr'
  /** Orders are refused with 321. */
  readonly readOnly: boolean
  /** Minutes after midnight in New York: IBKR's nightly reset, IB Gateway's own restart. Absent: never. */
  readonly nightlyReset?: number | undefined
  readonly dailyRestart?: number | undefined
  /** Path of a fault plan, YAML. */
  readonly faultsFile?: string
  /** TCP port of the control port on loopback; 0 takes a free one. Absent: there is none. */
  readonly controlPort?: number
  /** Path of the token's file; made where there is none. */
  readonly controlToken?: string
  /** Path of a file that is to hold every byte both ways; must not exist. */
  readonly record?: string
  /** `offset`: venue time = wall time + constant. `stepped`: venue time moves only by `advanceTo`. */
  readonly clock: 'offset' | 'stepped'
}

export const GATEWAY_DEFAULTS: GatewayOptions = {
  host: '127.0.0.1',
  port: 0,
  account: 'DU1234567',
  seed: 1,
  market: 'synthetic',
  cash: '1000000',
  baseCurrency: 'USD',
  clock: 'offset',
  readOnly: false,
}

export interface RunningGateway {
  readonly host: string
  /** The port it really listens on. */
  readonly port: number
  readonly account: string
  /** Where the control port listens; undefined when there is none. */
  readonly controlPort: number | undefined
  /** Venue time minus wall time, milliseconds; undefined when stepped. */
  readonly clockOffsetMs: number | undefined
  /** Venue time now. */
  venueTime(): EpochMs
  /**
   * Moves venue time forward to `to`, telling every client what happens on the way.
   *
   * @throws GatewayError `wrong-clock` unless the clock is stepped
   */
  advanceTo(to: EpochMs): void
  /** Drops every client and stops listening. */
  close(): Promise<void>
}

/** Starting or driving the gateway failed for a reason outside this program. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly kind: 'bad-input' | 'unreadable' | 'cannot-listen' | 'wrong-clock'

  constructor(kind: GatewayError['kind'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
  }
}
