/** Option computations on the wire: ticks 10 to 13, and what calculations are answered with. */
import type { ComputationPrice, TickRule } from '#gateway/market-data/tick-facts.ts'
import {
  tickOptionComputation,
  type WireComputation,
} from '#gateway/messages/outgoing/market-data.ts'
import { textOf } from '#gateway/wire/field.ts'
import type { OptionComputation } from '#exchange/exchange.ts'

/** @param tick - its number in live data */
export function computationTick(price: ComputationPrice, tick: number): TickRule {
  return {
    value: (facts) => {
      if (facts.listed.assetClass !== 'OPT') return undefined
      const computed = facts.computations()?.[price]
      return computed === undefined ? undefined : Object.values(wireComputation(computed)).join(' ')
    },
    message: (facts) =>
      tickOptionComputation(0, facts.tick(tick), wireComputation(facts.computations()?.[price])),
  }
}

/** What is not computed: −1 for what cannot be negative, −2 for the greeks (IBKR's EDecoder). */
export function wireComputation(of: OptionComputation | undefined): WireComputation {
  return {
    impliedVol: text(of?.impliedVolatility, '-1'),
    delta: text(of?.delta, '-2'),
    optPrice: text(of?.optionPrice, '-1'),
    pvDividend: text(of?.dividends, '-1'),
    gamma: text(of?.gamma, '-2'),
    vega: text(of?.vega, '-2'),
    theta: text(of?.theta, '-2'),
    undPrice: text(of?.underlyingPrice, '-1'),
  }
}

const text = (value: number | undefined, absent: string): string =>
  value === undefined || !Number.isFinite(value) ? absent : textOf(value)
