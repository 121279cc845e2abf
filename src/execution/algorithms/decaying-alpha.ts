/**
 * The best path of an order whose price is expected to drift while it waits, at a pace that fades.
 *
 * To the cost of Almgren & Chriss (`almgren-chriss.ts`) comes what the drift μ(t) = μ₀ e^(−δt) takes from units that
 * are not traded yet. In continuous time, with x the units left and v = −ẋ,
 *
 *   minimise ∫ ( η v² + λ σ² x² + μ(t) x ) dt   ⇒   ẍ = κ² x + μ(t) / 2η,   κ² = λ σ² / η
 *
 * (permanent impact costs γ X² / 2 on every path). A particular solution is C e^(−δt), C = μ₀ / (2η (δ² − κ²)), so that
 * between x(0) = X and x(T) = 0
 *
 *   x(t) = (X − C) sinh κ(T − t) / sinh κT − C e^(−δT) sinh κt / sinh κT + C e^(−δt)
 *
 * For a drift that does not fade this is the paper's section 4.1. We never trade the wrong way: where a strong alpha
 * would have the order overshoot, it ends at the time at which the pace runs out, ẋ = 0; where the price is expected to
 * come our way, it starts at the time from which the pace is not negative. Both are found by halving.
 */
import {
  sinhRatio,
  urgencyRate,
  type ExecutionProblem,
} from '#execution/algorithms/almgren-chriss.ts'

/** A drift against the trade. */
export interface FadingDrift {
  /** μ₀, quote currency a day; negative where the price comes our way. */
  readonly initial: number
  /** δ, per day, > 0. */
  readonly fading: number
}

/** A path with its ends, as plain numbers; times in days from the order's start. */
export interface Trajectory {
  readonly units: number
  readonly start: number
  readonly end: number
  /** κ, per day. */
  readonly rate: number
  /** μ / 2η when it starts, units a day². */
  readonly pull: number
  /** δ, per day. */
  readonly fading: number
}

/** The path of least cost. */
export function bestTrajectory(problem: ExecutionProblem, drift: FadingDrift): Trajectory {
  const rate = urgencyRate(problem)
  const whole: Trajectory = {
    units: problem.units,
    start: 0,
    end: problem.days,
    rate,
    pull: drift.initial / (2 * problem.impact.temporary),
    fading: apartFrom(rate, drift.fading),
  }
  if (drift.initial > 0) return endedEarly(whole)
  return drift.initial < 0 ? startedLate(whole) : whole
}

/**
 * Units still to be traded.
 *
 * @param at - days from the order's start
 * @returns from X to 0
 */
export function remainingAt(path: Trajectory, at: number): number {
  const { units, start, end, rate, fading } = path
  if (at <= start) return units
  if (at >= end) return 0
  const [gone, length] = [at - start, end - start]
  const particular = particularOf(path)
  const left =
    (units - particular) * sinhRatio(rate, length - gone, length) -
    particular * Math.exp(-fading * length) * sinhRatio(rate, gone, length) +
    particular * Math.exp(-fading * gone)
  return Math.min(units, Math.max(0, left))
}

/** C of the formula. */
const particularOf = ({ pull, fading, rate }: Trajectory): number =>
  pull / (fading * fading - rate * rate)

/** Where δ = κ the formula divides zero by zero; a thousandth beside it the path is the same to a thousandth. */
const apartFrom = (rate: number, fading: number): number =>
  Math.abs(fading - rate) > RESONANCE * rate ? fading : rate * (1 + RESONANCE)

const RESONANCE = 1e-3

function endedEarly(path: Trajectory): Trajectory {
  if (slopes(path).last <= 0) return path
  const end = halved(0, path.end, (to) => slopes({ ...path, end: to }).last <= 0)
  return { ...path, end }
}

function startedLate(path: Trajectory): Trajectory {
  if (slopes(path).first <= 0) return path
  const from = (start: number): Trajectory => ({
    ...path,
    start,
    pull: path.pull * Math.exp(-path.fading * start),
  })
  return from(halved(path.end, 0, (start) => slopes(from(start)).first <= 0))
}

/** ẋ at both ends. */
function slopes(path: Trajectory): { readonly first: number; readonly last: number } {
  const { units, start, end, rate, fading } = path
  const length = end - start
  const particular = particularOf(path)
  const faded = particular * Math.exp(-fading * length)
  const product = rate * length
  const even = product < 1e-6
  const cosecant = even
    ? 1 / length
    : (2 * rate * Math.exp(-product)) / (1 - Math.exp(-2 * product))
  const cotangent = even ? 1 / length : (rate * (1 + Math.exp(-2 * product))) / (1 - Math.exp(-2 * product)) // prettier-ignore
  return {
    first: -(units - particular) * cotangent - faded * cosecant - particular * fading,
    last: -(units - particular) * cosecant - faded * cotangent - faded * fading,
  }
}

/** The last point from `good` towards `bad` at which something holds, to a billionth of the way. */
function halved(good: number, bad: number, holds: (at: number) => boolean): number {
  let [inside, outside] = [good, bad]
  for (let halving = 0; halving < 30; halving++) {
    const middle = (inside + outside) / 2
    if (holds(middle)) inside = middle
    else outside = middle
  }
  return inside
}
