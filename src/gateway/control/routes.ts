/**
 * What the control port can be asked: one row a question, its body checked before it is acted on.
 *
 * An answer is JSON; a refusal names what was found and what was expected.
 */
import type { GatewayClock } from '#gateway/clock.ts'
import {
  ACTION,
  ADVANCE,
  BORROW,
  DISTURB,
  FAULT,
  HALT,
  LIQUIDATE,
  RESUME,
  SPEED,
  TRADE,
  TRANSFER,
  problemsOf,
  type Body,
} from '#gateway/control/bodies.ts'
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
import type { MessageLog } from '#gateway/sessions/message-log.ts'
import { expectedListed, knowsCurrency, listedNamed } from '#gateway/contracts/listed-names.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { DAY_MS, instantOf, isoInstantOf } from '#model/time.ts'

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
  /** An example of what must be said, and what else may be. */
  readonly says?: Pick<Body<unknown>, 'example' | 'more'>
  readonly answer: (controlled: Controlled, question: Question) => Json | Promise<Json>
}

/** What lies beyond is a slip of the pen, and nobody would be answered until the venue was there. */
const MOST_LEAP_MS = 366 * DAY_MS

export const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/clock',
    does: 'Venue time, and how it runs.',
    answer: ({ desk, clock }) => clockView(desk, clock),
  },
  post(
    '/clock/advance',
    'Moves the stepped clock to a time; answers when the venue is there and every client has been told. During a long leap others are answered where it has got to.',
    ADVANCE,
    async (controlled, { to }) => {
      const { desk, clock } = controlled
      // prettier-ignore
      const at = instantOf(to)
      if (at === undefined) throw new ControlError(`to: was "${to}", expected an instant such as 2026-01-05T15:05:00Z`) // prettier-ignore
      if (at < desk.venue.now) throw new ControlError(`to: was ${to}, expected ${isoInstantOf(desk.venue.now)} or later: time does not run backwards`) // prettier-ignore
      if (at > desk.venue.now + MOST_LEAP_MS) throw new ControlError(`to: was ${to}, expected a year at most after ${isoInstantOf(desk.venue.now)}`) // prettier-ignore
      await clock.leapTo(at)
      await controlled.flushed()
      return clockView(desk, clock)
    },
  ),
  post(
    '/clock/speed',
    'How many venue seconds a second takes; for looking, not for measuring.',
    SPEED,
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
  post('/faults', 'Arms a fault, as an entry of a plan does.', FAULT, ({ desk }, spec) => {
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
    TRADE,
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
  post('/actions', 'A corporate action, on its date or at once.', ACTION, ({ desk }, action) => {
    const { id: of, assetClass } = listed(desk, action.instrument)
    if (assetClass !== 'STK') throw new ControlError(`instrument: was ${of}, expected a stock or a fund`) // prettier-ignore
    const next = 'newInstrument' in action ? { newInstrument: listed(desk, action.newInstrument).id } : {} // prettier-ignore
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked it, and names are now ids
    return done(desk, desk.venue.controls.act({ ...action, instrument: of, ...next } as CorporateAction)) // prettier-ignore
  }),
  post(
    '/halt',
    'Halts a name, for a while or until it is resumed.',
    HALT,
    ({ desk }, { instrument: name, for: lasting }) => // prettier-ignore
    done(desk, desk.venue.controls.halt(listed(desk, name).id, lasting === undefined ? undefined : desk.venue.now + lasting)), // prettier-ignore
  ),
  post('/resume', 'Lets a halted name trade again.', RESUME, ({ desk }, { instrument: name }) =>
    // prettier-ignore
    done(desk, desk.venue.controls.resume(listed(desk, name).id)),
  ),
  post(
    '/disturb',
    'Changes how a name is quoted, for a while.',
    DISTURB,
    ({ desk }, { instrument: name, disturbance, for: lasting }) => {
      // prettier-ignore
      desk.venue.controls.disturb(listed(desk, name).id, disturbance, desk.venue.now + (lasting ?? DAY_MS)) // prettier-ignore
      return {}
    },
  ),
  post(
    '/borrow',
    'Units of a name that can be borrowed from now on.',
    BORROW,
    ({ desk }, { instrument: name, units }) =>
      // prettier-ignore
      done(desk, desk.venue.controls.setBorrowable(listed(desk, name).id, units)),
  ),
  post(
    '/liquidate',
    'The broker closes a position, or what the margin needs.',
    LIQUIDATE,
    ({ desk }, { instrument: name }) => // prettier-ignore
    done(desk, desk.venue.controls.liquidate(name === undefined ? undefined : listed(desk, name).id)), // prettier-ignore
  ),
  post(
    '/transfer',
    'Deposits cash, or withdraws it.',
    TRANSFER,
    ({ desk }, { currency, amount }) => {
      if (!knowsCurrency(desk.venue, currency)) throw new ControlError(`currency: was "${currency}", expected one that the account can hold, such as ${desk.venue.baseCurrency}`) // prettier-ignore
      return done(desk, desk.venue.controls.transfer(currency, amount))
    },
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
    does: 'Quote and order book of a name: ?instrument=SPY, ?levels=10.',
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
  body: Body<T>,
  answer: (controlled: Controlled, body: T) => Json | Promise<Json>,
): Route {
  return {
    method: 'POST',
    path,
    does,
    says: body,
    answer: (controlled, question) => {
      const read = body.schema.safeParse(question.body)
      if (read.success) return answer(controlled, read.data)
      throw new ControlError(problemsOf(question.body, read.error))
    },
  }
}

const clockView = (desk: Desk, clock: GatewayClock): Json => ({
  venueTime: isoInstantOf(desk.venue.now),
  kind: clock.speed === 0 ? 'stepped' : 'offset',
  speed: clock.speed,
  offsetMs: clock.offsetMs ?? null,
})

function listed(desk: Desk, name: string): Listed {
  const found = listedNamed(desk.venue, name)
  if (found !== undefined) return found
  throw new ControlError(`instrument: was "${name}", ${expectedListed(desk.venue)}; GET /instruments names them`) // prettier-ignore
}

/**
 * Tells the clients what happened, and the asker which events there were.
 *
 * @throws ControlError the venue's reason, where an order was refused
 */
function done(desk: Desk, events: readonly VenueEvent[]): Json {
  desk.publish(events)
  const refused = events.find((event) => event.type === 'OrderRejected')
  if (refused !== undefined) throw new ControlError(`order: refused with ${refused.refusal.code}, ${refused.refusal.reason}`) // prettier-ignore
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
