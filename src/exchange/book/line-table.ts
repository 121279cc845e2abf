/** The lines of the quote board, each made when its instrument is first looked at. */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { NO_FOOTPRINT } from '#exchange/book/impact.ts'
import { newLine, type Line } from '#exchange/book/lines.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'

/** Every line that was looked at. */
export interface LineTable {
  readonly instrument: (id: InstrumentId) => Instrument | undefined
  /** Undefined for what is not listed. */
  readonly known: (id: InstrumentId) => Line | undefined
  readonly lineOf: (of: Instrument) => Line
  /** A new day: our shifts are gone from the price. */
  readonly forget: (now: EpochMs) => void
}

/** @param settings - `halted`: from the start */
export function lineTable({
  market,
  seed,
  halted,
}: Pick<ExchangeSettings, 'market' | 'seed' | 'halted'>): LineTable {
  const listed = new Map(market.instruments.map((of) => [of.id, of]))
  const lines = new Map<InstrumentId, Line>()
  const fromStart = new Set(halted)
  const instrument = (id: InstrumentId): Instrument | undefined => {
    const of = listed.get(id) ?? market.directory?.byId(id)
    return of === undefined || of.assetClass === 'IND' ? undefined : of
  }
  const lineOf = (of: Instrument): Line => {
    const known = lines.get(of.id)
    if (known !== undefined) return known
    const line = newLine(of, seed)
    if (fromStart.has(of.id)) line.halts = [{ cause: 'regulatory', since: undefined, until: undefined }] // prettier-ignore
    lines.set(of.id, line)
    return line
  }
  return {
    instrument,
    known: (id) => {
      const of = lines.get(id)?.of ?? instrument(id)
      return of === undefined ? undefined : lineOf(of)
    },
    lineOf,
    forget: (now) => {
      for (const line of lines.values()) forgotten(line, now)
    },
  }
}

function forgotten(line: Line, now: EpochMs): void {
  if (line.footprint.shift !== 0) line.shifts.push({ at: now, sum: 0 })
  if (line.footprint.at > 0) line.footprint = { ...NO_FOOTPRINT, at: now }
}
