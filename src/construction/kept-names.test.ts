/** Names that are to be left alone stay so by every policy, limits that they are beyond or not. */
import { expect, test } from 'vitest'
import { LIMITS } from '#risk/limits.ts'
import type { ConstructionSettings, PolicyKind } from '#construction/construction-settings.ts'
import type { PlanRequest } from '#model/plan.ts'
import { planFrom } from '#construction/plan.ts'
import type { Target } from '#construction/plan-inputs.ts'
import { forecastInputs, type ForecastCase } from '#test/support/forecast-inputs.ts'
import { idOf } from '#test/support/plan-inputs.ts'

/** Thirty names, five of them held far beyond the limit of a name. */
const NAMES = Array.from({ length: 30 }, (_, i): ForecastCase => ({
  symbol: `N${String(i).padStart(2, '0')}`,
  price: 50,
  held: i < 5 ? 2_000 : 100,
  sector: `S${i % 10}`,
  forecast: 0.001 * (i - 10),
}))
const HEAVY = idOf('N00')
const POLICIES: readonly PolicyKind[] = ['targets', 'forecast', 'equal-weight', 'inverse-volatility', 'risk-parity', 'hierarchical-risk-parity', 'minimum-variance', 'maximum-sharpe'] // prettier-ignore

function planned(
  policy: PolicyKind,
  settings: Partial<ConstructionSettings>,
  request: PlanRequest = { kind: 'targets' },
  universe: readonly string[] = [],
) {
  const targets = NAMES.map(({ symbol }): Target => ({ instrument: idOf(symbol), weight: 0.01 }))
  const plan = planFrom(forecastInputs(300_000, NAMES, { settings: { policies: [policy], ...settings }, construction: { universe: universe.map(idOf) }, inputs: { limits: LIMITS, targets, request } })) // prettier-ignore
  return { plan, lines: [...plan.phases.A, ...plan.phases.B] }
}

test.each(POLICIES)(
  '%s sells what is beyond its limit, but not what it is to leave alone',
  (policy) => {
    const { lines: free } = planned(policy, {})
    expect(free.filter(({ instrument }) => instrument === HEAVY)).toMatchObject([{ side: 'SELL' }])
    for (const field of ['doNotTrade', 'doNotSell']) {
      const { plan, lines } = planned(policy, { [field]: [HEAVY] })
      expect(lines.length).toBeGreaterThan(0)
      expect(lines.filter(({ instrument }) => instrument === HEAVY)).toEqual([])
      expect(plan.skipped.find(({ instrument }) => instrument === HEAVY)?.reason).toBeTruthy()
    }
  },
)

test.each(POLICIES)('%s frees no cash by it', (policy) => {
  const { lines } = planned(policy, { doNotSell: [HEAVY] }, { kind: 'raise-cash', amount: '50000' })
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter(({ instrument }) => instrument === HEAVY)).toEqual([])
})

test.each(POLICIES)('%s names a name that nobody knows', (policy) => {
  const { plan } = planned(policy, { doNotTrade: [idOf('TYPO')] })
  expect(plan.checks.find(({ name }) => name === 'policy')).toMatchObject({ status: 'fail', detail: expect.stringContaining('construction.doNotTrade: TYPO.STK.USD is neither held nor in the universe') as string }) // prettier-ignore
})

test.each(POLICIES)('%s knows the names of the universe file, held or not', (policy) => {
  const { plan } = planned(policy, { doNotTrade: [idOf('IDLE')] }, { kind: 'targets' }, ['IDLE'])
  expect(plan.checks.find(({ name }) => name === 'policy')?.status).toBe('pass')
})
