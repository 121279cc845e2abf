/**
 * How a fault is armed: which, when, how often, for how long, on whom; from a plan or the control port.
 *
 * Times of day are New York's, as everywhere on this wire.
 */
import { z } from 'zod'
import { instantOf, type EpochMs } from '#model/time.ts'
import { MESSAGES } from '#gateway/faults/subject.ts'

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `250ms`, `3s`, `10m`, `1h` as milliseconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'expected a duration such as 250ms, 3s, 10m or 1h')
  .transform((text) => {
    const [, amount = '0', unit = 'ms'] = /^([\d.]+)(\D+)$/.exec(text) ?? []
    return Math.round(Number(amount) * (UNIT_MS[unit] ?? 1))
  })

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'expected a time of day such as 10:05 or 10:05:30')

const instant = z
  .string()
  .transform((text): EpochMs => instantOf(text) ?? Number.NaN)
  .refine((at) => !Number.isNaN(at), 'expected an instant such as 2026-01-05T15:05:00Z')

const when = z.strictObject({
  /** An instant, or a time of day in New York: the next one. */
  at: z.union([timeOfDay, instant], { error: 'expected a time such as 10:05:30 or 2026-01-05T15:05:00Z' }).optional(), // prettier-ignore
  /** So long after it was armed. */
  after: duration.optional(),
  message: z.enum(MESSAGES, { error: 'expected the name of a message such as PLACE_ORDER or ORDER_STATUS' }).optional(), // prettier-ignore
  /** The n-th message that fits, counted from 1. */
  nth: z.int().min(1).optional(),
  client: z.int().min(0).optional(),
  symbol: z.string().min(1).optional(),
  orderRef: z.string().min(1).optional(),
  orderId: z.int().optional(),
  action: z.enum(['BUY', 'SELL']).optional(),
})

/** One entry of a plan, its kind's parameters not yet read. */
export const FAULT_SPEC = z.strictObject({
  fault: z.string(),
  when: when.optional(),
  /** How long it lasts, or may act. */
  for: duration.optional(),
  /** How often it may act. */
  times: z
    .union([z.int().min(1), z.literal('always')], {
      error: 'expected a whole number from 1, or always',
    }) // prettier-ignore
    .optional(),
  probability: z.number().min(0).max(1).optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})

export type FaultSpec = z.output<typeof FAULT_SPEC>
export type FaultWhen = NonNullable<FaultSpec['when']>
