/**
 * The instruments this process has asked the broker about, joined with what only our universe
 * file knows (sector, borrow). Each name is asked for once; what the broker does not know is
 * remembered with its words for this process, and asked for again by the next one.
 */
import type { Instrument } from '#model/instrument.ts'
import type { InstrumentId } from '#model/ids.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import type { Broker, UnknownInstrument } from '#brokers/broker.ts'
import type { UniverseFacts } from '#runtime/engine-host.ts'

export interface InstrumentDirectory {
  /** @throws BrokerError */
  describe(ids: readonly InstrumentId[]): Promise<Described>
  get(id: InstrumentId): Instrument | undefined
}

export interface Described {
  readonly known: readonly Instrument[]
  readonly unknown: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
}

export function createInstrumentDirectory(
  broker: Broker,
  universe: ReadonlyMap<InstrumentId, UniverseFacts>,
  onNew: (instruments: readonly Instrument[]) => void,
): InstrumentDirectory {
  const known = new Map<InstrumentId, Instrument>()
  const unknown = new Map<InstrumentId, string>()

  async function ask(ids: readonly InstrumentId[]): Promise<void> {
    const asked = ids.flatMap((id) => {
      const name = parseInstrumentName(id)
      // A bond, an index: the broker has it, our grammar has no room for it, and nothing here trades it.
      if (!name.ok) unknown.set(id, name.error)
      return name.ok ? [[id, name.value] as const] : []
    })
    const answers = asked.length === 0 ? [] : await broker.describe(asked.map(([, name]) => name))
    const found: Instrument[] = []
    for (const [i, [id]] of asked.entries()) {
      const answer = answers[i]
      if (answer === undefined || isUnknown(answer)) {
        unknown.set(id, answer?.reason ?? 'the broker gave no answer')
        continue
      }
      const instrument = joined({ ...answer, id }, universe)
      known.set(id, instrument)
      found.push(instrument)
    }
    if (found.length > 0) onNew(found)
  }

  return {
    async describe(ids) {
      const fresh = ids.filter((id) => !known.has(id) && !unknown.has(id))
      if (fresh.length > 0) await ask(fresh)
      return {
        known: ids.flatMap((id) => known.get(id) ?? []),
        unknown: ids.flatMap((instrument) => {
          const reason = unknown.get(instrument)
          return reason === undefined ? [] : [{ instrument, reason }]
        }),
      }
    },
    get: (id) => known.get(id),
  }
}

/** An option of no sector of its own is in its underlying's: the two are one bet. */
function joined(
  instrument: Instrument,
  universe: ReadonlyMap<InstrumentId, UniverseFacts>,
): Instrument {
  const facts = universe.get(instrument.id)
  if (instrument.assetClass === 'OPT') {
    const own = facts?.sector ?? UNKNOWN
    const sector = own === UNKNOWN ? universe.get(instrument.underlying)?.sector : own
    return { ...instrument, sector: sector ?? UNKNOWN }
  }
  if (facts === undefined) return instrument
  const { sector, shortable, borrowRate } = facts
  return instrument.assetClass === 'STK'
    ? { ...instrument, sector, shortable, borrowRate }
    : { ...instrument, sector }
}

const UNKNOWN = 'unknown'

const isUnknown = (answer: Instrument | UnknownInstrument): answer is UnknownInstrument =>
  'unknown' in answer
