/** The exact path of one name against a slow search, and how it answers against differences. */
import { expect, test } from 'vitest'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import { findPath, firstBoundPrice, pathScratch, type Charges, type Terrain } from '#numerics/multi-period/name-path.ts' // prettier-ignore
import { responseOf, responseScratch } from '#numerics/multi-period/response.ts'

interface Name {
  readonly terrain: Terrain
  readonly charges: Charges
}

/** One name with every feature, each often absent. */
function nameOf(random: RandomStream, periods: number): Name {
  const per = (value: () => number) => Float64Array.from({ length: periods }, value)
  const or0 = (share: number, value: number) => (random.uniform() < share ? 0 : value)
  const isFree = random.uniform() < 0.15
  const hasImpact = random.uniform() < 0.5
  const isBound = random.uniform() < 0.6
  const isCapped = random.uniform() < 0.4
  const start = or0(0.3, 0.5 * random.normal())
  // Bounds that staying satisfies; now and then a weight that may not move.
  const isFixed = random.uniform() < 0.1
  const room = () => (isFixed ? 0 : isBound ? or0(0.2, random.uniform()) : Infinity)
  const cap = () => (isCapped ? or0(0.2, 0.5 * random.uniform()) : Infinity)
  const terrain = {
    periods,
    start: Float64Array.of(start),
    curvature: per(() => 0.2 + random.uniform()),
    lower: per(() => start - room()),
    upper: per(() => start + room()),
    leastTrade: per(() => -cap()),
    mostTrade: per(cap),
  }
  const charges = {
    forecast: per(() => random.normal()),
    holding: per(() => or0(0.4, 0.5 * random.uniform())),
    trading: per(() => (isFree ? 0 : or0(0.1, random.uniform()))),
    impact: per(() => (hasImpact ? or0(0.2, random.uniform()) : 0)),
  }
  return { terrain, charges }
}

/** The objective by its formula; ∞ outside of the bounds. */
function costOf({ terrain, charges }: Name, w: readonly number[]): number {
  let sum = 0
  let before = terrain.start[0]!
  for (const [t, x] of w.entries()) {
    const z = x - before
    if (x < terrain.lower[t]! - 1e-12 || x > terrain.upper[t]! + 1e-12) return Infinity
    if (z < terrain.leastTrade[t]! - 1e-12 || z > terrain.mostTrade[t]! + 1e-12) return Infinity
    sum += 0.5 * terrain.curvature[t]! * x ** 2 - charges.forecast[t]! * x
    sum += charges.holding[t]! * Math.abs(x) + charges.trading[t]! * Math.abs(z) + charges.impact[t]! * Math.abs(z) ** 1.5 // prettier-ignore
    before = x
  }
  return sum
}

function found({ terrain, charges }: Name, root = 0.05): Float64Array {
  const weights = new Float64Array(terrain.periods)
  const roots = new Float64Array(terrain.periods).fill(root)
  findPath(terrain, charges, 0, pathScratch(terrain.periods), roots, weights)
  return weights
}

test('no move of some steps together improves on the path', () => {
  const random = randomStream(randomKey(11, 'path of one name'))
  for (let round = 0; round < 1_500; round++) {
    const periods = 1 + random.below(6)
    const name = nameOf(random, periods)
    const w = [...found(name)]
    const least = costOf(name, w)
    expect(least).toBeLessThan(Infinity)
    // A convex function has no better point in the directions of its kinks and at random, at any scale.
    for (let look = 0; look < 60; look++) {
      const size = 10 ** (-6 * random.uniform()) * random.normal()
      const [from, to] = [random.below(periods), 1 + random.below(periods)]
      const isRandom = look % 3 === 0
      const moved = w.map((x, t) => x + (isRandom ? size * random.normal() : t >= from && t < to ? size : 0)) // prettier-ignore
      expect(costOf(name, moved)).toBeGreaterThanOrEqual(least - 1e-12)
    }
  }
})

test('the path does not depend on where the tangents were tried first', () => {
  const random = randomStream(randomKey(12, 'roots'))
  for (let round = 0; round < 500; round++) {
    const name = nameOf(random, 1 + random.below(6))
    const other = found(name, 1e-12)
    found(name, 2).forEach((w, t) => expect(w).toBeCloseTo(other[t]!, 9))
  }
})

/** One name over two steps, from nothing: q = 1, a = 0.2. */
const twoSteps = (forecast: readonly number[]): Name => ({
  terrain: {
    periods: 2,
    start: Float64Array.of(0),
    curvature: Float64Array.of(1, 1),
    lower: Float64Array.of(-9, -9),
    upper: Float64Array.of(9, 9),
    leastTrade: Float64Array.of(-Infinity, -Infinity),
    mostTrade: Float64Array.of(Infinity, Infinity),
  },
  charges: {
    forecast: Float64Array.from(forecast),
    holding: Float64Array.of(0, 0),
    trading: Float64Array.of(0.2, 0.2),
    impact: Float64Array.of(0, 0),
  },
})

test('two steps by hand: buying once is cheaper than twice', () => {
  // q = 1, v = 1 then 0.5, a = 0.2, from nothing. Trading both ways: w₁ = 1 − 0.2 − 0.2, w₂ = 0.5 + 0.2 > w₁, so that they
  // are one weight: 2w = 1.5 − 0.2.
  expect([...found(twoSteps([1, 0.5]))]).toEqual([0.65, 0.65])
  // A forecast that goes further apart is worth two trades: w₁ = v₁ − 0.4, w₂ = v₂ + 0.2.
  const [first, second] = found(twoSteps([1, 0]))
  expect(first).toBeCloseTo(0.6, 14)
  expect(second).toBeCloseTo(0.2, 14)
})

test('the answer to a change of forecasts is what differences say', () => {
  const random = randomStream(randomKey(13, 'responses'))
  let [compared, moved] = [0, 0]
  for (let round = 0; round < 400; round++) {
    const periods = 1 + random.below(5)
    const name = nameOf(random, periods)
    const out = new Float64Array(periods * periods)
    responseOf(name.terrain, name.charges, 0, found(name), responseScratch(periods), out)
    for (let t = 0; t < periods; t++) {
      const shifted = (by: number) => {
        const forecast = name.charges.forecast.slice()
        forecast[t]! += by
        return found({ ...name, charges: { ...name.charges, forecast } })
      }
      const [above, below, here] = [shifted(1e-6), shifted(-1e-6), found(name)]
      for (let k = 0; k < periods; k++) {
        const [right, left] = [(above[k]! - here[k]!) / 1e-6, (here[k]! - below[k]!) / 1e-6]
        compared++
        if (Math.abs(right - left) > 1e-4) continue
        if (Math.abs(right) > 0.01) moved++
        expect(Math.abs(out[t * periods + k]! - (right + left) / 2)).toBeLessThan(1e-3)
      }
    }
  }
  expect(moved).toBeGreaterThan(500)
  expect(compared).toBeGreaterThan(moved)
})

test('the price of a bound in the first step is what a wider bound saves', () => {
  const random = randomStream(randomKey(14, 'bound prices'))
  let priced = 0
  for (let round = 0; round < 600; round++) {
    const periods = 1 + random.below(4)
    const name = nameOf(random, periods)
    const { terrain, charges } = name
    if (terrain.lower[0] === terrain.upper[0] || terrain.leastTrade[0]! > -9 || terrain.mostTrade[0]! < 9) continue // prettier-ignore
    const scratch = pathScratch(periods)
    const roots = new Float64Array(periods).fill(0.05)
    const w = new Float64Array(periods)
    findPath(terrain, charges, 0, scratch, roots, w)
    const price = firstBoundPrice(terrain, charges, 0, scratch, roots, w[0]!)
    if (price === 0) continue
    priced++
    const [lower, upper] = [terrain.lower.slice(), terrain.upper.slice()]
    if (price > 0) upper[0]! += 1e-7
    else lower[0]! -= 1e-7
    const wider = { charges, terrain: { ...terrain, lower, upper } }
    const saved = costOf(name, [...w]) - costOf(wider, [...found(wider)])
    expect(saved / 1e-7).toBeCloseTo(Math.abs(price), 3)
  }
  expect(priced).toBeGreaterThan(20)
})
