/** Which session an instrument is in: regular, outside regular hours, or closed. */
import type { AssetClass } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import {
  sessionAt,
  sessionOn,
  type SessionKind,
  type TradingSession,
} from '#marketdata/calendar.ts'

export type Phase = 'regular' | 'extended' | 'closed'

interface Hours {
  readonly regular: SessionKind
  /** What an order flagged for outside regular hours may use; undefined where there is nothing outside. */
  readonly extended: SessionKind | undefined
}

/** An index is worked out while what it is made of trades. */
const HOURS: Readonly<Record<AssetClass | 'IND', Hours>> = {
  STK: { regular: 'us-equity', extended: 'us-equity-extended' },
  OPT: { regular: 'us-equity', extended: undefined },
  FUT: { regular: 'globex', extended: undefined },
  CASH: { regular: 'idealpro', extended: undefined },
  IND: { regular: 'us-equity', extended: undefined },
}

/** What hours depend on. */
export interface Timed {
  readonly assetClass: AssetClass | 'IND'
}

/** Answers about sessions, each kind remembering the last one it found. */
export interface VenueHours {
  /** The regular session that holds `at`, or the next one. */
  regular(of: Timed, at: EpochMs): TradingSession
  /** The session an order may trade in: the regular one, or with `outside` the extended one. */
  tradable(of: Timed, at: EpochMs, outside: boolean): TradingSession
  /** The last session before that of a date, regular or with `outside` extended. */
  before(of: Timed, date: IsoDate, outside: boolean): TradingSession
  /** The session of a date, likewise; undefined when closed all day. */
  on(of: Timed, date: IsoDate, outside: boolean): TradingSession | undefined
  phase(of: Timed, at: EpochMs): Phase
  /** Whether there are hours outside the regular ones. */
  hasExtended(of: Timed): boolean
  /** Whose regular hours it keeps. */
  kind(of: Timed): SessionKind
}

export function venueHours(): VenueHours {
  const found = new Map<SessionKind, { readonly asked: EpochMs; readonly session: TradingSession }>() // prettier-ignore
  const earlier = new Map<SessionKind, { readonly date: IsoDate; readonly session: TradingSession }>() // prettier-ignore
  const find = (kind: SessionKind, at: EpochMs): TradingSession => {
    const last = found.get(kind)
    if (last !== undefined && at >= last.asked && at < last.session.closesAt) return last.session
    const session = sessionAt(at, kind)
    found.set(kind, { asked: at, session })
    return session
  }
  const findBefore = (kind: SessionKind, date: IsoDate): TradingSession => {
    const last = earlier.get(kind)
    if (last?.date === date) return last.session
    const session = sessionBefore(date, kind)
    earlier.set(kind, { date, session })
    return session
  }
  const regular: VenueHours['regular'] = (of, at) => find(HOURS[of.assetClass].regular, at)
  const tradable: VenueHours['tradable'] = (of, at, outside) => find(kindOf(of, outside), at)
  return {
    regular,
    tradable,
    before: (of, date, outside) => findBefore(kindOf(of, outside), date),
    on: (of, date, outside) => sessionOn(date, kindOf(of, outside)),
    phase: (of, at) => {
      if (at >= regular(of, at).opensAt) return 'regular'
      return at >= tradable(of, at, true).opensAt ? 'extended' : 'closed'
    },
    hasExtended: (of) => HOURS[of.assetClass].extended !== undefined,
    kind: (of) => HOURS[of.assetClass].regular,
  }
}

function kindOf(of: Timed, outside: boolean): SessionKind {
  const { regular, extended } = HOURS[of.assetClass]
  return outside ? (extended ?? regular) : regular
}

/** Longer than any exchange has been closed in the calendar's years. */
const LONGEST_CLOSURE_DAYS = 14

function sessionBefore(date: IsoDate, kind: SessionKind): TradingSession {
  const day = dayNumberOf(date)
  invariant(day !== undefined, `"${date}" is a day of the calendar`)
  let session: TradingSession | undefined
  for (let back = 1; session === undefined && back <= LONGEST_CLOSURE_DAYS; back++)
    session = sessionOn(isoDateOf((day - back) * DAY_MS), kind)
  invariant(session !== undefined, `there was a session in the fortnight before ${date}`)
  return session
}
