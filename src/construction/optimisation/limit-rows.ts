/**
 * The limits on sums over names, at the warn levels of the limits table.
 *
 * | label | bounds |
 * | --- | --- |
 * | `gross` | Σ\|w\| |
 * | `net` | Σ cᵢwᵢ, both ways, hedges apart (net-exposure.ts); `net:EUR` counts its pairs, `net-short` is the lower side |
 * | `turnover` | Σ\|z\| of traded notional, what is left today; a fact, which never gives |
 * | `cash` | what is held and what trading costs, above the buffer |
 * | `position:…` | \|Σw\| of an issuer of several names: an option against its stock is the same bet |
 * | `sector:…` | Σ\|w\| of stocks and options; net lies within gross, and needs no row |
 * | `cluster:…` | Σ\|w\| of names that move together, by the first of them |
 * | `class:…` | Σ\|w\| of an asset class, at most its leverage |
 * | `margin` | Σ\|w\| by the classes' initial rates, within the net asset value |
 * | `marginCushion` | maintenance margin, leaving the cushion that the broker's figures have less what is added |
 * | `beta` | Σ βᵢwᵢ, both ways |
 * | `factor:…` | between the bands of the settings |
 *
 * Within a sector or cluster Σ\|w\| counts an issuer's stock and options apart, which is never less than the figure that
 * sets them against each other. So does the cushion, which takes the dearer side of names that may be on either.
 */
import { toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { Row } from '#numerics/portfolio/problem.ts'
import { CLASS_LIMITS, classOf, MARGIN_AVAILABLE } from '#risk/class-limits.ts'
import type { Clusters } from '#risk/correlation-clusters.ts'
import { countsByName } from '#risk/issuer-weights.ts'
import { levelOf, type Metric } from '#risk/limits.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import { cashShare } from '#construction/constraints.ts'
import type { FactorBand } from '#construction/construction-settings.ts'
import type { Names } from '#construction/margin.ts'
import { marginRatesOf } from '#construction/optimisation/margin-rates.ts'
import type { NetExposure } from '#construction/optimisation/net-exposure.ts'
import { sharedIssuers } from '#construction/optimisation/name-bounds.ts'
import type { WeightLimit } from '#construction/optimisation/optimisation-case.ts'
import type { TradingTerms } from '#construction/optimisation/trading-terms.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { turnoverLeft } from '#construction/turnover-left.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

export interface RowFacts {
  readonly inputs: PlanInputs
  readonly book: ValuedBook
  readonly clusters: Clusters
  readonly risk: RiskModel
  readonly bands: readonly FactorBand[]
  readonly terms: readonly TradingTerms[]
  readonly betas: Float64Array
  readonly net: NetExposure
  /** What each name's weight may be by its bounds: which side of margin it can take. */
  readonly box: { readonly lower: Float64Array; readonly upper: Float64Array }
}

/** All rows; those without a bound in the table are left out. */
export function limitRows(facts: RowFacts): Result<readonly WeightLimit[]> {
  const { inputs, book, net, betas } = facts
  const most = (metric: Metric): number => levelOf(inputs.limits, metric, 'warn')
  const bands = facts.bands.map((band) => bandRow(facts, band))
  const unknown = bands.find((band) => !band.ok)
  if (unknown !== undefined && !unknown.ok) return unknown
  const turnover = Float64Array.from(facts.terms, ({ notionalShare }) => notionalShare)
  const rows: readonly WeightLimit[] = [
    sizeRow('gross', filled(book, () => 1), most('grossLeverage')), // prettier-ignore
    ...netRows(net, most('netLeverage')),
    { ...sizeRow('turnover', turnover, turnoverLeft(inputs, book.nav)), measure: 'turnover', kind: 'fact' }, // prettier-ignore
    cashRow(facts),
    ...issuerRows(book, most('largestPosition')),
    ...groupRows(book, 'sector', ({ sector }) => sector, 1, most('largestSector')),
    ...groupRows(book, 'cluster', ({ id }) => facts.clusters.get(id), 2, most('correlatedWeight')),
    ...classRows(book),
    sizeRow('margin', filled(book, (name) => CLASS_LIMITS[classOf(name.facts)].marginRate), MARGIN_AVAILABLE), // prettier-ignore
    cushionRow(facts, most('marginCushion')),
    evenRow('beta', betas, most('beta')),
    ...bands.flatMap((band) => (band.ok ? [band.value] : [])),
  ]
  return ok(rows.filter(({ lower, upper }) => lower > -Infinity || upper < Infinity))
}

const filled = ({ names }: ValuedBook, rateOf: (name: ValuedName, i: number) => number) =>
  Float64Array.from(names, rateOf)

const sizeRow = (name: string, rates: Float64Array, upper: number): WeightLimit => ({ name, measure: 'gross', rates, lower: -Infinity, upper, kind: 'limit' }) // prettier-ignore
const netRow = (name: string, rates: Float64Array, lower: number, upper: number): WeightLimit => ({ name, measure: 'net', rates, lower, upper, kind: 'limit' }) // prettier-ignore
const evenRow = (name: string, rates: Float64Array, most: number): WeightLimit => netRow(name, rates, -most, most) // prettier-ignore

/** One row where no pair may hedge, else those of each side. */
function netRows({ above, below }: NetExposure, most: number): WeightLimit[] {
  if (above.length === 1 && below.length === 1 && above[0]!.counting === below[0]!.counting)
    return [evenRow('net', above[0]!.rates, most)]
  return [
    ...above.map(({ counting, rates }, i) => netRow(labelOf('net', counting, i), rates, -Infinity, most)), // prettier-ignore
    ...below.map(({ counting, rates }, i) => netRow(labelOf('net-short', counting, i), rates, -most, Infinity)), // prettier-ignore
  ]
}

const labelOf = (side: string, counting: string, i: number): string => i === 0 ? side : `${side}:${counting}` // prettier-ignore

/** Cash after the trades is the cash there is, less what they pay and cost: not below the buffer. */
function cashRow({ inputs, book, terms }: RowFacts): WeightLimit {
  const rates = filled(book, cashShare)
  const held = book.names.reduce((sum, { weight }, i) => sum + rates[i]! * weight, 0)
  const upper = held + book.cash / book.nav - inputs.policy.cashBuffer
  const spends: Row['spends'] = {
    trading: Float64Array.from(terms, ({ tradingCost }) => tradingCost),
    impact: Float64Array.from(terms, ({ impact }) => impact),
  }
  return { ...netRow('cash', rates, -Infinity, upper), spends }
}

function issuerRows(book: ValuedBook, most: number): WeightLimit[] {
  return [...sharedIssuers(book)]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([issuer, of]) => evenRow(`position:${issuer}`, among(book, of), most))
}

/** Σ|w| of the stocks and options in each group of so many at least. */
function groupRows(
  book: ValuedBook,
  label: string,
  groupOf: (name: ValuedName) => string | undefined,
  least: number,
  most: number,
): WeightLimit[] {
  const named = [...book.names.keys()].filter((i) => countsByName(book.names[i]!.facts))
  const groups = Map.groupBy(named, (i) => groupOf(book.names[i]!))
  return [...groups]
    .flatMap(([group, of]): [string, readonly number[]][] =>
      group === undefined || of.length < least ? [] : [[group, of]],
    ) // prettier-ignore
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([group, of]) => sizeRow(`${label}:${group}`, among(book, of), most))
}

function classRows(book: ValuedBook): WeightLimit[] {
  const classes = Map.groupBy(book.names.keys(), (i) => classOf(book.names[i]!.facts))
  return [...classes]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([name, of]) => sizeRow(`class:${name}`, among(book, of), CLASS_LIMITS[name].leverage))
}

function among(book: ValuedBook, members: readonly number[]): Float64Array {
  const rates = new Float64Array(book.names.length)
  for (const i of members) rates[i] = 1
  return rates
}

/**
 * The cushion after the trades is the broker's, less the margin that they add. Where the broker gives no figure the whole
 * net asset value is what there was.
 *
 * @param least - ∞ where the table has no row
 */
function cushionRow({ inputs, book, box }: RowFacts, least: number): WeightLimit {
  const names: Names = new Map(book.names.map((name) => [name.id, name]))
  const sides = book.names.map((name) => marginRatesOf(name, names))
  const now = book.names.reduce((sum, { weight }, i) => sum + Math.abs(weight) * (weight < 0 ? sides[i]!.short : sides[i]!.long), 0) // prettier-ignore
  const excess = toNumber(inputs.snapshot.margin.excessLiquidity) / book.nav
  // A name that starts beyond its bounds may stay there.
  const rates = Float64Array.from(sides, ({ long, short }, i) => {
    const { weight } = book.names[i]!
    return Math.max(Math.max(box.upper[i]!, weight) > 0 ? long : 0, Math.min(box.lower[i]!, weight) < 0 ? short : 0) // prettier-ignore
  })
  const upper = least === Infinity ? Infinity : now + excess - least
  return sizeRow('marginCushion', rates, upper)
}

function bandRow({ risk, betas, book }: RowFacts, band: FactorBand): Result<WeightLimit> {
  const { factor, lower, upper } = band
  const label = `factor:${factor}`
  if (!(lower <= upper))
    return err(`construction.factorBands ${factor}: was ${lower} to ${upper}, expected two numbers, the lower first`) // prettier-ignore
  if (factor === 'beta') return ok(netRow(label, betas, lower, upper))
  const at = risk.factors.indexOf(factor)
  const k = risk.factors.length
  if (at < 0)
    return err(`construction.factorBands: "${factor}" is no factor of the risk model, expected beta or one of ${risk.factors.join(', ')}`) // prettier-ignore
  return ok(netRow(label, filled(book, (_, i) => risk.exposures[i * k + at]!), lower, upper)) // prettier-ignore
}
