/**
 * How well risk models foretell: models of the days up to each of many dates, against what portfolios did on the days after.
 *
 * The measure is the bias statistic, the root mean square of return / predicted standard deviation: 1 is right, 2 is twice the
 * risk that was foretold (J. Menchero, J. Wang & D. J. Orr, "Improving Risk Forecasts for Optimized Portfolios", Financial
 * Analysts Journal 68 (2012)). Random portfolios average errors out; the minimum-variance portfolio seeks them.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { covarianceTimes, riskOf } from '#risk/models/portfolio-risk.ts'
import type { RiskModel, RiskModelSettings, RiskName } from '#risk/models/risk-model.ts'

export interface Backtest {
  readonly names: readonly RiskName[]
  /** Of every name on the same days. */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  /** The first date that a model is made on, as a position among the days, and every how many days another is. */
  readonly first: number
  readonly every: number
}

export interface Foretold {
  /** Of random portfolios: bought, and bought against sold. */
  readonly longBias: number
  readonly spreadBias: number
  /** Of the minimum-variance portfolio: its bias, and what it came to, a year. */
  readonly minimumBias: number
  readonly minimumVolatility: number
}

const RANDOM_PORTFOLIOS = 8

/** Models until each date, judged on the days until the next. */
export function foretold(of: Backtest, settings: RiskModelSettings): Foretold {
  const days = of.bars.get(of.names[0]!.driver)!.length
  const scores = { long: new Squares(), spread: new Squares(), minimum: new Squares(), realised: new Squares() } // prettier-ignore
  for (let t = of.first; t + of.every < days; t += of.every) {
    const model = modelUntil(of, t, settings)
    const next = returnsAfter(of, t)
    for (let draw = 0; draw < RANDOM_PORTFOLIOS; draw++) {
      judge(scores.long, model, randomWeights(of, t, draw, false), next)
      judge(scores.spread, model, randomWeights(of, t, draw, true), next)
    }
    const w = minimumVariance(model)
    judge(scores.minimum, model, w, next)
    for (const day of next) scores.realised.add(dot(day, w))
  }
  return {
    longBias: scores.long.root(),
    spreadBias: scores.spread.root(),
    minimumBias: scores.minimum.root(),
    minimumVolatility: scores.realised.root() * Math.sqrt(252),
  }
}

class Squares {
  #sum = 0
  #count = 0
  add(x: number): void {
    this.#sum += x * x
    this.#count += 1
  }
  root(): number {
    return Math.sqrt(this.#sum / this.#count)
  }
}

function modelUntil(of: Backtest, t: number, settings: RiskModelSettings): RiskModel {
  const known = new Map([...of.bars].map(([id, bars]) => [id, bars.slice(Math.max(0, t - settings.windowDays), t + 1)])) // prettier-ignore
  const model = estimateRiskModel(of.names, known, undefined, settings)
  if (!model.ok) throw new Error(model.error)
  return model.value
}

/** By day, [n] each. */
function returnsAfter({ names, bars, every }: Backtest, t: number): readonly Float64Array[] {
  const closes = names.map(({ driver }) => bars.get(driver)!.slice(t, t + every + 1))
  return Array.from({ length: every }, (_, day) => Float64Array.from(closes, (of) => of[day + 1]!.close / of[day]!.close - 1)) // prettier-ignore
}

function judge(into: Squares, model: RiskModel, w: Float64Array, days: readonly Float64Array[]) {
  const risk = riskOf(model, w)
  for (const day of days) into.add(dot(day, w) / risk)
}

/** Of all names; as much sold as bought where it is a spread. */
function randomWeights({ names }: Backtest, t: number, draw: number, isSpread: boolean) {
  const stream = randomStream(randomKey(6, 'portfolio', t, draw, isSpread ? 1 : 0))
  const w = Float64Array.from(names, () => (isSpread ? stream.normal() : stream.uniform()))
  const centre = isSpread ? w.reduce((sum, x) => sum + x, 0) / names.length : 0
  return w.map((x) => x - centre)
}

/** Cov⁻¹1 / 1ᵀCov⁻¹1 by conjugate gradients, scaled by the diagonal's mean; a hair of ridge where Cov is singular. */
export function minimumVariance(model: RiskModel): Float64Array {
  const n = model.instruments.length
  const scale = meanVariance(model)
  const times = (x: Float64Array) =>
    covarianceTimes(model, x).map((y, i) => y / scale + 1e-8 * x[i]!)
  const x = new Float64Array(n)
  const left = new Float64Array(n).fill(1)
  let direction = left.slice()
  let square = dot(left, left)
  const enough = 1e-20 * square
  for (let step = 0; step < 20 * n && square > enough; step++) {
    const product = times(direction)
    const length = square / dot(direction, product)
    for (let i = 0; i < n; i++) {
      x[i]! += length * direction[i]!
      left[i]! -= length * product[i]!
    }
    const next = dot(left, left)
    direction = direction.map((value, i) => left[i]! + (next / square) * value)
    square = next
  }
  const total = x.reduce((sum, value) => sum + value, 0)
  return x.map((value) => value / total)
}

function meanVariance(model: RiskModel): number {
  const n = model.instruments.length
  let total = 0
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n)
    unit[i] = 1
    total += riskOf(model, unit) * riskOf(model, unit)
  }
  return total / n
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
