/**
 * The armed faults, and the way through them: every request, every message and every moment passes here.
 *
 * While none is armed or acting it costs one comparison a message; those that wait for their time, or are spent, are
 * listed and not asked. A fault set off by a message acts at that message; one set off by time acts from then on.
 * What it delays goes through the desk's own queue, in venue time.
 */
import { err, ok, type Result } from '#model/result.ts'
import { chanceOf } from '#exchange/chance.ts'
import type { Desk } from '#gateway/desk.ts'
import {
  acts,
  count,
  endMoment,
  mutes,
  newlyArmed,
  viewOf,
  waitOf,
  type Armed,
  type ArmedView,
} from '#gateway/faults/armed-fault.ts'
import { unknownName } from '#gateway/faults/named.ts'
import type { AnyFaultKind, FaultContext, RequestFate } from '#gateway/faults/fault.ts'
import { onTime, type Departure } from '#gateway/faults/fault.ts'
import type { FaultSpec, FaultWhen } from '#gateway/faults/spec.ts'
import { subjectOfMessage, subjectOfRequest, type Subject } from '#gateway/faults/subject.ts'
import type { Session } from '#gateway/session.ts'
import type { Message } from '#gateway/wire/field.ts'

export interface FaultInjector {
  /** @returns its id, or what is wrong with its parameters */
  arm(spec: FaultSpec): Result<number>
  /** Lifts one; what it had begun ends. False when there is none of that id. */
  disarm(id: number): boolean
  list(): readonly ArmedView[]
  /** Nothing that passes now can meet a fault. */
  readonly isIdle: boolean
  /** @param proceed - answers the request with these fields */
  request(session: Session, fields: readonly string[], proceed: (fields: readonly string[]) => void): void // prettier-ignore
  /** @param deliver - puts a message on the wire */
  message(session: Session, message: Message, deliver: (message: Message) => void): void
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
  const listed: Armed[] = []
  /** Those of them that what passes can meet, in the order they were armed. */
  let active: readonly Armed[] = []
  let lastId = 0

  const become = (one: Armed, state: Armed['state']) => {
    if (one.state === state) return
    one.state = state
    active = listed.filter((each) => each.state === 'armed' || each.state === 'acting')
  }

  const arm: FaultInjector['arm'] = (spec) => {
    const kind = Object.hasOwn(kinds, spec.fault) ? kinds[spec.fault] : undefined
    if (kind === undefined)
      return err(`fault: was "${spec.fault}", expected one of ${Object.keys(kinds).join(', ')}`)
    const params = kind.parameters.safeParse(spec.with ?? {})
    if (!params.success) {
      const [issue] = params.error.issues
      return err(`with${(issue?.path ?? []).map((part) => `.${String(part)}`).join('')}: ${issue?.message ?? 'cannot be read'}`) // prettier-ignore
    }
    const unknown = unknownName(desk.venue, params.data)
    if (unknown !== undefined) return err(`with.${unknown}`)
    const id = ++lastId
    const one = newlyArmed(id, spec, kind, params.data, chanceOf(seed, `fault ${id}`))
    listed.push(one)
    const wait = waitOf(one.when, desk.venue.now)
    if (wait === 0) comeDue(one)
    else desk.later(wait, () => comeDue(one))
    return ok(id)
  }

  /** Its time has come: moments begin, unless a message is still to set them off. */
  const comeDue = (one: Armed) => {
    if (one.state === 'spent') return
    become(one, 'armed')
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
      if (one.left === 0 || one.when.message === undefined) become(one, 'spent')
      return
    }
    become(one, 'acting')
    one.until = desk.venue.now + one.lastsMs
    one.stop = stop
    desk.later(one.lastsMs, () => finish(one))
  }

  const finish = (one: Armed) => {
    // Lifted before its time was over.
    if (one.state === 'spent') return
    endMoment(one)
    become(one, one.left > 0 && one.when.message !== undefined ? 'armed' : 'spent')
  }

  const spend = (one: Armed) => {
    endMoment(one)
    become(one, 'spent')
  }

  const setOff = (subject: Subject, session: Session) => {
    for (const one of active) {
      if (one.kind.effect.on !== 'moment' || one.when.message === undefined) continue
      if (acts(one, subject)) begin(one, session)
    }
  }

  const fateOf = (
    session: Session,
    fields: readonly string[],
    subject: Subject,
  ): readonly RequestFate[] =>
    active.flatMap((one) => {
      const { effect } = one.kind
      if (effect.on !== 'request' || !acts(one, subject)) return []
      const fate = effect.act({ desk, session, draw: one.draw }, one.params, { session, fields })
      if (fate.type !== 'pass') count(one)
      if (one.left === 0) become(one, 'spent')
      return [fate]
    })

  const request: FaultInjector['request'] = (session, fields, proceed) => {
    if (active.length === 0) {
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
    if (active.length === 0) {
      deliver(said)
      return
    }
    const subject = subjectOfMessage(desk, session, said)
    if (active.some((one) => mutes(one, subject))) return
    let departures: readonly Departure[] = onTime(said)
    for (const one of active) {
      const { effect } = one.kind
      if (effect.on !== 'message' || !acts(one, subject)) continue
      count(one)
      if (one.left === 0) become(one, 'spent')
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
      const one = listed.find((of) => of.id === id)
      if (one === undefined) return false
      spend(one)
      listed.splice(listed.indexOf(one), 1)
      return true
    },
    list: () => listed.map(viewOf),
    get isIdle() {
      return active.length === 0
    },
    request,
    message,
  }
}
