/** Faults of executions and of what they cost. */
import { z } from 'zod'
import { fault, type AnyFaultKind, type FaultContext } from '#gateway/faults/fault.ts'
import { NO_PARAMETERS, changed, unsaid } from '#gateway/faults/kinds/answers.ts'
import { duration } from '#gateway/faults/spec.ts'
import { UNSET_DOUBLE, type Message } from '#gateway/wire/field.ts'
import type { VenueExecution } from '#exchange/exchange.ts'
import { incrementAt } from '#model/border.ts'
import { fractionOf, plus } from '#model/fixed.ts'

export const EXECUTION_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'execution-duplicated': fault({
    does: 'EXECUTION_DATA comes twice.',
    seen: 'nautechsystems/nautilus_trader#3046',
    parameters: z.strictObject({ by: duration.prefault('1s') }),
    effect: {
      on: 'message',
      of: ['EXECUTION_DATA'],
      act: (_context, { by }, message) => [
        { message, afterMs: 0 },
        { message, afterMs: by },
      ],
    },
  }),

  'execution-missing': unsaid(
    {
      does: 'EXECUTION_DATA does not come, though everything else does.',
      seen: 'QuantConnect/Lean.Brokerages.TradeStation#101: one fill dropped while the stream lives',
    },
    ['EXECUTION_DATA'],
  ),

  'execution-corrected': fault({
    does: 'The execution comes again at another price, its id’s last part raised: .01 becomes .02.',
    seen: 'IBKR’s guide, Executions and Commissions; erdewit/ib_insync#364',
    parameters: z.strictObject({
      by: duration.prefault('2s'),
      /** Price increments that the correction moves the price, signed. */
      increments: z.int().default(1),
    }),
    effect: {
      on: 'message',
      of: ['EXECUTION_DATA'],
      act: (context, { by, increments }, message) => {
        later(context, by, message, (of) => {
          const { priceIncrements } = context.desk.venue.instruments.find(
            ({ id }) => id === of.instrument,
          ) ?? { priceIncrements: [] }
          const step = incrementAt(of.price, priceIncrements)
          const price = plus(of.price, fractionOf(step, BigInt(increments), 1n))
          return context.desk.venue.controls.correctExecution(of.execId, price)
        })
        return [{ message, afterMs: 0 }]
      },
    },
  }),

  'execution-busted': fault({
    does: 'The exchange takes the execution back.',
    seen: 'IBKR’s guide, Executions and Commissions; IBKR’s message code 10225',
    parameters: z.strictObject({ by: duration.prefault('2s') }),
    effect: {
      on: 'message',
      of: ['EXECUTION_DATA'],
      act: (context, { by }, message) => {
        later(context, by, message, (of) => context.desk.venue.controls.bustExecution(of.execId))
        return [{ message, afterMs: 0 }]
      },
    },
  }),

  'commission-late': fault({
    does: 'COMMISSION_REPORT comes late and out of order.',
    seen: 'wboayue/rust-ibapi#687; pst-group/pysystemtrade PR#1661',
    parameters: z.strictObject({ by: duration.prefault('10s') }),
    effect: {
      on: 'message',
      of: ['COMMISSION_REPORT'],
      act: (_context, { by }, message) => [{ message, afterMs: by }],
    },
  }),

  'commission-early': fault({
    does: 'COMMISSION_REPORT comes before the execution it belongs to.',
    seen: 'wboayue/rust-ibapi#687; ib-api-reloaded/ib_async#208',
    parameters: z.strictObject({ by: duration.prefault('1s') }),
    effect: {
      on: 'message',
      of: ['EXECUTION_DATA'],
      act: (_context, { by }, message) => [{ message, afterMs: by }],
    },
  }),

  'commission-missing': unsaid(
    { does: 'COMMISSION_REPORT never comes.', seen: 'ib-api-reloaded/ib_async#208' },
    ['COMMISSION_REPORT'],
  ),

  'commission-unset': changed(
    {
      does: 'COMMISSION_REPORT says the unset double for commission, profit and yield.',
      seen: 'IBKR’s guide: realizedPNL and yield are unset until they are known',
    },
    ['COMMISSION_REPORT'],
    { commission: UNSET_DOUBLE, realizedPNL: UNSET_DOUBLE, yield: UNSET_DOUBLE },
  ),

  'commission-pending': changed(
    {
      does: 'COMMISSION_REPORT says −1: still to come.',
      seen: 'nautechsystems/nautilus_trader PR#4281',
    },
    ['COMMISSION_REPORT'],
    { commission: '-1.0' },
  ),

  'executions-hang': fault({
    does: 'REQ_EXECUTIONS is never answered, its end neither.',
    seen: 'ib-api-reloaded/ib_async#54, #82',
    parameters: NO_PARAMETERS,
    effect: { on: 'request', of: ['REQ_EXECUTIONS'], act: () => ({ type: 'drop' }) },
  }),
}

/** Does something to an execution some time after it was told. */
function later(
  { desk }: FaultContext,
  byMs: number,
  { execId }: Message,
  act: (of: VenueExecution) => Parameters<typeof desk.publish>[0],
): void {
  desk.later(byMs, () => {
    const of = desk.venue.executions().find((known) => known.execId === execId)
    if (of !== undefined) desk.publish(act(of))
  })
}
