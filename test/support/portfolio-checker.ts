/**
 * Checks a solution of a portfolio document against the document itself: objective, limits and the conditions of
 * Karush, Kuhn and Tucker, written from the formulas and sharing no code with the solver.
 */
import type { PortfolioDocument } from '#contract/portfolio-document.ts'
import type { PortfolioSolution } from '#contract/portfolio-solution.ts'

export interface Checked {
  readonly objective: number
  readonly violation: number
  readonly stationarity: number
  readonly slackness: number
  readonly leastPrice: number
}

interface Constraint {
  readonly name: string
  readonly kind: 'net' | 'gross' | 'turnover'
  readonly rate: (i: number) => number
  /** Of a budget that trading is paid out of: coefficients of |z| and |z|^{3/2}. */
  readonly paid?: (i: number) => readonly [number, number]
  readonly from: number
  readonly to: number
}

/** A kink, bound or side is met within this. */
const NEAR = 2e-7

/** @param prices - shadow prices; a weight's own bounds take what is left when it is absent */
export function checked(
  document: PortfolioDocument,
  { weights: w = [], shadowPrices = {} }: PortfolioSolution,
): Checked {
  // prettier-ignore
  const constraints = constraintsOf(document)
  const sided = constraints.map((each) => ({ ...each, value: valueOf(document, each, w), price: shadowPrices[each.name] ?? 0 })) // prettier-ignore
  const slacks = sided.map(({ value, from, to, price }) => price * Math.min(Math.abs(to - value), Math.abs(value - from))) // prettier-ignore
  // An equation's price does not tell its sign: whichever explains the weights.
  const either = sided.filter(({ kind, from, to, price }) => kind === 'net' && price > 0 && to - from <= 2 * NEAR) // prettier-ignore
  const signings = either.reduce<readonly (readonly number[])[]>((all) => all.flatMap((signs) => [[...signs, 1], [...signs, -1]]), [[]]) // prettier-ignore
  const residuals = signings.map(
    (signs) =>
    stationarity(document, w, shadowPrices, sided.map((each) => {
      const at = either.indexOf(each)
      if (at >= 0) return { ...each, price: each.price * signs[at]! }
      const isLow = each.kind === 'net' && Math.abs(each.value - each.from) < Math.abs(each.to - each.value) // prettier-ignore
      return isLow ? { ...each, price: -each.price } : each
    })), // prettier-ignore
  )
  const bounds = w.map((x, i) => boundsOf(document, i).map(({ from, to }) => Math.max(from - x, x - to))) // prettier-ignore
  return {
    objective: objectiveOf(document, w),
    violation: Math.max(0, ...sided.map(({ value, from, to }) => Math.max(from - value, value - to)), ...bounds.flat()), // prettier-ignore
    stationarity: Math.min(...residuals),
    slackness: Math.max(0, ...slacks),
    leastPrice: Math.min(0, ...Object.values(shadowPrices)),
  }
}

function objectiveOf(document: PortfolioDocument, w: readonly number[]): number {
  const { alpha, w0, idiosyncraticVariance, spreadCost, impact, borrow, uncertainty, factors, riskAversion } = document // prettier-ignore
  const { exposures, covariance } = factors
  const y = covariance.map((_, j) => w.reduce((sum, x, i) => sum + x * exposures[i]![j]!, 0))
  let risk = y.reduce((sum, a, i) => sum + y.reduce((s, b, j) => s + a * b * covariance[i]![j]!, 0), 0) // prettier-ignore
  let other = 0
  for (const [i, x] of w.entries()) {
    const z = Math.abs(x - w0[i]!)
    risk += idiosyncraticVariance[i]! * x * x
    other += spreadCost[i]! * z + (impact?.[i] ?? 0) * z ** 1.5 - alpha[i]! * x
    other += (uncertainty?.[i] ?? 0) * Math.abs(x) + (borrow?.[i] ?? 0) * Math.max(0, -x)
  }
  return riskAversion * risk + other
}

const both = (name: string, cap: number | undefined, rate: (i: number) => number): Constraint[] => (cap === undefined ? [] : [{ name, kind: 'net', rate, from: -cap, to: cap }]) // prettier-ignore
const size = (name: string, cap: number | undefined, rate: (i: number) => number, kind: 'gross' | 'turnover' = 'gross'): Constraint[] => (cap === undefined ? [] : [{ name, kind, rate, from: -Infinity, to: cap }]) // prettier-ignore

function constraintsOf({
  assets,
  limits,
  beta,
  sector = [],
  cash,
  clusters = [],
  factorBands = [],
  margin,
  factors,
  spendCosts,
  spreadCost,
  impact,
}: PortfolioDocument): readonly Constraint[] {
  const isIn = (name: string) => (i: number) => (sector[i] === name ? 1 : 0)
  return [
    ...size('gross', limits.gross, () => 1),
    ...size('turnover', limits.turnover, () => 1, 'turnover'),
    ...both('net', limits.net, () => 1),
    ...both('beta', limits.beta, (i) => beta![i]!),
    ...(cash === undefined ? [] : [{ name: 'cash', kind: 'net' as const, rate: () => 1, ...(spendCosts === true ? { paid: (i: number) => [spreadCost[i]!, impact?.[i] ?? 0] as const } : {}), from: -Infinity, to: 1 - cash }]), // prettier-ignore
    ...[...new Set(sector)].flatMap((name) => [
      ...both(`sector:${name}`, limits.sector, isIn(name)),
      ...size(`sectorGross:${name}`, limits.sectorGross, isIn(name)),
    ]),
    ...clusters.flatMap(({ name, members, gross }) => size(`cluster:${name}`, gross, (i) => (members.includes(assets[i]!) ? 1 : 0))), // prettier-ignore
    ...factorBands.map(({ factor, lower = -Infinity, upper = Infinity }) => ({ name: `factor:${factor}`, kind: 'net' as const, rate: (i: number) => factors.exposures[i]![factor]!, from: lower, to: upper })), // prettier-ignore
    ...size('margin', margin?.available, (i) => margin!.rates[i]!),
  ]
}

function valueOf(
  { w0 }: PortfolioDocument,
  { kind, rate, paid = () => [0, 0] }: Constraint,
  w: readonly number[],
): number {
  // prettier-ignore
  const of = { net: (x: number) => x, gross: (x: number) => Math.abs(x), turnover: (x: number, i: number) => Math.abs(x - w0[i]!) } // prettier-ignore
  return w.reduce((sum, x, i) => {
    const [linear, power] = paid(i)
    const traded = Math.abs(x - w0[i]!)
    return sum + rate(i) * of[kind](x, i) + linear * traded + power * traded ** 1.5
  }, 0)
}

function boundsOf(
  { assets, w0, limits, lower, upper, longOnly, participation }: PortfolioDocument,
  i: number,
) {
  // prettier-ignore
  const [symbol, cap] = [assets[i]!, participation?.[i] ?? Infinity]
  const position = limits.position ?? Infinity
  return [
    { name: `position:${symbol}`, from: -position, to: position },
    { name: `longOnly:${symbol}`, from: longOnly === true ? 0 : -Infinity, to: Infinity },
    { name: `participation:${symbol}`, from: w0[i]! - cap, to: w0[i]! + cap },
    { name: `lower:${symbol}`, from: lower?.[i] ?? -Infinity, to: Infinity },
    { name: `upper:${symbol}`, from: -Infinity, to: upper?.[i] ?? Infinity },
  ]
}

/** The largest distance of 0 from a name's subdifferential, bounds' prices included. */
function stationarity(
  document: PortfolioDocument,
  w: readonly number[],
  prices: Readonly<Record<string, number>>,
  rows: readonly (Constraint & { readonly price: number })[],
): number {
  const { alpha, w0, idiosyncraticVariance, spreadCost, impact, borrow, uncertainty, factors, riskAversion } = document // prettier-ignore
  const { exposures, covariance } = factors
  const y = covariance.map((_, j) => w.reduce((sum, x, i) => sum + x * exposures[i]![j]!, 0))
  const pull = covariance.map((row) => 2 * riskAversion * row.reduce((sum, c, j) => sum + c * y[j]!, 0)) // prettier-ignore
  let worst = 0
  for (const [i, x] of w.entries()) {
    const z = x - w0[i]!
    const charged = (kind: Constraint['kind']) => rows.reduce((sum, row) => sum + (row.kind === kind ? row.price * row.rate(i) : 0), 0) // prettier-ignore
    const budget = (which: 0 | 1) => rows.reduce((sum, row) => sum + (row.paid === undefined ? 0 : row.price * row.paid(i)[which]), 0) // prettier-ignore
    const [held, traded] = [(uncertainty?.[i] ?? 0) + charged('gross'), spreadCost[i]! + charged('turnover') + budget(0)] // prettier-ignore
    const short = (borrow?.[i] ?? 0) + held
    let [low, high] = [1, 1].map(() => 2 * riskAversion * idiosyncraticVariance[i]! * x - alpha[i]! + pull.reduce((sum, p, j) => sum + p * exposures[i]![j]!, 0) + charged('net') + 1.5 * ((impact?.[i] ?? 0) + budget(1)) * Math.sqrt(Math.abs(z)) * Math.sign(z)) as [number, number] // prettier-ignore
    low += (x > NEAR ? held : -short) + (z > NEAR ? traded : -traded)
    high += (x < -NEAR ? -short : held) + (z < -NEAR ? -traded : traded)
    for (const { name, from, to } of boundsOf(document, i)) {
      const price = prices[name] ?? 0
      // A name that may not move has a price of either sign: the one that explains its weight.
      const isUpper = to - from <= NEAR ? low <= 0 : Math.abs(to - x) <= Math.abs(x - from)
      const push = isUpper ? price : -price
      low += push
      high += push
      if (price > 0) worst = Math.max(worst, price * Math.min(Math.abs(to - x), Math.abs(x - from)))
    }
    worst = Math.max(worst, low, -high)
  }
  return worst
}
