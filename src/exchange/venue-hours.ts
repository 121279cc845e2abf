/** Which session an instrument is in: regular, outside regular hours, or closed. */
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { sessionAt, type SessionKind, type TradingSession } from '#marketdata/calendar.ts'

export type Phase = 'regular' | 'extended' | 'closed'

interface Hours {
  readonly regular: SessionKind
  /** What an order flagged for outside regular hours may use; undefined where there is nothing outside. */
  readonly extended: SessionKind | undefined
}

const HOURS: Readonly<Record<AssetClass, Hours>> = {
  STK: { regular: 'us-equity', extended: 'us-equity-extended' },
  OPT: { regular: 'us-equity', extended: undefined },
  FUT: { regular: 'globex', extended: undefined },
  CASH: { regular: 'idealpro', extended: undefined },
}

/** Answers about sessions, each kind remembering the last one it found. */
export interface VenueHours {
  /** The regular session that holds `at`, or the next one. */
  regular(of: Pick<Instrument, 'assetClass'>, at: EpochMs): TradingSession
  /** The session an order may trade in: the regular one, or with `outside` the extended one. */
  tradable(of: Pick<Instrument, 'assetClass'>, at: EpochMs, outside: boolean): TradingSession
  phase(of: Pick<Instrument, 'assetClass'>, at: EpochMs): Phase
  /** Whose regular hours it keeps. */
  kind(of: Pick<Instrument, 'assetClass'>): SessionKind
}

export function venueHours(): VenueHours {
  const remembered = new Map<SessionKind, { readonly asked: EpochMs; readonly found: TradingSession }>() // prettier-ignore
  const find = (kind: SessionKind, at: EpochMs): TradingSession => {
    const last = remembered.get(kind)
    if (last !== undefined && at >= last.asked && at < last.found.closesAt) return last.found
    const found = sessionAt(at, kind)
    remembered.set(kind, { asked: at, found })
    return found
  }
  const regular: VenueHours['regular'] = (of, at) => find(HOURS[of.assetClass].regular, at)
  const tradable: VenueHours['tradable'] = (of, at, outside) => {
    const { regular: kind, extended } = HOURS[of.assetClass]
    return find(outside ? (extended ?? kind) : kind, at)
  }
  const phase: VenueHours['phase'] = (of, at) => {
    if (at >= regular(of, at).opensAt) return 'regular'
    return at >= tradable(of, at, true).opensAt ? 'extended' : 'closed'
  }
  return { regular, tradable, phase, kind: (of) => HOURS[of.assetClass].regular }
}
