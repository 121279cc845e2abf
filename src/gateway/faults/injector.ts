/**
 * The armed faults, and the way through them: every request, every message and every moment passes here.
 *
 * Without armed faults it costs one comparison a message. A fault set off by a message acts at that message; one
 * set off by time acts from then on. What it delays goes through the desk's own queue, in venue time.
 */
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import { err, ok, type Result } from '#model/result.ts'
import { HOUR_MS, SECOND_MS, isoInstantOf, type EpochMs } from '#model/time.ts'
import { chanceOf } from '#exchange/chance.ts'
import type { Desk } from '#gateway/desk.ts'
import type { AnyFaultKind, FaultContext, RequestFate } from '#gateway/faults/fault.ts'
import { onTime, type Departure } from '#gateway/faults/fault.ts'
import type { FaultSpec, FaultWhen } from '#gateway/faults/spec.ts'
import { subjectOfMessage, subjectOfRequest, type Subject } from '#gateway/faults/subject.ts'
import type { Session } from '#gateway/session.ts'
import type { Message } from '#gateway/wire/field.ts'

/** A fault as the control port shows it. */
export interface ArmedView {
  readonly id: number
  readonly fault: string
  readonly state: 'waiting' | 'armed' | 'acting' | 'spent'
  /** How often it has acted. */
  readonly acted: number
  /** Undefined: as often as it fits. */
  readonly left: number | undefined
  readonly until: string | undefined
}

export interface FaultInjector {
  /** @returns its id, or what is wrong with its parameters */
  arm(spec: FaultSpec): Result<number>
  /** Lifts one; what it had begun ends. False when there is none of that id. */
  disarm(id: number): boolean
  list(): readonly ArmedView[]
  /** @param proceed - answers the request with these fields */
  request(session: Session, fields: readonly string[], proceed: (fields: readonly string[]) => void): void // prettier-ignore
  /** @param deliver - puts a message on the wire */
  message(session: Session, message: Message, deliver: (message: Message) => void): void
}

interface Armed {
  readonly id: number
  readonly name: string
  readonly kind: AnyFaultKind
  readonly params: unknown
  readonly when: FaultWhen
  readonly probability: number
  readonly lastsMs: number | undefined
  readonly draw: () => number
  state: ArmedView['state']
  acted: number
  left: number
  matched: number
  until: EpochMs
  /** Ends what a moment began. */
  stop: (() => void) | undefined
}

/**
 * @param kinds - by name
 * @param seed - of all chance in it
 */
export function faultInjector(
  desk: Desk,
  kinds: Readonly<Record<string, AnyFaultKind>>,
  seed: number,
): FaultInjector {
  const armed: Armed[] = []
  let lastId = 0

  const arm: FaultInjector['arm'] = (spec) => {
    const kind = kinds[spec.fault]
    if (kind === undefined)
      return err(`fault: was "${spec.fault}", expected one of ${Object.keys(kinds).join(', ')}`)
    const params = kind.parameters.safeParse(spec.with ?? {})
    if (!params.success) {
      const [issue] = params.error.issues
      return err(`with${(issue?.path ?? []).map((part) => `.${String(part)}`).join('')}: ${issue?.message ?? 'cannot be read'}`) // prettier-ignore
    }
    const id = ++lastId
    const one = newlyArmed(id, spec, kind, params.data, chanceOf(seed, `fault ${id}`))
    armed.push(one)
    const wait = waitOf(one.when, desk.venue.now)
    if (wait === 0) comeDue(one)
    else desk.later(wait, () => comeDue(one))
    return ok(id)
  }

  /** Its time has come: moments begin, unless a message is still to set them off. */
  const comeDue = (one: Armed) => {
    if (one.state === 'spent') return
    one.state = 'armed'
    if (one.kind.effect.on !== 'moment' || one.when.message !== undefined) {
      if (one.lastsMs !== undefined && one.kind.effect.on !== 'moment') {
        one.until = desk.venue.now + one.lastsMs
        desk.later(one.lastsMs, () => spend(one))
      }
      return
    }
    if (one.draw() < one.probability) begin(one, sessionNamed(one.when))
    else spend(one)
  }

  const sessionNamed = ({ client }: FaultWhen): Session | undefined =>
    client === undefined ? undefined : desk.sessions.get(client)

  const begin = (one: Armed, session: Session | undefined) => {
    const { effect } = one.kind
    if (effect.on !== 'moment') return
    const context: FaultContext = { desk, session, draw: one.draw }
    count(one)
    effect.begin(context, one.params)
    const stop = () => effect.end?.(context, one.params)
    if (one.lastsMs === undefined) {
      one.stop = stop
      if (one.left === 0) one.state = 'spent'
      return
    }
    one.state = 'acting'
    one.until = desk.venue.now + one.lastsMs
    one.stop = stop
    desk.later(one.lastsMs, () => finish(one))
  }

  const finish = (one: Armed) => {
    one.stop?.()
    one.stop = undefined
    one.state = one.left > 0 && one.when.message !== undefined ? 'armed' : 'spent'
  }

  const spend = (one: Armed) => {
    finish(one)
    one.state = 'spent'
  }

  const count = (one: Armed) => {
    one.acted += 1
    one.left -= 1
  }

  /** Whether it acts on what passes now; counts what fits. */
  const acts = (one: Armed, subject: Subject): boolean => {
    if (one.state !== 'armed' || one.left <= 0 || !fits(one, subject)) return false
    one.matched += 1
    if (one.matched < (one.when.nth ?? 1)) return false
    return one.draw() < one.probability
  }

  const setOff = (subject: Subject, session: Session) => {
    for (const one of armed) {
      if (one.kind.effect.on !== 'moment' || one.when.message === undefined) continue
      if (acts(one, subject)) begin(one, session)
    }
  }

  const fateOf = (
    session: Session,
    fields: readonly string[],
    subject: Subject,
  ): readonly RequestFate[] =>
    armed.flatMap((one) => {
      const { effect } = one.kind
      if (effect.on !== 'request' || !acts(one, subject)) return []
      const fate = effect.act({ desk, session, draw: one.draw }, one.params, { session, fields })
      if (fate.type !== 'pass') count(one)
      if (one.left === 0) one.state = 'spent'
      return [fate]
    })

  const request: FaultInjector['request'] = (session, fields, proceed) => {
    if (armed.length === 0) {
      proceed(fields)
      return
    }
    const subject = subjectOfRequest(desk, session, fields)
    const fates = fateOf(session, fields, subject)
    if (fates.some(({ type }) => type === 'drop')) {
      setOff(subject, session)
      return
    }
    let said = fields
    let delay = 0
    const afterwards: (() => void)[] = []
    for (const fate of fates) {
      if (fate.type === 'rewrite') said = fate.fields
      else if (fate.type === 'delay') delay += fate.ms
      else if (fate.type === 'then') afterwards.push(fate.run)
    }
    const run = () => {
      proceed(said)
      for (const after of afterwards) after()
      setOff(subject, session)
    }
    if (delay === 0) run()
    else desk.later(delay, run)
  }

  const message: FaultInjector['message'] = (session, said, deliver) => {
    if (armed.length === 0) {
      deliver(said)
      return
    }
    const subject = subjectOfMessage(desk, session, said)
    if (armed.some((one) => mutes(one, subject))) return
    let departures: readonly Departure[] = onTime(said)
    for (const one of armed) {
      const { effect } = one.kind
      if (effect.on !== 'message' || !acts(one, subject)) continue
      count(one)
      if (one.left === 0) one.state = 'spent'
      const context = { desk, session, draw: one.draw }
      departures = departures.flatMap(({ message: next, afterMs }) =>
        effect
          .act(context, one.params, next)
          .map((leaves) => ({ message: leaves.message, afterMs: leaves.afterMs + afterMs })),
      )
    }
    for (const { message: next, afterMs } of departures)
      if (afterMs === 0) deliver(next)
      else desk.later(afterMs, () => deliver(next))
    setOff(subject, session)
  }

  return {
    arm,
    disarm: (id) => {
      const one = armed.find((of) => of.id === id)
      if (one === undefined) return false
      spend(one)
      armed.splice(armed.indexOf(one), 1)
      return true
    },
    list: () => armed.map(viewOf),
    request,
    message,
  }
}

function newlyArmed(
  id: number,
  spec: FaultSpec,
  kind: AnyFaultKind,
  params: unknown,
  draw: () => number,
): Armed {
  const open = spec.for !== undefined && spec.times === undefined && kind.effect.on !== 'moment'
  const times = spec.times === 'always' || open ? Infinity : (spec.times ?? 1)
  return {
    id,
    name: spec.fault,
    kind,
    params,
    when: spec.when ?? {},
    probability: spec.probability ?? 1,
    lastsMs: spec.for,
    draw,
    state: 'waiting',
    acted: 0,
    left: times,
    matched: 0,
    until: 0,
    stop: undefined,
  }
}

/** How long until a trigger's time, 0 where it names none or it is past. */
function waitOf({ at, after }: FaultWhen, now: EpochMs): number {
  if (after !== undefined) return after
  if (at === undefined) return 0
  if (typeof at === 'number') return Math.max(0, at - now)
  const [hours = 0, minutes = 0, seconds = 0] = at.split(':').map(Number)
  const today = newYorkInstant(newYorkDate(now), hours * 60 + minutes) + seconds * SECOND_MS
  if (today >= now) return today - now
  const tomorrow = newYorkDate(newYorkInstant(newYorkDate(now), 0) + 30 * HOUR_MS)
  return newYorkInstant(tomorrow, hours * 60 + minutes) + seconds * SECOND_MS - now
}

function fits({ kind, when }: Armed, subject: Subject): boolean {
  const { effect } = kind
  const usual = effect.on === 'moment' ? undefined : effect.of
  if (
    when.message !== undefined
      ? when.message !== subject.message
      : !(usual?.includes(subject.message) ?? true)
  )
    // prettier-ignore
    return false
  return FILTERS.every((name) => when[name] === undefined || when[name] === subject[SUBJECT_OF[name]]) // prettier-ignore
}

/** Whether a moment that lasts keeps this from being heard. */
function mutes({ state, kind: { effect }, when }: Armed, { message, clientId }: Subject): boolean {
  if (state !== 'acting' || effect.on !== 'moment') return false
  const concerned = when.client === undefined || when.client === clientId
  return concerned && (effect.mutes?.includes(message) ?? false)
}

const SUBJECT_OF = {
  client: 'clientId',
  symbol: 'symbol',
  orderRef: 'orderRef',
  orderId: 'orderId',
  action: 'action',
} as const
const FILTERS = ['client', 'symbol', 'orderRef', 'orderId', 'action'] as const

const viewOf = ({ id, name, state, acted, left, until }: Armed): ArmedView => ({
  id,
  fault: name,
  state,
  acted,
  left: Number.isFinite(left) ? left : undefined,
  until: until === 0 ? undefined : isoInstantOf(until),
})
