/**
 * What the control port can be asked: one row a question, its body checked before it is acted on.
 *
 * An answer is JSON; a refusal names what was found and what was expected.
 */
import { z } from 'zod'
import type { GatewayClock } from '#gateway/clock.ts'
import {
  bookView,
  executionView,
  jsonOf,
  ledgerView,
  listingView,
  orderView,
  sessionsView,
  type Json,
} from '#gateway/control/views.ts'
import type { Desk } from '#gateway/desk.ts'
import { FAULT_SPEC, duration } from '#gateway/faults/spec.ts'
import type { MessageLog } from '#gateway/sessions/message-log.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { parse, type Money, type Price, type Quantity } from '#model/fixed.ts'
import { DAY_MS, dayNumberOf, instantOf, isoInstantOf } from '#model/time.ts'

/** What a question is answered from. */
export interface Controlled {
  readonly desk: Desk
  readonly clock: GatewayClock
  readonly log: MessageLog
  /** Resolves when every client has been sent what was written to it. */
  flushed(): Promise<void>
}

export interface Question {
  readonly body: unknown
  readonly search: URLSearchParams
}

/** A refusal; its text goes to whoever asked. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly does: string
  readonly answer: (controlled: Controlled, question: Question) => Json | Promise<Json>
}

const nanos = z
  .union([z.string(), z.number()])
  .transform((was) => parse(String(was)))
  .refine((value) => value !== undefined, 'expected a decimal such as 12.5')
// oxlint-disable typescript/no-unsafe-type-assertion -- text from outside becomes amounts here
const price = nanos.transform((value) => (value ?? 0n) as Price)
const quantity = nanos.transform((value) => (value ?? 0n) as Quantity)
const money = nanos.transform((value) => (value ?? 0n) as Money<string>)
// oxlint-enable typescript/no-unsafe-type-assertion
const date = z.string().refine((text) => dayNumberOf(text) !== undefined, 'expected a date such as 2026-01-05') // prettier-ignore
const instrument = z.string().min(1)

const ACTIONS = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('split'), instrument, date, ratio: z.number().positive() }),
  z.strictObject({ type: z.literal('dividend'), instrument, date, amount: price, payDate: date.optional() }), // prettier-ignore
  z.strictObject({ type: z.literal('ticker-change'), instrument, date, newInstrument: instrument }),
  z.strictObject({ type: z.literal('merger-cash'), instrument, date, amount: price }),
  z.strictObject({ type: z.literal('spin-off'), instrument, date, newInstrument: instrument, ratio: z.number().positive(), costShare: z.number().min(0).max(1) }), // prettier-ignore
])

const DISTURBANCES = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('wide'), factor: z.number().gt(1) }),
  z.strictObject({ kind: z.literal('crossed'), increments: z.int().min(1) }),
  z.strictObject({ kind: z.literal('one-sided'), side: z.enum(['bid', 'ask', 'both']) }),
  z.strictObject({ kind: z.literal('zero') }),
  z.strictObject({ kind: z.literal('stale') }),
  z.strictObject({ kind: z.literal('thin'), units: quantity }),
  z.strictObject({ kind: z.literal('jump'), fraction: z.number().min(-0.9).max(5) }),
])

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/clock',
    does: 'Venue time, and how it runs.',
    answer: ({ desk, clock }) => clockView(desk, clock),
  },
  post(
    '/clock/advance',
    'Moves the stepped clock to a time; answers when the venue is there and every client has been told.',
    z.strictObject({ to: z.string() }),
    async (controlled, { to }) => {
      const { desk, clock } = controlled
      // prettier-ignore
      const at = instantOf(to)
      if (at === undefined) throw new ControlError(`to: was "${to}", expected an instant such as 2026-01-05T15:05:00Z`) // prettier-ignore
      if (at < desk.venue.now) throw new ControlError(`to: was ${to}, expected ${isoInstantOf(desk.venue.now)} or later: time does not run backwards`) // prettier-ignore
      clock.advanceTo(at)
      await controlled.flushed()
      return clockView(desk, clock)
    },
  ),
  post(
    '/clock/speed',
    'How many venue seconds a second takes; for looking, not for measuring.',
    z.strictObject({ factor: z.number().gt(0).max(10_000) }),
    ({ desk, clock }, { factor }) => {
      // prettier-ignore
      clock.setSpeed(factor)
      return clockView(desk, clock)
    },
  ),
  {
    method: 'GET',
    path: '/faults',
    does: 'The armed faults.',
    answer: ({ desk }) => jsonOf(desk.faults.list()),
  },
  post('/faults', 'Arms a fault, as an entry of a plan does.', FAULT_SPEC, ({ desk }, spec) => {
    const armed = desk.faults.arm(spec)
    if (!armed.ok) throw new ControlError(armed.error)
    return { id: armed.value }
  }),
  {
    method: 'DELETE',
    path: '/faults',
    does: 'Lifts a fault, ?id=, or all of them.',
    answer: ({ desk }, { search }) => liftFaults(desk, search.get('id')),
  },
  post(
    '/trade',
    'Places an order by hand in TWS.',
    z.strictObject({
      instrument,
      action: z.enum(['BUY', 'SELL']),
      quantity,
      limitPrice: price.optional(),
    }),
    ({ desk }, { instrument: name, action, quantity: units, limitPrice }) => // prettier-ignore
    done(desk, desk.venue.controls.placeByHand({
      instrument: listed(desk, name).id,
      action,
      quantity: units,
      orderType: limitPrice === undefined ? 'MKT' : 'LMT',
      ...(limitPrice === undefined ? {} : { limitPrice }),
      timeInForce: 'DAY',
      outsideRegularHours: false,
    })), // prettier-ignore
  ),
  post('/actions', 'A corporate action, on its date or at once.', ACTIONS, ({ desk }, action) => {
    const of = listed(desk, action.instrument).id
    const next = 'newInstrument' in action ? { newInstrument: listed(desk, action.newInstrument).id } : {} // prettier-ignore
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked it, and names are now ids
    return done(desk, desk.venue.controls.act({ ...action, instrument: of, ...next } as CorporateAction)) // prettier-ignore
  }),
  post(
    '/halt',
    'Halts a name, for a while or until it is resumed.',
    z.strictObject({ instrument, for: duration.optional() }),
    ({ desk }, { instrument: name, for: lasting }) => // prettier-ignore
    done(desk, desk.venue.controls.halt(listed(desk, name).id, lasting === undefined ? undefined : desk.venue.now + lasting)), // prettier-ignore
  ),
  post(
    '/resume',
    'Lets a halted name trade again.',
    z.strictObject({ instrument }),
    ({ desk }, { instrument: name }) =>
      // prettier-ignore
      done(desk, desk.venue.controls.resume(listed(desk, name).id)),
  ),
  post(
    '/disturb',
    'Changes how a name is quoted, for a while.',
    z.strictObject({ instrument, disturbance: DISTURBANCES, for: duration.optional() }),
    ({ desk }, { instrument: name, disturbance, for: lasting }) => {
      // prettier-ignore
      desk.venue.controls.disturb(listed(desk, name).id, disturbance, desk.venue.now + (lasting ?? DAY_MS)) // prettier-ignore
      return {}
    },
  ),
  post(
    '/borrow',
    'Units of a name that can be borrowed from now on.',
    z.strictObject({ instrument, units: quantity }),
    ({ desk }, { instrument: name, units }) =>
      // prettier-ignore
      done(desk, desk.venue.controls.setBorrowable(listed(desk, name).id, units)),
  ),
  post(
    '/liquidate',
    'The broker closes a position, or what the margin needs.',
    z.strictObject({ instrument: instrument.optional() }),
    ({ desk }, { instrument: name }) => // prettier-ignore
    done(desk, desk.venue.controls.liquidate(name === undefined ? undefined : listed(desk, name).id)), // prettier-ignore
  ),
  post(
    '/transfer',
    'Deposits cash, or withdraws it.',
    z.strictObject({ currency: z.string().length(3), amount: money }),
    ({ desk }, { currency, amount }) =>
      // prettier-ignore
      done(desk, desk.venue.controls.transfer(currency, amount)),
  ),
  {
    method: 'GET',
    path: '/ledger',
    does: 'Cash, positions, margin and profit, exact.',
    answer: ({ desk }) => ledgerView(desk.venue),
  },
  {
    method: 'GET',
    path: '/orders',
    does: 'Orders of the day, open and completed.',
    answer: ({ desk: { venue } }) => ({
      open: venue.openOrders().map(orderView),
      completed: venue.completedOrders().map(orderView),
    }),
  },
  {
    method: 'GET',
    path: '/executions',
    does: 'Executions of the day, with their commissions.',
    answer: ({ desk: { venue } }) => venue.executions().map(executionView),
  },
  {
    method: 'GET',
    path: '/book',
    does: 'Quote and order book of a name: ?instrument=AAPL, ?levels=10.',
    answer: ({ desk }, { search }) =>
      bookView(desk, listed(desk, search.get('instrument') ?? '').id, wholeOf(search, 'levels', 10)), // prettier-ignore
  },
  {
    method: 'GET',
    path: '/instruments',
    does: 'What is listed one by one.',
    answer: ({ desk }) => desk.venue.directory.listed.map(listingView),
  },
  {
    method: 'GET',
    path: '/sessions',
    does: 'The clients that are connected.',
    answer: ({ desk }) => sessionsView(desk),
  },
  {
    method: 'GET',
    path: '/messages',
    does: 'The message log: ?client=, ?message=, ?after= (seq), ?limit=.',
    answer: ({ log }, { search }) =>
      jsonOf(
        log.read({
          after: search.has('after') ? wholeOf(search, 'after', 0) : undefined,
          clientId: search.has('client') ? wholeOf(search, 'client', 0) : undefined,
          message: search.get('message') ?? undefined,
          limit: wholeOf(search, 'limit', 200),
        }),
      ),
  },
]

function post<T>(
  path: string,
  does: string,
  body: z.ZodType<T>,
  answer: (controlled: Controlled, body: T) => Json | Promise<Json>,
): Route {
  return {
    method: 'POST',
    path,
    does,
    answer: (controlled, question) => {
      const read = body.safeParse(question.body)
      if (read.success) return answer(controlled, read.data)
      const problems = read.error.issues.map(({ path: at, message }) => `${at.map(String).join('.')}: ${message}`) // prettier-ignore
      throw new ControlError(problems.join('; '))
    },
  }
}

const clockView = (desk: Desk, clock: GatewayClock): Json => ({
  venueTime: isoInstantOf(desk.venue.now),
  kind: clock.speed === 0 ? 'stepped' : 'offset',
  speed: clock.speed,
  offsetMs: clock.offsetMs ?? null,
})

/** By id, by symbol, or by contract number. */
function listed(desk: Desk, name: string): Listed {
  const { directory } = desk.venue
  const found = directory.listed.find(
    ({ id, symbol, conId }) => id === name || symbol === name || String(conId) === name,
  )
  if (found === undefined)
    throw new ControlError(`instrument: was "${name}", expected one that is listed, such as ${directory.listed[0]?.id ?? 'AAPL.STK.USD'}; GET /instruments names them`) // prettier-ignore
  return found
}

/** Tells the clients what happened, and how many events there were. */
function done(desk: Desk, events: readonly VenueEvent[]): Json {
  desk.publish(events)
  return { events: events.map(({ type }) => type) }
}

function liftFaults(desk: Desk, id: string | null): Json {
  const armed = desk.faults.list()
  if (id !== null && !armed.some((one) => String(one.id) === id))
    throw new ControlError(
      `id: was "${id}", expected that of an armed fault; GET /faults lists them`,
    )
  const lifted = armed.filter((one) => id === null || String(one.id) === id)
  for (const one of lifted) desk.faults.disarm(one.id)
  return { lifted: lifted.length }
}

function wholeOf(search: URLSearchParams, name: string, usual: number): number {
  const text = search.get(name)
  if (text === null) return usual
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ControlError(`${name}: was "${text}", expected a whole number`)
  return value
}
