/**
 * Portfolio margin of a stock and its options: the worst of ten moves of the stock, each option priced anew.
 *
 * An option is priced at the volatility its mark implies, never below what exercising it now brings (US options
 * on stocks are American).
 * The rules and their source are in `schedules/portfolio-stress.ts`.
 */
import { priceFrom, toNumber } from '#model/border.ts'
import {
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  notional,
  plus,
  type Currency,
  type Money,
  type Price,
} from '#model/fixed.ts'
import type { Option } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf } from '#model/time.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { blackScholesPrice, impliedVolatility } from '#pricing/black-scholes.ts'
import type { MarginRequirement } from '#schedules/margin.ts'
import {
  LARGE_INDICES,
  LEAST_CHARGE,
  PORTFOLIO_INITIAL,
  stressPoints,
  type StressClass,
} from '#schedules/portfolio-stress.ts'
import { markOf, underlyingMark, type Exposure, type MarginRules } from '#exchange/clearing/exposure.ts' // prettier-ignore
import type { Valuation } from '#exchange/clearing/valuation.ts'

/** @param held - a stock and options on it, or options on an index */
export function stressedMargin(
  held: readonly Exposure[],
  valuation: Valuation,
  rules: Pick<MarginRules, 'asOf' | 'rate' | 'indexOf'>,
): MarginRequirement {
  const option = held.map(({ instrument }) => instrument).find((of) => of.assetClass === 'OPT')
  const stock = held.find(({ instrument }) => instrument.assetClass === 'STK')
  const spot = stock === undefined ? option && underlyingMark(option, valuation) : markOf(stock, valuation) // prettier-ignore
  if (spot === undefined) return { initial: ZERO, maintenance: ZERO }
  const revalued = held.map((exposure) => revaluation(exposure, valuation, spot, rules))
  let worst = ZERO
  for (const point of stressPoints(spot, stressClassOf(option, rules))) {
    const lost = revalued.reduce((total, change) => minus(total, change(point)), ZERO)
    worst = greater(worst, lost)
  }
  const maintenance = greater(worst, leastCharge(held))
  const { numerator, denominator } = PORTFOLIO_INITIAL
  return { initial: fractionOf(maintenance, numerator, denominator), maintenance }
}

function stressClassOf(
  option: Option | undefined,
  { indexOf }: Pick<MarginRules, 'indexOf'>,
): StressClass {
  const index = option === undefined ? undefined : indexOf(option)
  if (index === undefined) return 'equity'
  return LARGE_INDICES.has(index) ? 'large-index' : 'broad-index'
}

/** How much a position's value changes when the underlying comes to a price. */
function revaluation(
  exposure: Exposure,
  valuation: Valuation,
  spot: Price,
  rules: Pick<MarginRules, 'asOf' | 'rate'>,
): (to: Price) => Money<Currency> {
  const { instrument, quantity } = exposure
  const at = markOf(exposure, valuation)
  if (instrument.assetClass !== 'OPT')
    return (to) => notional(quantity, minus(to, spot), instrument)
  const reprice = repricing(instrument, at, spot, rules)
  return (to) => notional(quantity, minus(reprice(to), at), instrument)
}

function repricing(
  of: Option,
  at: Price,
  spot: Price,
  { asOf, rate }: Pick<MarginRules, 'asOf' | 'rate'>,
): (to: Price) => Price {
  // prettier-ignore
  const expiresAt = dayNumberOf(of.expiry) === undefined ? asOf : newYorkInstant(of.expiry, 16 * 60)
  const years = Math.max(0, expiresAt - asOf) / (365 * DAY_MS)
  const terms = { right: of.right, strike: toNumber(of.strike), years, rate }
  const implied =
    years === 0 ? 0 : impliedVolatility({ ...terms, spot: toNumber(spot) }, toNumber(at))
  return (to) => {
    const exercised = greater(of.right === 'C' ? minus(to, of.strike) : minus(of.strike, to), NO_PRICE) // prettier-ignore
    const modelled = priceFrom(blackScholesPrice({ ...terms, spot: toNumber(to) }, implied ?? 0))
    return greater(exercised, modelled)
  }
}

/** Every option contract, long or short. */
function leastCharge(held: readonly Exposure[]): Money<Currency> {
  return held.reduce<Money<Currency>>(
    (total, { instrument, quantity }) =>
      instrument.assetClass === 'OPT'
        ? plus(total, notional(magnitude(quantity), LEAST_CHARGE, instrument))
        : total,
    ZERO,
  )
}

const ZERO: Money<Currency> = money('0', 'USD')
const NO_PRICE: Price = minus(LEAST_CHARGE, LEAST_CHARGE)
