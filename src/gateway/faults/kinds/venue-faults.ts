/** What happens to the account without a client: trades by hand, liquidations, corporate actions, borrow. */
import { z } from 'zod'
import { fault, type AnyFaultKind, type FaultContext } from '#gateway/faults/fault.ts'
import { NO_PARAMETERS, concerned } from '#gateway/faults/kinds/answers.ts'
import { executionData } from '#gateway/messages/outgoing/executions.ts'
import { wireExecutionOf } from '#gateway/orders/order-reports.ts'
import { quantityFrom } from '#model/border.ts'
import { parse, type Money, type Price, type Quantity } from '#model/fixed.ts'
import { isoDateOf } from '#model/time.ts'
import type { Instrument } from '#model/instrument.ts'
import { newYorkDate } from '#marketdata/calendar.ts'

const symbol = z.string().min(1, 'expected a symbol such as SPY')
const TRADE = {
  symbol,
  action: z.enum(['BUY', 'SELL']).default('BUY'),
  quantity: z.int().min(1).default(100),
}

export const VENUE_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'manual-trade': fault({
    does: 'A person trades in TWS: an order of client 0 with id 0.',
    seen: 'nautechsystems/nautilus_trader#1190; QuantConnect/Lean#2916',
    parameters: z.strictObject(TRADE),
    effect: { on: 'moment', begin: (context, params) => void trade(context, params) },
  }),

  'unknown-fill': fault({
    does: 'A fill arrives of an order that the client has never heard of.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#189; nautechsystems/nautilus_trader#4970',
    parameters: z.strictObject(TRADE),
    effect: {
      on: 'moment',
      begin: (context, params) => {
        const { desk } = context
        const before = desk.venue.executions().length
        const instrument = trade(context, params)
        if (instrument === undefined) return
        for (const of of desk.venue.executions().slice(before))
          for (const session of concerned(context))
            session.deliver(executionData(-1, wireExecutionOf(desk, { instrument }, of), session.version)) // prettier-ignore
      },
    },
  }),

  liquidation: fault({
    does: 'The broker closes a position, or what the margin needs; order id −1.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#156; QuantConnect/Lean#5839',
    parameters: z.strictObject({ symbol: symbol.optional() }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        const of = params.symbol === undefined ? undefined : listed({ desk }, params.symbol)
        desk.publish(desk.venue.controls.liquidate(of?.id))
      },
    },
  }),

  'locate-needed': fault({
    does: '404: shares of a name cannot be borrowed; new shorts are held while they are located.',
    seen: 'QuantConnect/Lean PR#1026; nautechsystems/nautilus_trader PR#3723',
    parameters: z.strictObject({ symbol }),
    effect: {
      on: 'moment',
      begin: (context, params) => setBorrowable(context, params.symbol, 0),
      end: (context, params) => setBorrowable(context, params.symbol, PLENTY),
    },
  }),

  split: fault({
    does: 'A name splits now: ratio new shares for one.',
    seen: 'ib-edavki#106; QuantConnect/Lean#2532',
    parameters: z.strictObject({ symbol, ratio: z.number().positive().default(2) }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        const of = listed({ desk }, params.symbol)
        if (of === undefined) return
        const date = newYorkDate(desk.venue.now)
        desk.publish(desk.venue.controls.act({ type: 'split', instrument: of.id, date, ratio: params.ratio })) // prettier-ignore
      },
    },
  }),

  'ticker-change': fault({
    does: 'A position goes on under another contract id, as after a split that changes the ISIN.',
    seen: 'ib-edavki#106, #69: a split that changes conId and ISIN',
    parameters: z.strictObject({ symbol, newSymbol: symbol }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        const [of, next] = [listed({ desk }, params.symbol), listed({ desk }, params.newSymbol)]
        if (of === undefined || next === undefined) return
        const date = newYorkDate(desk.venue.now)
        desk.publish(desk.venue.controls.act({ type: 'ticker-change', instrument: of.id, date, newInstrument: next.id })) // prettier-ignore
      },
    },
  }),

  dividend: fault({
    does: 'A name pays a dividend now, so much a share.',
    seen: 'wealthfolio#1248: deposits and dividends as triggers',
    parameters: z.strictObject({ symbol, amount: z.number().positive().default(0.5) }),
    effect: {
      on: 'moment',
      begin: ({ desk }, params) => {
        const of = listed({ desk }, params.symbol)
        if (of === undefined) return
        const date = isoDateOf(desk.venue.now)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plan's number becomes a price here
        const amount = (parse(params.amount.toFixed(6)) ?? 0n) as Price
        desk.publish(desk.venue.controls.act({ type: 'dividend', instrument: of.id, date, amount })) // prettier-ignore
      },
    },
  }),

  'cash-moved': fault({
    does: 'Cash is deposited, or with a negative amount withdrawn.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#200',
    parameters: z.strictObject({ currency: z.string().length(3).default('USD'), amount: z.number().default(10_000) }), // prettier-ignore
    effect: {
      on: 'moment',
      begin: ({ desk }, { currency, amount }) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plan's number becomes money here
        const money = (parse(amount.toFixed(2)) ?? 0n) as Money<string>
        desk.publish(desk.venue.controls.transfer(currency, money))
      },
    },
  }),

  'day-forgotten': fault({
    does: 'Executions and completed orders of the day are gone, as after the nightly reset.',
    seen: 'ib-api-reloaded/ib_async#54; nautechsystems/nautilus_trader#3104',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      mutes: ['EXECUTION_DATA', 'COMPLETED_ORDER', 'COMMISSION_REPORT'],
      begin: () => {},
    },
  }),
}

const PLENTY = 1_000_000_000

function setBorrowable({ desk }: FaultContext, name: string, units: number): void {
  const of = listed({ desk }, name)
  if (of !== undefined) desk.publish(desk.venue.controls.setBorrowable(of.id, quantityFrom(units)))
}

const listed = ({ desk }: Pick<FaultContext, 'desk'>, name: string): Instrument | undefined =>
  desk.venue.instruments.find((of) => of.symbol === name)

function trade(
  { desk }: FaultContext,
  { symbol: name, action, quantity }: { readonly symbol: string; readonly action: 'BUY' | 'SELL'; readonly quantity: number }, // prettier-ignore
): Instrument | undefined {
  const of = listed({ desk }, name)
  if (of === undefined) return undefined
  const units: Quantity = quantityFrom(quantity)
  desk.publish(
    desk.venue.controls.placeByHand({
      instrument: of.id,
      action,
      quantity: units,
      orderType: 'MKT',
      timeInForce: 'DAY',
      outsideRegularHours: false,
    }),
  )
  return of
}
