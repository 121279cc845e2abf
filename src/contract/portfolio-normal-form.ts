/** From a portfolio document to what the solver takes: each limit becomes a row or a bound, by the name people know. */
import { err, ok, type Result } from '#model/result.ts'
import type { BoundLimit } from '#numerics/portfolio/conflict.ts'
import { factorLoadings } from '#numerics/portfolio/factor-loadings.ts'
import type { PortfolioProblem, Row, WarmStart } from '#numerics/portfolio/problem.ts'
import type { PortfolioDocument } from '#contract/portfolio-document.ts'

export interface NormalForm {
  readonly problem: PortfolioProblem
  /** What the names' bounds come from. */
  readonly bounds: readonly BoundLimit[]
  readonly warmStart: WarmStart | undefined
}

/** @returns else that the covariance has a negative eigenvalue */
export function normalFormOf(document: PortfolioDocument): Result<NormalForm> {
  const { assets, riskAversion, factors, warmStart } = document
  const n = assets.length
  const k = factors.covariance.length
  const risk = factorLoadings(flat(factors.exposures, k), flat(factors.covariance, k), k, riskAversion) // prettier-ignore
  if (risk === undefined)
    return err('factors.covariance: has a negative eigenvalue, expected a positive semidefinite matrix, such as a sample or shrunk covariance') // prettier-ignore
  const borrow = perName(document.borrow, n)
  const bounds = boundsOf(document)
  const rows = rowsOf(document)
  const problem: PortfolioProblem = {
    n,
    ...risk,
    forecast: filled(n, (i) => document.alpha[i]! + 0.5 * borrow[i]!),
    start: Float64Array.from(document.w0),
    curvature: filled(n, (i) => 2 * riskAversion * document.idiosyncraticVariance[i]!), // prettier-ignore
    holdingCost: perName(document.uncertainty, n).map((s, i) => s + 0.5 * borrow[i]!),
    tradingCost: Float64Array.from(document.spreadCost),
    impact: perName(document.impact, n),
    ...tightest(bounds, n),
    rows,
  }
  return ok({ problem, bounds, warmStart: warmStart && warmStartAt(problem, warmStart) })
}

/** A value for each name, by a plain loop: `Float64Array.from` with a function costs more than a solve. */
function filled(n: number, valueOf: (i: number) => number): Float64Array {
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) values[i] = valueOf(i)
  return values
}

const perName = (values: readonly number[] | undefined, n: number): Float64Array =>
  values === undefined ? new Float64Array(n) : filled(n, (i) => values[i]!)

function flat(rows: readonly (readonly number[])[], width: number): Float64Array {
  const all = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < width; j++) all[i * width + j] = rows[i]![j]!
  return all
}

/** Weights say what the factors' exposures will be, and nothing of the multipliers. */
function warmStartAt(
  { n, factors, loadings, rows }: PortfolioProblem,
  w: readonly number[],
): WarmStart {
  // prettier-ignore
  const exposures = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) exposures[j]! += loadings[i * factors + j]! * w[i]!
  return { multipliers: new Float64Array(rows.length), factors: exposures }
}

function rowsOf(document: PortfolioDocument): readonly Row[] {
  const { assets, limits, beta, sector, cash, clusters = [], factorBands = [], margin, factors } = document // prettier-ignore
  const everyName = new Float64Array(assets.length).fill(1)
  const rows: Row[] = []
  if (limits.gross !== undefined) rows.push(sizeRow('gross', 'gross', everyName, limits.gross))
  if (limits.net !== undefined) rows.push(netRow('net', everyName, -limits.net, limits.net))
  if (cash !== undefined) rows.push(budgetRow(document, everyName, 1 - cash))
  if (limits.turnover !== undefined)
    rows.push(sizeRow('turnover', 'turnover', everyName, limits.turnover))
  if (limits.beta !== undefined && beta !== undefined)
    rows.push(netRow('beta', Float64Array.from(beta), -limits.beta, limits.beta))
  for (const name of new Set(sector)) {
    const rates = filled(sector?.length ?? 0, (i) => (sector?.[i] === name ? 1 : 0))
    if (limits.sector !== undefined) rows.push(netRow(`sector:${name}`, rates, -limits.sector, limits.sector)) // prettier-ignore
    if (limits.sectorGross !== undefined) rows.push(sizeRow(`sectorGross:${name}`, 'gross', rates, limits.sectorGross)) // prettier-ignore
  }
  for (const { name, members, gross } of clusters) {
    const among = new Set(members)
    const rates = filled(assets.length, (i) => (among.has(assets[i]!) ? 1 : 0))
    rows.push(sizeRow(`cluster:${name}`, 'gross', rates, gross))
  }
  for (const { factor, lower = -Infinity, upper = Infinity } of factorBands) {
    const rates = filled(assets.length, (i) => factors.exposures[i]![factor]!)
    rows.push(netRow(`factor:${factor}`, rates, lower, upper))
  }
  if (margin !== undefined)
    rows.push(sizeRow('margin', 'gross', Float64Array.from(margin.rates), margin.available))
  return rows
}

/** Weights and, where asked, what it costs to trade to them. */
function budgetRow(document: PortfolioDocument, rates: Float64Array, upper: number): Row {
  const { assets, spreadCost, impact, spendCosts = false } = document
  const row = netRow('cash', rates, -Infinity, upper)
  const trading = Float64Array.from(spreadCost)
  return spendCosts ? { ...row, spends: { trading, impact: perName(impact, assets.length) } } : row
}

const sizeRow = (name: string, measure: 'gross' | 'turnover', rates: Float64Array, upper: number): Row => ({ name, measure, rates, lower: -Infinity, upper }) // prettier-ignore
const netRow = (name: string, rates: Float64Array, lower: number, upper: number): Row => ({ name, measure: 'net', rates, lower, upper }) // prettier-ignore

function boundsOf(document: PortfolioDocument): readonly BoundLimit[] {
  const { assets, w0, limits, lower, upper, longOnly, participation } = document
  const n = assets.length
  const all = Int32Array.from(assets.keys())
  const same = (value: number) => new Float64Array(n).fill(value)
  const bounds: BoundLimit[] = []
  const { position } = limits
  if (position !== undefined) bounds.push({ name: 'position', names: all, lower: same(-position), upper: same(position) }) // prettier-ignore
  if (longOnly === true) bounds.push({ name: 'longOnly', names: all, lower: same(0), upper: same(Infinity) }) // prettier-ignore
  if (participation !== undefined) {
    const reach = (sign: number) => filled(n, (i) => w0[i]! + sign * participation[i]!)
    bounds.push({ name: 'participation', names: all, lower: reach(-1), upper: reach(1) })
  }
  const single = (name: string, i: number, from: number, to: number): BoundLimit => ({ name: `${name}:${assets[i]}`, names: Int32Array.of(i), lower: Float64Array.of(from), upper: Float64Array.of(to) }) // prettier-ignore
  bounds.push(...(lower ?? []).map((bound, i) => single('lower', i, bound, Infinity)))
  bounds.push(...(upper ?? []).map((bound, i) => single('upper', i, -Infinity, bound)))
  return bounds
}

/** Limits that cross by less than this meet. */
const ROUNDING = 1e-12

function tightest(
  bounds: readonly BoundLimit[],
  n: number,
): Pick<PortfolioProblem, 'lower' | 'upper'> {
  // prettier-ignore
  const lower = new Float64Array(n).fill(-Infinity)
  const upper = new Float64Array(n).fill(Infinity)
  for (const bound of bounds)
    bound.names.forEach((i, at) => {
      lower[i] = Math.max(lower[i]!, bound.lower[at]!)
      upper[i] = Math.min(upper[i]!, bound.upper[at]!)
    })
  // Bounds from different limits may meet at a weight that neither can write exactly.
  for (let i = 0; i < n; i++)
    if (lower[i]! > upper[i]! && lower[i]! - upper[i]! <= ROUNDING) lower[i] = upper[i]!
  return { lower, upper }
}
