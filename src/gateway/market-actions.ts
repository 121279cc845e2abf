/**
 * The file of corporate actions beside a market: our own table (`inputs/actions.ts`), which may speak of listed names
 * only, or LEAN's factor files, a library of which the listing takes what concerns it.
 *
 * A ticker that changes into a name that is not listed lists it: the same stock under its new name.
 */
import { readTextFile } from '#gateway/input-files.ts'
import { readable } from '#gateway/market-files.ts'
import { GatewayError } from '#gateway/options.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { Listed } from '#exchange/listing.ts'
import { actionBook, type ActionBook } from '#exchange/market/acted-market.ts'
import { readFactorActions } from '#feeds/files/bars/factor-actions.ts'
import { readActions, type ActionRow } from '#feeds/files/inputs/actions.ts'
import { listedName } from '#feeds/files/inputs/listed-name.ts'
import type { InstrumentId } from '#model/ids.ts'

export interface MarketActions {
  readonly book: ActionBook
  /** The listing, and what its tickers change into; sorted by id. */
  readonly listed: readonly Listed[]
  /** Other names of the same security: its prices may stand under any of them. */
  readonly alsoKnownAs: ReadonlyMap<InstrumentId, readonly InstrumentId[]>
}

/** The file of actions as it was read; `factorFile` where it is one. */
export interface ActionsFile {
  readonly file: string
  readonly rows: readonly ActionRow[]
  readonly factorFile: string | undefined
}

/** @throws GatewayError `unreadable`, `bad-input` with line and column */
export async function readActionsFile(file: string | undefined): Promise<ActionsFile> {
  if (file === undefined) return { file: '', rows: [], factorFile: undefined }
  const text = await readTextFile(file)
  if (/^.*\bprice_factor\b/.test(text)) {
    const actions = await readable(() => readFactorActions(file))
    return { file, rows: actions.map((action) => ({ action, newConId: undefined })), factorFile: file } // prettier-ignore
  }
  const rows = readActions(text, file)
  if (!rows.ok) throw new GatewayError('bad-input', rows.error)
  return { file, rows: rows.value, factorFile: undefined }
}

/** @throws GatewayError `bad-input` for an action of a table on what is not listed */
export function marketActions(
  { file, rows, factorFile }: ActionsFile,
  listing: readonly Listed[],
): MarketActions {
  const listed = new Map(listing.map((of) => [of.id, of]))
  const actions: CorporateAction[] = []
  const strange: string[] = []
  for (const { action, newConId } of rows) {
    const of = listed.get(action.instrument)
    if (of === undefined && beginsOf(action, listed) && factorFile !== undefined)
      actions.push(action)
    else if (of === undefined || isOfStranger(action, listed)) {
      strange.push(`${file}: the ${action.type} of ${action.instrument} on ${action.date} is about what is not listed, expected ${named(action)} in the universe`) // prettier-ignore
    } else {
      actions.push(action)
      if (action.type === 'ticker-change' && !listed.has(action.newInstrument))
        listed.set(action.newInstrument, renamed(of, action.newInstrument, newConId ?? freeConId(listed))) // prettier-ignore
    }
  }
  if (strange.length > 0 && factorFile === undefined)
    throw new GatewayError('bad-input', strange.join('\n'))
  return {
    book: actionBook(actions),
    listed: [...listed.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    alsoKnownAs: otherNames(actions),
  }
}

/** A listed name begins that had another one before. */
const beginsOf = (action: CorporateAction, listed: ReadonlyMap<InstrumentId, Listed>) =>
  action.type === 'ticker-change' && listed.has(action.newInstrument)

/** A spin-off gives units of something that has a price already. */
const isOfStranger = (action: CorporateAction, listed: ReadonlyMap<InstrumentId, Listed>) =>
  action.type === 'spin-off' && !listed.has(action.newInstrument)

const named = (action: CorporateAction): string =>
  action.type === 'spin-off' ? `${action.instrument} and ${action.newInstrument}` : action.instrument // prettier-ignore

function renamed(of: Listed, id: InstrumentId, conId: number): Listed {
  return { ...of, id, conId, symbol: listedName(id).symbol }
}

const freeConId = (listed: ReadonlyMap<InstrumentId, Listed>): number =>
  [...listed.values()].reduce((most, { conId }) => Math.max(most, conId), 0) + 1

/** Along every change of ticker, both ways, the nearest name first. */
function otherNames(
  actions: readonly CorporateAction[],
): ReadonlyMap<InstrumentId, readonly InstrumentId[]> {
  const changes = actions.filter((action) => action.type === 'ticker-change')
  const next = new Map<InstrumentId, InstrumentId[]>()
  for (const { instrument, newInstrument } of changes) {
    next.set(instrument, [...(next.get(instrument) ?? []), newInstrument])
    next.set(newInstrument, [...(next.get(newInstrument) ?? []), instrument])
  }
  return new Map([...next.keys()].map((id) => [id, reachedFrom(id, next)]))
}

function reachedFrom(
  id: InstrumentId,
  next: ReadonlyMap<InstrumentId, readonly InstrumentId[]>,
): readonly InstrumentId[] {
  const reached = new Set([id])
  for (const name of reached) for (const other of next.get(name) ?? []) reached.add(other)
  return [...reached].filter((name) => name !== id)
}
