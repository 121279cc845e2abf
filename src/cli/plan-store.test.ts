import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planFrom } from '#construction/plan.ts'
import { findPlan, planFileText, savePlan } from '#cli/plan-store.ts'
import { planInputs } from '#test/support/plan-inputs.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const plan = planFrom(planInputs(85_000, [{ symbol: 'AAPL', held: 100, price: 150, target: 0.03 }]))

test('a kept plan is found by the first digits of its id, and only its owner may read it', () => {
  const folder = scratchFolder()
  savePlan(folder, plan)
  expect(findPlan(plan.planId.slice(0, 8), folder, '/')).toEqual({ ok: true, value: plan })
  const file = join(folder, 'plans', `${plan.planId}.json`)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
})

test('a plan is found by its file, from where the person is', () => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'monday.json'), planFileText(plan))
  expect(findPlan('monday.json', folder, folder)).toEqual({ ok: true, value: plan })
})

test('too few digits for one plan ask for more', () => {
  const folder = scratchFolder()
  mkdirSync(join(folder, 'plans'))
  for (const end of ['1', '2'])
    writeFileSync(join(folder, 'plans', `abcdef${end.repeat(58)}.json`), '{}')
  expect(findPlan('abcdef', folder, '/')).toEqual({
    ok: false,
    error: 'abcdef: 2 plans begin so; give more of the id',
  })
})

test.each([
  ['an id that nobody knows', 'abcdef12', /^abcdef12: no plan of that id in .*; ballast plan makes one$/], // prettier-ignore
  ['a file that is not there', 'gone.json', /^gone\.json: cannot be read; expected a plan file/],
  ['a file that is no JSON', 'text.json', /^text\.json: is no JSON/],
  ['an edited file', 'edited.json', /^edited\.json: was edited or cut/],
])('%s', (_, word, message) => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'text.json'), 'hello')
  writeFileSync(join(folder, 'edited.json'), planFileText(plan).replace('"SELL"', '"SHORT"'))
  const found = findPlan(word, folder, folder)
  expect(found.ok ? '' : found.error).toMatch(message)
})

test('the plan file is the document, readable', () => {
  const folder = scratchFolder()
  savePlan(folder, plan)
  const text = readFileSync(join(folder, 'plans', `${plan.planId}.json`), 'utf8')
  expect(JSON.parse(text)).toMatchObject({ planId: plan.planId, account: plan.account })
})
