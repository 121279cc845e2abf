/** Explanations of plans by forecasts: what the schema says, and terms that sum to nothing as they are printed. */
import { fromJSONSchema } from 'zod'
import { expect, test } from 'vitest'
import { LIMITS } from '#risk/limits.ts'
import { planFrom } from '#construction/plan.ts'
import { EXPLANATION, EXPLANATION_SCHEMA, explanationOf } from '#contract/explanation.ts'
import { renderExplanation } from '#cli/render/explanation.ts'
import { PLAIN } from '#cli/render/ink.ts'
import { forecastInputs, type ForecastCase } from '#test/support/forecast-inputs.ts'
import { idOf, planInputs } from '#test/support/plan-inputs.ts'

const names = Array.from({ length: 24 }, (_, i): ForecastCase => ({
  symbol: `N${String(i).padStart(2, '0')}`,
  price: 30 + 5 * i,
  held: i % 3 === 0 ? Math.round(30_000 / (30 + 5 * i)) : 0,
  sector: `S${i % 6}`,
  forecast: 0.02 * Math.sin(i * 1.7),
}))
const plan = planFrom(forecastInputs(600_000, names, { inputs: { limits: LIMITS } }))
const all = plan.weights.map(({ instrument }) => explanationOf(plan, instrument))

test('each is what its schema says', () => {
  const validator = fromJSONSchema(EXPLANATION_SCHEMA)
  for (const explanation of all) {
    const json = JSON.parse(JSON.stringify(EXPLANATION.encode(explanation))) as unknown
    expect(validator.safeParse(json).error?.issues ?? [], explanation.instrument).toEqual([])
  }
})

test('the marginal terms of each name sum to nothing', () => {
  for (const { instrument, reason } of all) {
    const { forecast, risk, uncertainty = 0, borrow = 0, cost = 0, limits = [] } = reason!
    const sum = limits.reduce((total, [, term]) => total + term, forecast + risk + uncertainty + borrow + cost) // prettier-ignore
    expect(Math.abs(sum), instrument).toBeLessThan(1e-6)
  }
})

test('the printed terms of a traded name do, within what printing rounds off', () => {
  const traded = all.find(({ lines }) => lines.length > 0)!
  const text = renderExplanation(traded, PLAIN)
  const block = text.slice(text.indexOf('What 1 %'), text.indexOf('Others as they are')).split('\n')
  const figures = block.flatMap((line) => /\s(-?\d+\.\d{3})(?:\s|$)/.exec(line)?.[1] ?? []).map(Number) // prettier-ignore
  expect(figures.length).toBeGreaterThan(2)
  expect(Math.abs(figures.reduce((a, b) => a + b, 0))).toBeLessThan(0.0005 * figures.length + 1e-9)
  expect(text).toContain('analyst')
})

test('a plan of targets is explained by its lines', () => {
  const targets = planFrom(planInputs(600_000, [{ symbol: 'KO', target: 0.03 }]))
  const explanation = explanationOf(targets, idOf('KO'))
  expect(explanation).toMatchObject({ policy: 'targets', limits: [], counterfactuals: [] })
  expect(explanation.summary).toMatch(/target 3\.00 %/)
  expect(explanation.lines).toHaveLength(1)
})
