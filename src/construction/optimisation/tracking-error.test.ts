/** The limit on tracking error by its optimality conditions, written out again, and by hand. */
import { expect, test } from 'vitest'
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { TRACKING_LABEL } from '#construction/optimisation/tracking-error.ts'
import { checkedOptimum, trackingErrorAt } from '#test/support/optimisation-optimality.ts'
import { optimisationCase } from '#test/support/optimisation-cases.ts'

/** A case with a benchmark near its start, limited to a share of what it would do without the limit. */
function trackedCase(seed: number, share: number): OptimisationCase {
  const of = optimisationCase(seed, { most: 30, outside: seed % 2 === 0 ? 0.5 : 0 })
  const weights = of.start.map((w, i) => (i % 3 === 0 ? 0 : w + 0.02))
  const free = optimise({ ...of, tracking: { weights, most: 1e6 } })
  if (free.status !== 'optimal') throw new Error(`seed ${seed}: ${free.status}`)
  const distance = trackingErrorAt({ ...of, tracking: { weights, most: 1 } }, free.weights)
  return { ...of, tracking: { weights, most: share * distance } }
}

test('a limit that binds is met, at a price that explains every weight', () => {
  let binding = 0
  for (let seed = 1; seed <= 120; seed++) {
    const of = trackedCase(seed, 0.97)
    const found = optimise(of)
    if (found.status !== 'optimal' || found.unmended.some(({ label }) => label === TRACKING_LABEL)) continue // prettier-ignore
    const { most } = of.tracking!
    const inside = found.unmended.length === 0
    const { trackingError, stationarity, broken } = checkedOptimum(of, found.weights, found.shadowPrices) // prettier-ignore
    expect(trackingError, `seed ${seed}`).toBeLessThanOrEqual(most * (1 + 1e-9))
    expect(trackingError, `seed ${seed}`).toBeGreaterThan(most * (1 - 1e-8))
    expect(found.shadowPrices.get(TRACKING_LABEL), `seed ${seed}`).toBeGreaterThan(0)
    expect(broken, `seed ${seed}`).toBeLessThan(1e-9)
    if (inside) expect(stationarity, `seed ${seed}`).toBeLessThan(1e-7)
    binding += 1
  }
  expect(binding).toBeGreaterThan(60)
})

test('what a unit of the limit is worth is what a little more of it gains', () => {
  for (const seed of [1, 3, 5, 7, 9, 11]) {
    const of = trackedCase(seed, 0.97)
    const at = (factor: number) => {
      const found = optimise({ ...of, tracking: { ...of.tracking!, most: of.tracking!.most * factor } }) // prettier-ignore
      if (found.status !== 'optimal') throw new Error(`seed ${seed}: ${found.status}`)
      return found
    }
    if (at(1).unmended.length > 0) continue
    const gained = (at(1.0005).objective - at(0.9995).objective) / (0.001 * of.tracking!.most)
    const worth = at(1).shadowPrices.get(TRACKING_LABEL)!
    expect(Math.abs(gained / worth - 1), `seed ${seed}`).toBeLessThan(0.02)
  }
})

test('a limit that does not bind changes nothing and is worth nothing', () => {
  const { tracking, ...of } = trackedCase(3, 1.01)
  const [free, held] = [optimise(of), optimise({ ...of, tracking: tracking! })]
  if (free.status !== 'optimal' || held.status !== 'optimal') throw new Error('feasible')
  expect(held.weights).toEqual(free.weights)
  expect(held.shadowPrices.has(TRACKING_LABEL)).toBe(false)
})

test('a book that is too far and cannot come near enough today goes as near as it can', () => {
  const of = trackedCase(5, 1)
  const { weights } = of.tracking!
  const start = trackingErrorAt(of, of.start)
  const found = optimise({ ...of, tracking: { weights, most: start * 1e-3 } })
  if (found.status !== 'optimal') throw new Error(found.status)
  const [missed] = found.unmended.filter(({ label }) => label === TRACKING_LABEL)
  const reached = trackingErrorAt(of, found.weights)
  expect(missed).toEqual({ label: TRACKING_LABEL, limit: start * 1e-3, start: expect.closeTo(start, 12) as number, reached: expect.closeTo(reached, 12) as number }) // prettier-ignore
  expect(reached).toBeLessThan(start)
  // No other weights inside the facts are nearer: a little toward the start is not, nor is any single name's move.
  const tighter = optimise({ ...of, tracking: { weights, most: reached * (1 - 1e-4) } })
  if (tighter.status !== 'optimal') throw new Error(tighter.status)
  expect(tighter.unmended.map(({ label }) => label)).toContain(TRACKING_LABEL)
})

test('facts that force a book away are named with the distance they need', () => {
  const plain = trackedCase(7, 1)
  const n = plain.names.length
  const forced = { label: `do-not-sell:${plain.names[0]!}`, index: 0, lower: plain.start[0]! + 0.5, upper: 9, kind: 'fact' as const } // prettier-ignore
  const [weights, limits] = [
    plain.start.slice(),
    [plain.limits.find(({ name }) => name === 'beta')!],
  ]
  const wide = limits.map((row) => ({ ...row, lower: -99, upper: 99 }))
  const found = optimise({ ...plain, bounds: [forced], limits: wide, tracking: { weights, most: 1e-4 } }) // prettier-ignore
  if (found.status !== 'infeasible') throw new Error(found.status)
  expect(found.conflict).toEqual([TRACKING_LABEL, forced.label])
  const needed = 1e-4 + found.cheapestRelaxation.get(TRACKING_LABEL)!
  const again = (most: number) => optimise({ ...plain, bounds: [forced], limits: wide, tracking: { weights, most } }).status // prettier-ignore
  expect([again(needed * (1 + 1e-6)), again(needed * (1 - 1e-6))]).toEqual([
    'optimal',
    'infeasible',
  ])
  expect(n).toBeGreaterThan(1)
})
