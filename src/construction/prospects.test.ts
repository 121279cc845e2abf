/** What a plan expects of names that no file speaks of by themselves, and what its risk model knows of them. */
import { describe, expect, test } from 'vitest'
import { additionBans } from '#construction/addition-bans.ts'
import type { DecisionFacts } from '#construction/decided.ts'
import type { ConstructionInputs, PlanInputs } from '#construction/plan-inputs.ts'
import { costModelOf } from '#construction/predicted-cost.ts'
import { prospectsOf } from '#construction/prospects.ts'
import { riskMeterOf } from '#construction/risk-meter.ts'
import { valueBook } from '#construction/valued-book.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { isoDateOf } from '#model/time.ts'
import { forecastInputs, forecastOf, PLAIN_SETTINGS } from '#test/support/forecast-inputs.ts'
import { OPTION, optimisationWorld, PUT } from '#test/support/optimisation-world.ts'
import { AS_OF, idOf } from '#test/support/plan-inputs.ts'

function prospectsIn(inputs: PlanInputs, construction: ConstructionInputs) {
  const book = valueBook(inputs)
  const meter = riskMeterOf(inputs, book)
  const exposures = meter.exposures(Float64Array.from(book.names, ({ weight }) => weight))
  const bans = additionBans({ book, exposures, clusters: meter.clusters, latches: [], findings: [] }) // prettier-ignore
  const facts: DecisionFacts = { inputs, book, meter, bans, cost: costModelOf(inputs.bars, inputs.fx) } // prettier-ignore
  return prospectsOf(facts, construction)
}

describe('an option that nobody forecasts', () => {
  const stock = idOf('S00')
  const { construction } = forecastInputs(0, [])
  const among = (...forecasts: ConstructionInputs['forecasts']) => prospectsIn(optimisationWorld(3).inputs, { ...construction!, forecasts }).byName // prettier-ignore

  test('is expected to do what its underlying does', () => {
    const byName = among(forecastOf(stock, 0.02))
    expect(byName.get(OPTION)).toEqual({ ...byName.get(stock), instrument: OPTION })
    expect(byName.get(PUT)?.expectedReturn).toBeCloseTo(0.02, 12)
  })

  test('one of its own counts', () => {
    const byName = among(forecastOf(stock, 0.02), forecastOf(OPTION, -0.01))
    expect(byName.get(OPTION)?.expectedReturn).toBeCloseTo(-0.01, 12)
    expect(byName.get(PUT)?.expectedReturn).toBeCloseTo(0.02, 12)
  })

  test('nothing is expected of it where nothing is of its underlying', () => {
    expect(among(forecastOf(idOf('S01'), 0.02)).has(OPTION)).toBe(false)
  })
})

test.each([
  ['S00', []],
  ['NOPE', ['construction.riskBudgets names NOPE.STK.USD, which this plan does not look at']],
])('a risk budget of %s', (symbol, told) => {
  const settings = { ...PLAIN_SETTINGS, riskBudgets: new Map([[idOf(symbol), 2]]) }
  const { construction } = forecastInputs(0, [], { settings })
  const { checks } = prospectsIn(optimisationWorld(3).inputs, construction!)
  const found = checks.filter(({ name }) => name === 'risk budgets')
  expect(found.map(({ detail }) => detail)).toEqual(told)
})

test('the size factor of sectors and styles is that of market values where these are known', () => {
  const names = Array.from({ length: 24 }, (_, i) => ({ symbol: `N${String(i).padStart(2, '0')}`, forecast: 0.01 })) // prettier-ignore
  const settings = { ...PLAIN_SETTINGS, risk: { ...PLAIN_SETTINGS.risk, kind: 'sector-style' as const } } // prettier-ignore
  const factorsWith = (fundamentals: readonly Fundamentals[]) => {
    const inputs = forecastInputs(1_000_000, names, { settings, construction: { fundamentals } })
    const risk = prospectsIn(inputs, inputs.construction!).risk()
    return risk.ok ? risk.value.factors : risk.error
  }
  const rows = names.map(({ symbol }, i): Fundamentals => ({ asOf: isoDateOf(AS_OF), instrument: idOf(symbol), price: undefined, earningsPerShare: undefined, priceEarnings: undefined, bookValuePerShare: undefined, priceBook: undefined, marketValue: 1e9 * (i + 1), dividendYield: undefined, returnOnEquity: undefined, grossProfitability: undefined })) // prettier-ignore
  expect(factorsWith(rows)).toContain('style:size')
  expect(factorsWith([])).not.toContain('style:size')
})

test('what a file holds that was passed over is told', () => {
  const { construction } = forecastInputs(0, [])
  const notes = ['fundamentals.csv:7 dividendYield: was 3.98, taken as unknown']
  const { checks } = prospectsIn(optimisationWorld(3).inputs, { ...construction!, fileNotes: notes }) // prettier-ignore
  expect(checks).toContainEqual({ name: 'files', status: 'warn', detail: notes[0] })
})
