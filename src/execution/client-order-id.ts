/**
 * Our key of an order, `<journal8>-<run>-<leg>-<n>`: deterministic from the record alone, so that
 * the same decision always has the same name, and unique because a (journal, run, leg, n) is
 * submitted at most once. It travels as IBKR's `orderRef`.
 */
import type { ClientOrderId, RunId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'

/** What our names may be long; IBKR's `orderRef` takes more, FIX's ClOrdID venues often do not. */
const LONGEST_ID = 32

/**
 * @param journalId - the journal's eight hexadecimal digits
 * @param leg - the plan line's id: `A1`, `B12`
 * @param n - 1 for the first order of the leg in this run, whatever became of it
 *
 * @example
 * clientOrderIdOf('0a1b2c3d', 'r7' as RunId, 'A1', 2) // => '0a1b2c3d-r7-A1-2'
 */
export function clientOrderIdOf(
  journalId: string,
  runId: RunId,
  leg: string,
  n: number,
): ClientOrderId {
  const id = `${journalId}-${runId}-${leg}-${n}`
  invariant(FORM.test(id), `"${id}" is a client order id`)
  invariant(id.length <= LONGEST_ID, `"${id}" has at most ${LONGEST_ID} characters`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that makes them; its form was checked above
  return id as ClientOrderId
}

const FORM = /^[0-9a-f]{8}-r\d+-[A-Za-z0-9]+-[1-9]\d*$/

/**
 * Reads an `orderRef` seen at the broker.
 *
 * @returns undefined for what has not the form of an id of ours, of whichever journal: another
 *   program's word, or a person's
 */
export function readClientOrderId(text: string): ClientOrderId | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form is checked
  return FORM.test(text) && text.length <= LONGEST_ID ? (text as ClientOrderId) : undefined
}

/** Whether an `orderRef` seen at the broker was made from this journal. */
export const isOfJournal = (journalId: string, id: string): boolean =>
  journalId !== '' && id.startsWith(`${journalId}-r`)
