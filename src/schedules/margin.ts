/**
 * Margin of a Reg T account: what a position ties up, in the words and tables of the rules.
 *
 * Long stock needs half its value at the purchase and a quarter to be kept; a short needs half its
 * value on top of the proceeds, and 30 % to be kept, with floors a share for cheap stocks. A long
 * option has no loan value: it is paid for, and counts neither as equity nor as margin. An uncovered
 * short option needs its premium and a share of the underlying. A future needs what the exchange
 * asks a contract.
 *
 * Sources: Federal Reserve, Regulation T, 12 CFR 220.12 (initial); FINRA Rule 4210(c)
 * (maintenance) and 4210(f)(2) (options); IBKR, "US Stock Margin Requirements" (the same figures,
 * rules-based margin). Futures have a table of their own, `futures-margin.ts`; options held against one
 * another, `option-strategies.ts`.
 */
import {
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  notional,
  plus,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Future, Option } from '#model/instrument.ts'
import { scanRisk } from '#schedules/futures-margin.ts'

/** Both ≥ 0, in the instrument's currency. */
export interface MarginRequirement {
  readonly initial: Money<Currency>
  readonly maintenance: Money<Currency>
}

/** Shares of market value in basis points. */
export const REG_T = {
  initialLongBps: 5000n,
  initialShortBps: 5000n,
  maintenanceLongBps: 2500n,
  /** Shares at 5.00 and above: the greater of 30 % and 5.00 a share. */
  maintenanceShortBps: 3000n,
  shortFloor: price('5'),
  /** Shares below 5.00: the greater of 100 % and 2.50 a share. */
  cheapBelow: price('5'),
  maintenanceCheapShortBps: 10_000n,
  cheapShortFloor: price('2.5'),
  /** An uncovered option on a stock: 20 % of the underlying less what it is out of the money, at least 10 %. */
  optionUnderlyingBps: 2000n,
  optionLeastBps: 1000n,
  /** An uncovered option on a broad-based index: 15 % for 20 %. */
  indexOptionBps: 1500n,
} as const

/** @param held - signed; @param at - the mark, ≥ 0 */
export function stockMargin(
  held: Quantity,
  at: Price,
  of: { readonly multiplier: bigint; readonly currency: Currency },
): MarginRequirement {
  const value = magnitude(notional(held, at, of))
  if (held >= 0n)
    return { initial: bps(value, REG_T.initialLongBps), maintenance: bps(value, REG_T.maintenanceLongBps) } // prettier-ignore
  const maintenance = shortMaintenance(magnitude(held), at, value, of)
  return { initial: greater(bps(value, REG_T.initialShortBps), maintenance), maintenance }
}

function shortMaintenance(
  shares: Quantity,
  at: Price,
  value: Money<Currency>,
  of: { readonly multiplier: bigint; readonly currency: Currency },
): Money<Currency> {
  const cheap = at < REG_T.cheapBelow
  const share = cheap ? REG_T.maintenanceCheapShortBps : REG_T.maintenanceShortBps
  const floor = cheap ? REG_T.cheapShortFloor : REG_T.shortFloor
  return greater(bps(value, share), notional(shares, floor, of))
}

/**
 * An uncovered option position on a stock.
 *
 * @param held - contracts, signed; long ones need no margin, they are paid for
 * @param at - the option's mark
 * @param underlying - the mark of what it is on
 * @param onIndex - on a broad-based index, whose rate is lower
 */
export function optionMargin(
  held: Quantity,
  at: Price,
  underlying: Price,
  of: Pick<Option, 'multiplier' | 'currency' | 'strike' | 'right'>,
  onIndex = false,
): MarginRequirement {
  if (held >= 0n) return { initial: NONE, maintenance: NONE }
  const contracts = magnitude(held)
  const beyond = of.right === 'C' ? minus(of.strike, underlying) : minus(underlying, of.strike)
  const outOfTheMoney = notional(contracts, greater(beyond, price('0')), of)
  const premium = notional(contracts, at, of)
  const rate = onIndex ? REG_T.indexOptionBps : REG_T.optionUnderlyingBps
  const share = bps(notional(contracts, underlying, of), rate)
  const least = of.right === 'C' ? underlying : of.strike
  const needed = greater(
    minus(share, outOfTheMoney),
    bps(notional(contracts, least, of), REG_T.optionLeastBps),
  )
  const both = plus(premium, needed)
  return { initial: both, maintenance: both }
}

/** @param held - contracts, signed: long and short need the same */
export const futureMargin = (
  held: Quantity,
  at: Price,
  of: Pick<Future, 'symbol' | 'multiplier' | 'currency'>,
): MarginRequirement => scanRisk([{ of, held, at }])

const NONE = money('0', 'USD')
const bps = (of: Money<Currency>, share: bigint): Money<Currency> => fractionOf(of, share, 10_000n)
