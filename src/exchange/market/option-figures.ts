/**
 * Option computations as the venue shows them: at the bid, the ask, the last price and the model's, and for prices or
 * volatilities that somebody assumes.
 *
 * At a price of the market the volatility is the one it implies, and the greeks are those at that volatility; a price
 * that no volatility gives (below exercise, after a crossed quote) has neither.
 */
import { toNumber } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { optionGreeks, optionPrice, optionVolatility, type OptionInputs } from '#pricing/option-model.ts' // prettier-ignore
import type { Exchange, OptionAssumption, OptionComputation, VenueQuote } from '#exchange/exchange.ts' // prettier-ignore
import type { MarketModel } from '#exchange/market-model.ts'

/** What computations are made from. */
export interface OptionFigureParts {
  readonly market: Pick<MarketModel, 'optionInputs' | 'impliedVolatility'>
  readonly now: () => EpochMs
  readonly quote: (instrument: InstrumentId) => VenueQuote | undefined
}

export function optionFigures(
  parts: OptionFigureParts,
): Pick<Exchange, 'computations' | 'calculate'> {
  const { market, now, quote } = parts
  const computations: Exchange['computations'] = (id) => {
    const inputs = market.optionInputs?.(id, now())
    if (inputs === undefined) return undefined
    const shown = quote(id)
    const volatility = market.impliedVolatility?.(id, now())
    return {
      bid: atPrice(inputs, shown?.bid, volatility),
      ask: atPrice(inputs, shown?.ask, volatility),
      last: atPrice(inputs, shown?.last, volatility),
      model: atVolatility(inputs, volatility, undefined),
    }
  }
  const calculate: Exchange['calculate'] = (id, assumed) => {
    const inputs = market.optionInputs?.(id, now())
    return inputs === undefined ? undefined : calculated(inputs, assumed)
  }
  return { computations, calculate }
}

function calculated(inputs: OptionInputs, assumed: OptionAssumption): OptionComputation {
  const moved = { ...inputs, spot: assumed.underlyingPrice }
  if ('volatility' in assumed)
    return atVolatility(moved, assumed.volatility, optionPrice(moved, assumed.volatility))
  const { optionPrice: at } = assumed
  return atVolatility(moved, optionVolatility(moved, at), at)
}

function atPrice(
  inputs: OptionInputs,
  at: Price | undefined,
  guess: number | undefined,
): OptionComputation {
  const value = at === undefined ? undefined : toNumber(at)
  const volatility = value === undefined ? undefined : optionVolatility(inputs, value, guess)
  return atVolatility(inputs, volatility, value)
}

/** @param shown - the price it is computed at; the model's own where absent */
function atVolatility(
  inputs: OptionInputs,
  volatility: number | undefined,
  shown: number | undefined,
): OptionComputation {
  if (volatility === undefined) return { ...NOTHING, optionPrice: shown, underlyingPrice: inputs.spot } // prettier-ignore
  const { price, delta, gamma, vega, theta, dividends } = optionGreeks(inputs, volatility, shown)
  return {
    impliedVolatility: volatility,
    delta,
    optionPrice: shown ?? price,
    dividends,
    gamma,
    vega,
    theta,
    underlyingPrice: inputs.spot,
  }
}

const NOTHING = {
  impliedVolatility: undefined,
  delta: undefined,
  dividends: undefined,
  gamma: undefined,
  vega: undefined,
  theta: undefined,
} as const
