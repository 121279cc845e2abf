/**
 * The price steps venues accept, under IBKR's numbers: what `reqMarketRule` answers.
 *
 * Sources: contract details and market rules of IBKR as captured in nautilus_trader and ib_insync
 * (26, 32: one cent; 239: half a pip; 109: the penny pilot's 0.01 below 3.00 and 0.05 from there);
 * CME Group contract specifications for futures, whose rules have numbers of ours from 90001 on,
 * because IBKR's were not seen. SEC Rule 612 forbids quotes in fractions of a cent from 1.00 on.
 */
import { price } from '#model/fixed.ts'
import type { Instrument, PriceIncrement, PriceIncrements } from '#model/instrument.ts'

const step = (from: string, increment: string): PriceIncrement => ({
  from: price(from),
  increment: price(increment),
})

/** By rule id. */
export const MARKET_RULES: ReadonlyMap<number, PriceIncrements> = new Map([
  [26, [step('0', '0.01')]],
  [32, [step('0', '0.01')]],
  [109, [step('0', '0.01'), step('3', '0.05')]],
  [239, [step('0', '0.00005')]],
  [90_001, [step('0', '0.25')]],
  [90_002, [step('0', '0.1')]],
  [90_003, [step('0', '1')]],
  [90_004, [step('0', '0.01')]],
  [90_005, [step('0', '0.015625')]],
  // Options outside the penny program and on indices; pairs against the yen; the micro euro.
  [90_006, [step('0', '0.05'), step('3', '0.1')]],
  [90_007, [step('0', '0.005')]],
  [90_008, [step('0', '0.0001')]],
])

/** Which rule holds where nothing says otherwise. */
const RULE_OF_CLASS = { STK: 26, OPT: 109, CASH: 239, FUT: 90_001 } as const
const RULE_OF_FUTURE: Readonly<Record<string, number>> = {
  ES: 90_001,
  MES: 90_001,
  NQ: 90_001,
  MNQ: 90_001,
  RTY: 90_002,
  M2K: 90_002,
  GC: 90_002,
  MGC: 90_002,
  YM: 90_003,
  CL: 90_004,
  MCL: 90_004,
  ZN: 90_005,
  '6E': 239,
  M6E: 90_008,
}

/**
 * The market rule's number for a class of instruments.
 *
 * @param symbol - root of the future; other classes ignore it
 *
 * @example
 * marketRuleIdOf({ assetClass: 'STK', symbol: 'AAPL' }) // => 26
 */
export function marketRuleIdOf(of: Pick<Instrument, 'assetClass' | 'symbol'>): number {
  const byRoot = of.assetClass === 'FUT' ? RULE_OF_FUTURE[of.symbol] : undefined
  return byRoot ?? RULE_OF_CLASS[of.assetClass]
}

/** The price steps of a market rule; undefined when there is no such rule. */
export function priceIncrementsOf(rule: number): PriceIncrements | undefined {
  return MARKET_RULES.get(rule)
}

/** The usual price steps of a US stock: rule 26. */
export const ONE_CENT: PriceIncrements = [step('0', '0.01')]
