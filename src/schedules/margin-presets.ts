/**
 * Which rules an account's margin follows, as presets that are chosen by name.
 *
 * `reg-t`: Regulation T and FINRA 4210 by strategy (`margin.ts`, `option-strategies.ts`), futures by
 * performance bond (`futures-margin.ts`), forex by NFA's deposit. `portfolio`: securities by stress
 * (`portfolio-margin.ts`), the rest the same. `class-rates`: one share of exposure a class, for those who
 * want margin that can be reckoned in the head. `cash`: everything is paid for.
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  money,
  notional,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { MarginRequirement } from '#schedules/margin.ts'

export type MarginPreset = 'reg-t' | 'portfolio' | 'class-rates' | 'cash'

/** One row of the table of class rates. */
export interface ClassRate {
  /** Of exposure in basis points, needed to open. */
  readonly initialBps: bigint
  /** Needed to keep, ≤ initial. */
  readonly maintenanceBps: bigint
  /** The exposure that one unit of equity carries: the reciprocal of the initial rate. */
  readonly leverage: number
}

/**
 * Stocks 0.5, options 0.1, futures 0.05, forex 0.02 of exposure. What must be kept is a quarter of stock (FINRA
 * 4210(c)(1)) and, for the others, nine tenths of what opens, near the exchanges' custom that speculators open at
 * 110 % of what they keep.
 */
export const CLASS_RATES: Readonly<Record<AssetClass, ClassRate>> = {
  STK: { initialBps: 5000n, maintenanceBps: 2500n, leverage: 2 },
  OPT: { initialBps: 1000n, maintenanceBps: 900n, leverage: 10 },
  FUT: { initialBps: 500n, maintenanceBps: 450n, leverage: 20 },
  CASH: { initialBps: 200n, maintenanceBps: 180n, leverage: 50 },
}

/**
 * Margin of a position by the table of class rates. An option's exposure is what it stands for, the underlying
 * times its multiplier; a long one never needs more than it is worth.
 *
 * @param held - signed
 * @param at - the mark
 * @param underlying - the mark of what an option is on; elsewhere not looked at
 */
export function classRateMargin(
  held: Quantity,
  at: Price,
  underlying: Price,
  of: Pick<Instrument, 'assetClass' | 'multiplier' | 'currency'>,
): MarginRequirement {
  const isOption = of.assetClass === 'OPT'
  const exposure = magnitude(notional(held, isOption ? underlying : at, of))
  const { initialBps, maintenanceBps } = CLASS_RATES[of.assetClass]
  const [initial, maintenance] = [share(exposure, initialBps), share(exposure, maintenanceBps)]
  if (!isOption || held < 0n) return { initial, maintenance }
  const worth = magnitude(notional(held, at, of))
  return { initial: lesser(initial, worth), maintenance: lesser(maintenance, worth) }
}

/**
 * Security deposit for forex against the dollar, of notional value: 2 % of the ten major currencies, 5 % of others.
 * Source: NFA Financial Requirements Section 12 (2010, majors as of 2015).
 */
export const FOREX_DEPOSIT = {
  majors: new Set(['USD', 'AUD', 'GBP', 'CAD', 'DKK', 'EUR', 'JPY', 'NZD', 'NOK', 'SEK', 'CHF']),
  majorBps: 200n,
  otherBps: 500n,
} as const

/**
 * What a balance in another currency than the base ties up: an exchange rate can move against it.
 *
 * @param balance - signed; borrowed currency moves as much as owned
 */
export function forexDeposit(balance: Money<Currency>, currency: Currency): Money<Currency> {
  const { majors, majorBps, otherBps } = FOREX_DEPOSIT
  return share(magnitude(balance), majors.has(currency) ? majorBps : otherBps)
}

/**
 * A margin account with at least 25,000 may carry four times its maintenance excess until the close
 * (FINRA 4210(f)(8)(B)(iii) and (iv)); overnight it is twice.
 */
export const BUYING_POWER = {
  overnight: 2n,
  intraday: 4n,
  leastEquity: money('25000', 'USD'),
} as const

/** Of a future's performance bond while its session runs, in basis points, where the broker grants it: half. */
export const FUTURES_INTRADAY_BPS = 5000n

/** @param times - 2 or 4 */
export const buyingPowerOf = (available: Money<Currency>, times: bigint): Money<Currency> =>
  fractionOf(greater(available, money('0', 'USD')), times, 1n)

const share = (of: Money<Currency>, bps: bigint): Money<Currency> => fractionOf(of, bps, 10_000n)
