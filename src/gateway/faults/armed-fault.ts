/**
 * One fault that was armed: how it stands, when it is due, what it fits.
 *
 * It is `waiting` for its time, then `armed` for what it acts on, `acting` while a moment lasts, and at last `spent`.
 */
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import { HOUR_MS, SECOND_MS, isoInstantOf, type EpochMs } from '#model/time.ts'
import type { AnyFaultKind } from '#gateway/faults/fault.ts'
import type { FaultSpec, FaultWhen } from '#gateway/faults/spec.ts'
import type { Subject } from '#gateway/faults/subject.ts'

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

/** A fault with its parameters read and its own chance. */
export interface Armed {
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

/** @param draw - its chance, evenly from [0, 1) */
export function newlyArmed(
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
export function waitOf({ at, after }: FaultWhen, now: EpochMs): number {
  if (after !== undefined) return after
  if (at === undefined) return 0
  if (typeof at === 'number') return Math.max(0, at - now)
  const [hours = 0, minutes = 0, seconds = 0] = at.split(':').map(Number)
  const today = newYorkInstant(newYorkDate(now), hours * 60 + minutes) + seconds * SECOND_MS
  if (today >= now) return today - now
  const tomorrow = newYorkDate(newYorkInstant(newYorkDate(now), 0) + 30 * HOUR_MS)
  return newYorkInstant(tomorrow, hours * 60 + minutes) + seconds * SECOND_MS - now
}

/** Whether it is of those that this fault is for. */
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
export function mutes(
  { state, kind: { effect }, when }: Armed,
  { message, clientId }: Subject,
): boolean {
  if (state !== 'acting' || effect.on !== 'moment') return false
  const concerned = when.client === undefined || when.client === clientId
  return concerned && (effect.mutes?.includes(message) ?? false)
}

/** Whether it acts on what passes now; counts what fits. */
export function acts(one: Armed, subject: Subject): boolean {
  if (one.state !== 'armed' || one.left <= 0 || !fits(one, subject)) return false
  one.matched += 1
  if (one.matched < (one.when.nth ?? 1)) return false
  return one.draw() < one.probability
}

/** It has acted once more. */
export function count(one: Armed): void {
  one.acted += 1
  one.left -= 1
}

/** Ends what it began, once. */
export function endMoment(one: Armed): void {
  one.stop?.()
  one.stop = undefined
}

const SUBJECT_OF = {
  client: 'clientId',
  symbol: 'symbol',
  orderRef: 'orderRef',
  orderId: 'orderId',
  action: 'action',
} as const
const FILTERS = ['client', 'symbol', 'orderRef', 'orderId', 'action'] as const

/** @returns what the control port shows of it */
export const viewOf = ({ id, name, state, acted, left, until }: Armed): ArmedView => ({
  id,
  fault: name,
  state,
  acted,
  left: Number.isFinite(left) ? left : undefined,
  until: until === 0 ? undefined : isoInstantOf(until),
})
