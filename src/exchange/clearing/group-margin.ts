/**
 * What positions that are margined together are worth and tie up: a stock with its options, the months of a
 * future, each by the account's preset.
 *
 * Groups do not know of each other, so that a trade changes the figures of one group only, and the account's are
 * their sum.
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
  quantity,
  type Currency,
  type Money,
  type Price,
} from '#model/fixed.ts'
import type { Future } from '#model/instrument.ts'
import { scanRisk } from '#schedules/futures-margin.ts'
import { classRateMargin, FUTURES_INTRADAY_BPS } from '#schedules/margin-presets.ts'
import type { MarginRequirement } from '#schedules/margin.ts'
import { strategyMargin, type OptionLeg } from '#schedules/option-strategies.ts'
import { stressedMargin } from '#exchange/clearing/portfolio-margin.ts'
import {
  markOf,
  underlyingMark,
  type Exposure,
  type MarginRules,
} from '#exchange/clearing/exposure.ts'
import { toBase, type Valuation } from '#exchange/clearing/valuation.ts'

/** Base currency. */
export interface GroupFigures {
  /** What the positions add to net liquidation. */
  readonly net: Money<Currency>
  /** Of it, options without loan value. */
  readonly withoutLoan: Money<Currency>
  readonly gross: Money<Currency>
  readonly initial: Money<Currency>
  readonly maintenance: Money<Currency>
}

const ZERO: Money<Currency> = money('0', 'USD')
const NONE = quantity('0')

export const NO_FIGURES: GroupFigures = { net: ZERO, withoutLoan: ZERO, gross: ZERO, initial: ZERO, maintenance: ZERO } // prettier-ignore

/** @param exposures - of one group; quantities may be hypothetical, zeros are passed over */
export function groupFigures(
  exposures: readonly Exposure[],
  valuation: Valuation,
  rules: MarginRules,
): GroupFigures {
  const held = exposures.filter(({ quantity: units }) => units !== 0n)
  const [first] = held
  if (first === undefined) return NO_FIGURES
  const rate = valuation.rate(first.instrument.currency)
  let [net, options, gross] = [ZERO, ZERO, ZERO]
  for (const exposure of held) {
    const { instrument, quantity: units, cost } = exposure
    const value = notional(units, markOf(exposure, valuation), instrument)
    const isFuture = instrument.assetClass === 'FUT'
    net = plus(net, isFuture ? minus(value, cost) : value)
    if (!isFuture) gross = plus(gross, magnitude(value))
    if (instrument.assetClass === 'OPT') options = plus(options, value)
  }
  const { initial, maintenance } = requirementOf(held, valuation, rules)
  const lendable = rules.preset === 'portfolio' || rules.preset === 'class-rates'
  return {
    net: toBase(net, rate),
    withoutLoan: lendable ? ZERO : toBase(options, rate),
    gross: toBase(gross, rate),
    initial: toBase(initial, rate),
    maintenance: toBase(maintenance, rate),
  }
}

function requirementOf(
  held: readonly Exposure[],
  valuation: Valuation,
  rules: MarginRules,
): MarginRequirement {
  if (rules.preset === 'class-rates') return byClassRates(held, valuation)
  const futures = held.flatMap((exposure) => exposure.instrument.assetClass === 'FUT' ? [{ of: exposure.instrument satisfies Future, held: exposure.quantity, at: markOf(exposure, valuation) }] : []) // prettier-ignore
  if (futures.length > 0) return intradayBond(scanRisk(futures), rules)
  if (rules.preset === 'portfolio') return stressedMargin(held, valuation, rules)
  return byStrategy(held, valuation, rules)
}

function byClassRates(held: readonly Exposure[], valuation: Valuation): MarginRequirement {
  return held.reduce<MarginRequirement>(
    (total, exposure) => {
      const { instrument, quantity: units } = exposure
      const spot = instrument.assetClass === 'OPT' ? underlyingMark(instrument, valuation) : price('0') // prettier-ignore
      const needed = classRateMargin(units, markOf(exposure, valuation), spot, instrument)
      return sum(total, needed)
    },
    { initial: ZERO, maintenance: ZERO },
  )
}

function intradayBond(needed: MarginRequirement, { intraday }: MarginRules): MarginRequirement {
  if (!intraday.futures) return needed
  return {
    initial: fractionOf(needed.initial, FUTURES_INTRADAY_BPS, 10_000n),
    maintenance: fractionOf(needed.maintenance, FUTURES_INTRADAY_BPS, 10_000n),
  }
}

/** A stock and its options; options of another multiplier are margined beside, as if on nothing held. */
function byStrategy(
  held: readonly Exposure[],
  valuation: Valuation,
  rules: MarginRules,
): MarginRequirement {
  const stock = held.find(({ instrument }) => instrument.assetClass === 'STK')
  const legs = held.flatMap((exposure) => legOf(exposure, valuation))
  const multipliers = [...new Set(legs.map(({ of }) => of.multiplier))]
  const option = held.map(({ instrument }) => instrument).find((of) => of.assetClass === 'OPT')
  const spot = stock === undefined ? undefined : markOf(stock, valuation)
  const books = (multipliers.length === 0 ? [100n] : multipliers).map((multiplier, i) =>
    strategyMargin({
      spot: spot ?? (option === undefined ? price('0') : underlyingMark(option, valuation)),
      shares: i === 0 ? (stock?.quantity ?? NONE) : NONE,
      currency: (stock ?? held[0])?.instrument.currency ?? 'USD',
      legs: legs.filter(({ of }) => of.multiplier === multiplier),
      onIndex: option !== undefined && rules.indexOf(option) !== undefined,
    }),
  )
  const needed = books.reduce(sum, { initial: ZERO, maintenance: ZERO })
  if (rules.preset === 'cash') return inFull(needed, stock, spot, legs)
  return rules.intraday.stocks ? { ...needed, initial: needed.maintenance } : needed
}

/** A cash account pays for its stock and has the strike of its short puts. */
function inFull(
  needed: MarginRequirement,
  stock: Exposure | undefined,
  spot: Price | undefined,
  legs: readonly OptionLeg[],
): MarginRequirement {
  const puts = legs.filter(({ of, held }) => of.right === 'P' && held < 0n)
  const secured = puts.reduce((total, { of, held }) => plus(total, notional(magnitude(held), of.strike, of)), ZERO) // prettier-ignore
  const worth = stock === undefined || spot === undefined ? ZERO : magnitude(notional(stock.quantity, spot, stock.instrument)) // prettier-ignore
  const paid = plus(secured, worth)
  return {
    initial: greater(needed.initial, paid),
    maintenance: greater(needed.maintenance, paid),
  }
}

function legOf(exposure: Exposure, valuation: Valuation): readonly OptionLeg[] {
  const { instrument, quantity: held } = exposure
  return instrument.assetClass === 'OPT'
    ? [{ of: instrument, held, at: markOf(exposure, valuation) }]
    : []
}

const sum = (a: MarginRequirement, b: MarginRequirement): MarginRequirement => ({
  initial: plus(a.initial, b.initial),
  maintenance: plus(a.maintenance, b.maintenance),
})
