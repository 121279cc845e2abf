/** The terms by which an order depends on others, on events or on an algorithm; its parent apart, which has to be found. */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import { algoOf } from '#gateway/orders/algos.ts'
import { conditionsOf } from '#gateway/orders/conditions.ts'
import type { Exchange, VenueOrder } from '#exchange/exchange.ts'
import type { NewVenueOrder, OcaGroup, OcaType } from '#exchange/terms.ts'
import { err, ok, type Result } from '#model/result.ts'

export type DependentTerms = Pick<NewVenueOrder, 'oca' | 'conditions' | 'algo'>

/** Reads them; the first thing wrong is the answer. */
export function dependentTerms(
  request: PlaceOrder,
  { directory, now }: Pick<Exchange, 'directory' | 'now'>,
): Result<DependentTerms, ErrorAnswer> {
  const oca = ocaOf(request.terms)
  if (!oca.ok) return oca
  const conditions = conditionsOf(request, directory)
  if (!conditions.ok) return conditions
  const algo = algoOf(request, now)
  if (!algo.ok) return algo
  return ok({
    ...(oca.value === undefined ? {} : { oca: oca.value }),
    ...(conditions.value === undefined ? {} : { conditions: conditions.value }),
    ...(algo.value === undefined ? {} : { algo: algo.value }),
  })
}

/** A group that says no type reduces without blocking, as captured from a real gateway. */
const USUAL_OCA_TYPE: OcaType = 3
const OCA_TYPES: readonly OcaType[] = [1, 2, 3]
const UNSET: ReadonlySet<string> = new Set(['', '0', '2147483647'])

function ocaOf({
  ocaGroup = '',
  ocaType = '',
}: PlaceOrder['terms']): Result<OcaGroup | undefined, ErrorAnswer> {
  // prettier-ignore
  if (ocaGroup === '') return ok(undefined)
  const type = UNSET.has(ocaType) ? USUAL_OCA_TYPE : OCA_TYPES.find((known) => String(known) === ocaType) // prettier-ignore
  return type === undefined ? err(ERRORS.invalid(`Invalid OCA type "${ocaType}"; expected 1, 2 or 3`)) : ok({ name: ocaGroup, type }) // prettier-ignore
}

/**
 * Why an order's group or algorithm may not be changed to what a modification says; undefined when it leaves them.
 * Saying nothing of a group leaves it, as brackets are modified.
 */
export function refusedRevision(
  { oca: stands, algo: works }: Pick<VenueOrder, 'oca' | 'algo'>,
  { oca, algo }: DependentTerms,
): ErrorAnswer | undefined {
  if (oca !== undefined && oca.name !== stands?.name) return ERRORS.ocaRevision()
  if (oca !== undefined && oca.type !== stands?.type) return ERRORS.ocaTypeRevision()
  return JSON.stringify(algo) === JSON.stringify(works) ? undefined : ERRORS.algoRevision()
}
