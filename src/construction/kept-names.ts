/**
 * What the settings keep as it is, where targets are gone towards. A name that is not to be traded is one that cannot be:
 * no limit scales it back, and no cash is freed by it. One that is not to be sold, and would be, is kept likewise, and the
 * rest is decided anew.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import { decideByTargets } from '#construction/decide-by-targets.ts'
import type { Decided, DecisionFacts } from '#construction/decided.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

type Kept = Pick<ConstructionSettings, 'doNotTrade' | 'doNotSell'>

/** Towards the targets of the book's names, with what is not to be traded or sold left alone. */
export function decideKeeping(facts: DecisionFacts, { doNotTrade, doNotSell }: Kept): Decided {
  const reasons = new Map(doNotTrade.map((id) => [id, 'it is on construction.doNotTrade']))
  for (;;) {
    const decided = decideByTargets({ ...facts, book: withoutTrading(facts.book, reasons) })
    const sold = doNotSell.filter((id) => !reasons.has(id) && isSold(facts.book, decided, id))
    if (sold.length === 0) return decided
    for (const id of sold) reasons.set(id, 'it is on construction.doNotSell')
  }
}

/** Names that settings speak of and nobody knows, in words: a typing error would leave a holding unprotected. */
export function unknownKept(
  { doNotTrade, doNotSell }: Kept,
  { names }: Pick<ValuedBook, 'names'>,
  { instruments, construction }: Pick<PlanInputs, 'instruments' | 'construction'>,
): string | undefined {
  const known = new Set([...[...names, ...instruments].map(({ id }) => id), ...(construction?.universe ?? [])]) // prettier-ignore
  const stranger = [...doNotTrade, ...doNotSell].find((id) => !known.has(id))
  if (stranger === undefined) return undefined
  const field = doNotTrade.includes(stranger) ? 'doNotTrade' : 'doNotSell'
  return `construction.${field}: ${stranger} is neither held nor in the universe, expected a name that is` // prettier-ignore
}

function withoutTrading(book: ValuedBook, reasons: ReadonlyMap<InstrumentId, string>): ValuedBook {
  return {
    ...book,
    names: book.names.map((name) => {
      const reason = name.untradable ?? reasons.get(name.id)
      return reason === undefined ? name : { ...name, untradable: reason }
    }),
  }
}

const isSold = ({ names }: ValuedBook, { changes }: Decided, sold: InstrumentId): boolean =>
  names.some(({ id }, i) => id === sold && changes[i]! < 0n)
