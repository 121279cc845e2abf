/**
 * What may be said to the control port: the bodies of its requests, each with an example that the page prints and a
 * test reads, and the words for what is wrong with one.
 */
import { z } from 'zod'
import { FAULT_SPEC, duration } from '#gateway/faults/spec.ts'
import { parse, type Money, type Price, type Quantity } from '#model/fixed.ts'
import { dayNumberOf } from '#model/time.ts'

export interface Body<T> {
  readonly schema: z.ZodType<T>
  readonly example: object
  /** What else there may be, where the example does not show all. */
  readonly more?: string
}

/** Beyond what any account holds, and far inside what a ledger's arithmetic carries. */
const MOST_UNITS = 1_000_000_000_000_000_000_000n

const nanos = z
  .union([z.string(), z.number()], { error: 'expected a decimal such as 12.5' })
  .transform((was) => parse(String(was)))
  .refine(
    (value) => value !== undefined && value < MOST_UNITS && value > -MOST_UNITS,
    'expected a decimal such as 12.5',
  ) // prettier-ignore
  .transform((value) => value ?? 0n)
const positive = nanos.refine((value) => value > 0n, 'expected more than 0')
// oxlint-disable typescript/no-unsafe-type-assertion -- text from outside becomes amounts here
const price = positive.transform((value) => value as Price)
const limitPrice = nanos.transform((value) => value as Price)
const quantity = positive.transform((value) => value as Quantity)
const borrowable = nanos.refine((value) => value >= 0n, 'expected 0 or more').transform((value) => value as Quantity) // prettier-ignore
const money = nanos.transform((value) => value as Money<string>)
// oxlint-enable typescript/no-unsafe-type-assertion
const date = z.string('expected a date such as 2026-01-05').refine((text) => dayNumberOf(text) !== undefined, 'expected a date such as 2026-01-05') // prettier-ignore
const instrument = z.string('expected an instrument such as SPY').min(1, 'expected an instrument such as SPY') // prettier-ignore
const ratio = z.number('expected a number such as 2').min(1e-6, 'expected 0.000001 or more').max(1e6, 'expected 1000000 or less') // prettier-ignore

const ACTIONS = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('split'), instrument, date, ratio }),
    z.strictObject({ type: z.literal('dividend'), instrument, date, amount: price, payDate: date.optional() }), // prettier-ignore
    z.strictObject({ type: z.literal('ticker-change'), instrument, date, newInstrument: instrument }), // prettier-ignore
    z.strictObject({ type: z.literal('merger-cash'), instrument, date, amount: price }),
    z.strictObject({ type: z.literal('spin-off'), instrument, date, newInstrument: instrument, ratio, costShare: z.number().min(0).max(1) }), // prettier-ignore
  ],
  { error: 'expected split, dividend, ticker-change, merger-cash or spin-off' },
)

const DISTURBANCES = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('wide'), factor: z.number().gt(1) }),
    z.strictObject({ kind: z.literal('crossed'), increments: z.int().min(1).max(1_000) }),
    z.strictObject({ kind: z.literal('one-sided'), side: z.enum(['bid', 'ask', 'both']) }),
    z.strictObject({ kind: z.literal('zero') }),
    z.strictObject({ kind: z.literal('stale') }),
    z.strictObject({ kind: z.literal('thin'), units: quantity }),
    z.strictObject({ kind: z.literal('jump'), fraction: z.number().min(-0.9).max(5) }),
  ],
  { error: 'expected none, wide, crossed, one-sided, zero, stale, thin or jump' },
)

export const ADVANCE = body(
  z.strictObject({ to: z.string('expected an instant such as 2026-01-05T15:05:00Z') }),
  { to: '2026-01-05T21:00:00Z' },
)

export const SPEED = body(
  z.strictObject({ factor: z.number('expected a number such as 60').gt(0).max(10_000) }),
  { factor: 60 },
)

export const FAULT = body(
  FAULT_SPEC,
  { fault: 'commission-late', when: { symbol: 'SPY' }, times: 'always', with: { by: '3s' } },
  'see [faults](faults.md)',
)

export const TRADE = body(
  z.strictObject({
    instrument,
    action: z.enum(['BUY', 'SELL'], { error: 'expected BUY or SELL' }),
    quantity,
    limitPrice: limitPrice.optional(),
  }),
  { instrument: 'SPY', action: 'BUY', quantity: 100, limitPrice: '650.5' },
  'without `limitPrice` at the market',
)

export const ACTION = body(
  ACTIONS,
  { type: 'dividend', instrument: 'SPY', date: '2026-01-06', amount: 0.5, payDate: '2026-01-08' },
  '`split` (`ratio`), `ticker-change` (`newInstrument`), `merger-cash` (`amount`), `spin-off` (`newInstrument`, `ratio`, `costShare`)',
)

export const HALT = body(z.strictObject({ instrument, for: duration.optional() }), {
  instrument: 'SPY',
  for: '5m',
})

export const RESUME = body(z.strictObject({ instrument }), { instrument: 'SPY' })

export const DISTURB = body(
  z.strictObject({ instrument, disturbance: DISTURBANCES, for: duration.optional() }),
  { instrument: 'SPY', disturbance: { kind: 'wide', factor: 20 }, for: '1m' },
  '`crossed` (`increments`), `one-sided` (`side`), `thin` (`units`), `jump` (`fraction`), `zero`, `stale`, `none`; a day without `for`',
)

export const BORROW = body(z.strictObject({ instrument, units: borrowable }), {
  instrument: 'SPY',
  units: 0,
})

export const LIQUIDATE = body(
  z.strictObject({ instrument: instrument.optional() }),
  { instrument: 'SPY' },
  '`{}`: what the margin needs',
)

export const TRANSFER = body(
  z.strictObject({ currency: z.string('expected a currency such as USD').length(3), amount: money }), // prettier-ignore
  { currency: 'USD', amount: -2500 },
)

function body<T>(schema: z.ZodType<T>, example: object, more?: string): Body<T> {
  return { schema, example, ...(more === undefined ? {} : { more }) }
}

/** `quantity: was "many", expected a decimal such as 12.5`, one after the other. */
export function problemsOf(said: unknown, { issues }: z.ZodError): string {
  return issues.map((issue) => problemOf(said, issue)).join('; ')
}

function problemOf(said: unknown, issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? 'body' : issue.path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return `${where}: unknown field ${issue.keys.join(', ')}`
  const was = valueAt(said, issue.path)
  const found = was === undefined ? 'absent' : JSON.stringify(was)
  return `${where}: was ${found}, ${issue.message.replace(/^(Invalid input|Too \w+): /, '')}`
}

function valueAt(of: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined,
    of,
  )
}
