import { expect, test } from 'vitest'
import type { Json } from '#model/canonical-json.ts'
import { hashedPart, instant, METRICS, PLAN } from '#model/plan-codec.ts'
import { METRIC_NAMES } from '#model/metrics.ts'
import { planFrom } from '#construction/plan.ts'
import { planInputs } from '#test/support/plan-inputs.ts'
import { table } from '#test/support/table.ts'

const plan = planFrom(
  planInputs(1_000_000, [
    { symbol: 'BBB', held: 300, target: 0.01 },
    { symbol: 'AAA', target: 0.02 },
  ]),
)
const document = PLAN.encode(plan) as { readonly [key: string]: Json }

test('a plan is read back as it was written', () => {
  const text = JSON.stringify(document)
  expect(PLAN.decode(JSON.parse(text) as Json, 'plan')).toEqual({ ok: true, value: plan })
})

test('amounts are text, instants are RFC 3339, weights are a table by instrument', () => {
  expect(document).toMatchObject({
    asOf: '2018-02-05T15:00:00.000Z',
    expires: '2018-02-05T15:05:00.000Z',
    nav: '1030000.00',
    weights: { 'AAA.STK.USD': { before: 0, target: 0.02 } },
    phases: { A: [{ side: 'SELL', quantity: '197' }], B: [{ side: 'BUY', quantity: '206' }] },
  })
})

test('a figure that could not be measured survives as text', () => {
  const metrics = Object.fromEntries(METRIC_NAMES.map((name) => [name, 0.5]))
  const written = METRICS.encode({ ...plan.risk.before, ...metrics, beta: Number.NaN })
  expect(written).toMatchObject({ beta: 'NaN', var95: 0.5 })
  const read = METRICS.decode(written, 'risk')
  expect(read.ok && read.value.beta).toBeNaN()
})

test('everything but the id is hashed, fields we do not know too', () => {
  expect(Object.keys(hashedPart(document) as object)).toEqual(
    Object.keys(document).filter((key) => key !== 'planId'),
  )
  expect(hashedPart({ planId: 'x', note: 'mine' })).toEqual({ note: 'mine' })
  expect(hashedPart('no plan')).toBe('no plan')
})

test.each(
  table(`
    field   | value                | message
    asOf    | 2018-02-30T00:00:00Z | plan.asOf: was "2018-02-30T00:00:00Z", expected such as
    verdict | maybe                | plan.verdict: was "maybe", expected one of changes, no-change, blocked
    nav     | 1e6                  | plan.nav: was "1e6", expected decimal text
    weights | none                 | plan.weights: was "none", expected an object
  `),
)('$field = $value is refused with its place', ({ field, value, message }) => {
  const read = PLAN.decode({ ...document, [field]: value }, 'plan')
  expect(read.ok ? '' : read.error).toContain(message)
})

test('an instant is text and no other thing', () => {
  expect(instant.decode(1517842800000, 'at').ok).toBe(false)
  expect(instant.decode(undefined, 'at').ok).toBe(false)
})
