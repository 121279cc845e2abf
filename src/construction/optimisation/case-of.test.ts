/** Cases built from accounts of all four classes: their optima inside every limit, checked from the raw facts. */
import { expect, test } from 'vitest'
import { additionBans } from '#construction/addition-bans.ts'
import { optimisationCaseOf, type CaseFacts } from '#construction/optimisation/case-of.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { riskMeterOf } from '#construction/risk-meter.ts'
import { valueBook } from '#construction/valued-book.ts'
import { checkedLimits } from '#test/support/optimisation-checker.ts'
import { optimisationWorld, plainRisk, type OptimisationWorld } from '#test/support/optimisation-world.ts' // prettier-ignore

function factsOf({ inputs, construction, forecasts }: OptimisationWorld): CaseFacts {
  const book = valueBook(inputs)
  const meter = riskMeterOf(inputs, book)
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const bans = additionBans({ book, exposures: meter.exposures(held), clusters: meter.clusters, latches: [], findings: [] }) // prettier-ignore
  const risk = plainRisk(book.names.map(({ id }) => id))
  return { inputs, construction, book, panel: meter.panel, clusters: meter.clusters, bans, risk, forecasts } // prettier-ignore
}

test('accounts of all four classes: no limit is worse than its level or its start, by the raw facts', () => {
  let [told, checked] = [0, 0]
  for (let seed = 1; seed <= 40; seed++) {
    const world = optimisationWorld(seed)
    const planned = optimisationCaseOf(factsOf(world))
    if (!planned.ok) throw new Error(`seed ${seed}: ${planned.error}`)
    const { of } = planned.value
    const found = optimise(of)
    if (found.status !== 'optimal') throw new Error(`seed ${seed}: ${JSON.stringify(found)}`)
    const weights = new Map(of.names.map((name, i) => [name, found.weights[i]!]))
    const limits = checkedLimits(
      world.inputs,
      world.construction.settings,
      (id) => weights.get(id) ?? Number.NaN,
    )
    const worse = limits.filter(({ value, limit, start }) => !(value <= Math.max(limit, start) + 2e-6)) // prettier-ignore
    expect(worse, `seed ${seed}`).toEqual([])
    told += found.unmended.length
    checked += limits.length
  }
  expect(told).toBeGreaterThan(20)
  expect(checked).toBeGreaterThan(2_000)
})
