/** Faults of market data and of history. */
import { z } from 'zod'
import { fault, type AnyFaultKind, type FaultContext } from '#gateway/faults/fault.ts'
import { NO_PARAMETERS, concerned, refusedWith } from '#gateway/faults/kinds/answers.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import { tickerRequestIds } from '#gateway/session.ts'
import type { QuoteDisturbance } from '#exchange/controls.ts'
import { quantityFrom } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS } from '#model/time.ts'

const TICKS = ['TICK_PRICE', 'TICK_SIZE', 'TICK_STRING', 'TICK_GENERIC', 'TICK_BY_TICK']
const symbol = z.string().min(1, 'expected a symbol such as SPY')

export const DATA_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'competing-session': fault({
    does: '10197 for every line, in a bunch of 10 to 20: no market data during a competing live session.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#140',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      mutes: TICKS,
      begin: (context) => {
        for (const session of concerned(context)) {
          const copies = 10 + Math.floor(context.draw() * 11)
          for (const reqId of tickerRequestIds(session))
            for (let i = 0; i < copies; i++)
              session.deliver(errorMessage(reqId, 10197, 'No market data during competing live session')) // prettier-ignore
        }
      },
    },
  }),

  'data-not-subscribed': fault({
    does: 'A request for market data is refused: 354, 10168, 10186, 10089 or 10091.',
    seen: 'IBKR’s message codes',
    parameters: z.strictObject({
      code: z
        .union(
          [354, 10089, 10091, 10168, 10186].map((code) => z.literal(code)),
          {
            error: 'expected 354, 10089, 10091, 10168 or 10186',
          },
        )
        .default(354),
    }),
    effect: {
      on: 'request',
      of: ['REQ_MKT_DATA'],
      act: (_context, { code }, { session, fields }) => {
        session.deliver(errorMessage(Number(fields[2]), code, NOT_SUBSCRIBED))
        return { type: 'drop' }
      },
    },
  }),

  'data-delayed': fault({
    does: '10167: market data is not subscribed, delayed data is shown instead; ticks follow.',
    seen: 'wboayue/rust-ibapi PR#672',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'request',
      of: ['REQ_MKT_DATA'],
      act: ({ desk }, _params, { session, fields }) => {
        session.deliver(errorMessage(Number(fields[2]), 10167, 'Requested market data is not subscribed. Displaying delayed market data.')) // prettier-ignore
        desk.data.late.add(session)
        return { type: 'rewrite', fields }
      },
    },
  }),

  'history-pacing': refusedWith(
    { does: '162: a pacing violation.', seen: 'QuantConnect/Lean#607, #1837' },
    'REQ_HISTORICAL_DATA',
    1,
    {
      code: 162,
      text: 'Historical Market Data Service error message:Historical data request pacing violation',
    },
  ),

  'history-empty': refusedWith(
    { does: '162: the query returned no data.', seen: 'erdewit/ib_insync#268' },
    'REQ_HISTORICAL_DATA',
    1,
    {
      code: 162,
      text: 'Historical Market Data Service error message:HMDS query returned no data',
    },
  ),

  'feed-silent': fault({
    does: 'Ticks stop; nothing says so.',
    seen: 'nautechsystems/nautilus_trader PR#3968',
    parameters: NO_PARAMETERS,
    effect: { on: 'moment', mutes: TICKS, begin: () => {} },
  }),

  'quotes-stale': disturbed('The quote of a name stands while its market moves.', {}, () => ({
    kind: 'stale',
  })),
  'quotes-crossed': disturbed(
    'The bid of a name stands above its ask.',
    { increments: z.int().min(1).default(5) },
    ({ increments }) => ({ kind: 'crossed', increments: Number(increments) }),
  ),
  'quotes-zero': disturbed('Bid and ask of a name are 0.', {}, () => ({ kind: 'zero' })),
  'quotes-wide': disturbed(
    'The spread of a name is so many times its usual.',
    { factor: z.number().min(1.1).default(20) },
    ({ factor }) => ({ kind: 'wide', factor: Number(factor) }),
  ),
  'quotes-one-sided': disturbed(
    'A name has no bid, no ask, or neither.',
    { side: z.enum(['bid', 'ask', 'both']).default('bid') },
    ({ side }) => ({ kind: 'one-sided', side: side === 'ask' || side === 'both' ? side : 'bid' }),
  ),
  'price-jumps': disturbed(
    'The price of a name jumps by a fraction and stays there.',
    { fraction: z.number().min(-0.9).max(5).default(-0.1) },
    ({ fraction }) => ({ kind: 'jump', fraction: Number(fraction) }),
  ),
  'partial-then-nothing': disturbed(
    'A name has so many units on each side, and then nothing: an order fills in part and stays.',
    { units: z.int().min(1).default(10) },
    ({ units }) => ({ kind: 'thin', units: quantityFrom(Number(units)) }),
  ),

  'symbol-halted': fault({
    does: 'A name is halted: no quotes, orders wait.',
    seen: 'IBKR’s message codes 154, 316; the Plan to Address Extraordinary Market Volatility',
    parameters: z.strictObject({ symbol }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        for (const id of listedAs(desk, params.symbol)) desk.publish(desk.venue.controls.halt(id))
      },
      end: ({ desk }, params) => {
        for (const id of listedAs(desk, params.symbol)) desk.publish(desk.venue.controls.resume(id))
      },
    },
  }),
}

const NOT_SUBSCRIBED =
  'Requested market data is not subscribed. Check API status by selecting the Account menu then under Management choose Market Data Subscription Manager and/or availability of delayed data.'

/** Stocks and others traded under a symbol. */
function listedAs({ venue }: FaultContext['desk'], name: string): readonly InstrumentId[] {
  return venue.instruments.filter((of) => of.symbol === name).map(({ id }) => id)
}

/** Disturbs a name's quotes until `lasting` has passed. */
function disturbed(
  does: string,
  more: Readonly<Record<string, z.ZodType>>,
  how: (params: Readonly<Record<string, unknown>>) => QuoteDisturbance,
): AnyFaultKind {
  return fault({
    does,
    seen: 'fault list of feeds: stale, crossed and zero quotes',
    parameters: z.strictObject({ symbol, ...more }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        for (const id of listedAs(desk, params.symbol))
          desk.venue.controls.disturb(id, how(params), desk.venue.now + DAY_MS)
      },
      end: ({ desk }, params) => {
        for (const id of listedAs(desk, params.symbol))
          desk.venue.controls.disturb(id, { kind: 'none' }, desk.venue.now)
      },
    },
  })
}
