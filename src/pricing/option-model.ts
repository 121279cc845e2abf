/**
 * What an option is worth and how that changes, by its style: European in closed form, American by its approximation
 * with derivatives by differences. Greeks come in the units in which IBKR shows them.
 */
import { americanPrice, presentDividends, type AmericanOption } from '#pricing/american-option.ts'
import { blackScholesGreeks, blackScholesPrice, type Greeks } from '#pricing/black-scholes.ts'
import { solveVolatility } from '#pricing/implied-volatility.ts'

/** Index options are European, options on stocks and funds American. */
export type ExerciseStyle = 'american' | 'european'

/** Everything but the volatility. A European option's dividends are in its carry. */
export interface OptionInputs extends AmericanOption {
  readonly style: ExerciseStyle
}

/** @param volatility - annualised, a fraction ≥ 0 */
export function optionPrice(option: OptionInputs, volatility: number): number {
  return option.style === 'european'
    ? blackScholesPrice(option, volatility)
    : americanPrice(option, volatility)
}

/**
 * @param guess - a volatility that is about right, where one is known
 * @returns undefined where no volatility gives the price
 */
export function optionVolatility(
  option: OptionInputs,
  price: number,
  guess?: number,
): number | undefined {
  return solveVolatility(price, option.spot, (volatility) => optionPrice(option, volatility), guess)
}

/** A price and its greeks in IBKR's units. */
export interface OptionFigures {
  readonly price: number
  readonly delta: number
  readonly gamma: number
  /** For one point of volatility, 0.01. */
  readonly vega: number
  /** For one calendar day, mostly below 0. */
  readonly theta: number
  /** Present value of the dividends until expiry. */
  readonly dividends: number
}

const DAYS_A_YEAR = 365

/** @param known - the price at that volatility, where it has been worked out already */
export function optionGreeks(
  option: OptionInputs,
  volatility: number,
  known?: number,
): OptionFigures {
  const greeks =
    option.style === 'european'
      ? blackScholesGreeks(option, volatility)
      : americanGreeks(option, volatility, known ?? americanPrice(option, volatility))
  return {
    price: greeks.price,
    delta: greeks.delta,
    gamma: greeks.gamma,
    vega: greeks.vega / 100,
    theta: greeks.theta / DAYS_A_YEAR,
    dividends: option.style === 'european' ? 0 : presentDividends(option),
  }
}

/** Steps of the differences: of the spot, of volatility, of time in years. */
const SPOT_STEP = 0.002
const VOLATILITY_STEP = 0.0005
const TIME_STEP = 0.5 / DAYS_A_YEAR

function americanGreeks(option: AmericanOption, volatility: number, price: number): Greeks {
  const { spot, years } = option
  const h = spot * SPOT_STEP
  const [up, down] = [
    americanPrice({ ...option, spot: spot + h }, volatility),
    americanPrice({ ...option, spot: spot - h }, volatility),
  ]
  const wider = americanPrice(option, volatility + VOLATILITY_STEP)
  const step = Math.min(TIME_STEP, years / 2)
  return {
    price,
    delta: (up - down) / (2 * h),
    gamma: Math.max(0, (up - 2 * price + down) / (h * h)),
    vega: (wider - price) / VOLATILITY_STEP,
    theta: step === 0 ? 0 : (americanPrice(later(option, step), volatility) - price) / step,
  }
}

/** The same option when some time has gone by. */
function later(option: AmericanOption, step: number): AmericanOption {
  const dividends = (option.dividends ?? []).map((at) => ({ ...at, years: at.years - step }))
  return { ...option, years: option.years - step, dividends: dividends.filter(({ years }) => years >= 0) } // prettier-ignore
}
