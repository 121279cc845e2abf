/** Our side of the reconciliation, as the record has it. */
import { priceFrom } from '#model/border.ts'
import {
  format,
  fractionOf,
  minus,
  money,
  negate,
  notional,
  plus,
  quantity as quantityOf,
  type Currency,
  type Money,
} from '#model/fixed.ts'
import { invariant } from '#model/invariant.ts'
import { SECOND_MS } from '#model/time.ts'
import { isOfJournal } from '#execution/client-order-id.ts'
import { isProvenNotSent, isTwiceAbsent } from '#execution/ledger-snapshot.ts'
import {
  leavesOf,
  ordersOf,
  signedAs,
  untoldOf,
  type ExecutionRecord,
  type OrderRecord,
} from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import { allLinesOf } from '#execution/phases.ts'
import type { Movement, OrderTrouble, OurOrder, OurSide } from '#reconciliation/reconcile.ts'
import { largestFeeOf, movementOf } from '#engine/book.ts'
import type { EngineState, TakenSnapshot } from '#engine/state.ts'
import { variationOf } from '#engine/variation-margin.ts'

/** Fills heard so shortly before a snapshot may be missing from its positions, ms: IBKR's lag them. */
const RECENT_FILL_MS = 10 * SECOND_MS
/** An order that closed so shortly before a snapshot may still be listed in it as open, ms. */
const JUST_CLOSED_MS = 10 * SECOND_MS
/** A fill that the broker counts and nobody tells of for this long is missed, ms. */
export const MISSED_AFTER_MS = 10 * SECOND_MS

/** @param taken - the snapshot to be held against it, already folded into the ledger */
export function ourSideOf(state: EngineState, taken: TakenSnapshot): OurSide {
  const { book, ledger, instruments, run } = state
  invariant(book !== undefined, 'a book is reconciled after its opening')
  const since = taken.snapshot.begunAt - RECENT_FILL_MS
  const ours = [...ledger.executions.values()].filter(({ adopted }) => !adopted)
  const asMovement = ({ execution }: ExecutionRecord) => movementOf(execution, instruments)
  const plan = run === undefined ? undefined : state.plans.get(run.planId)?.plan
  return {
    book,
    orders: ordersOf(ledger).map((record) => ourOrder(state, record, taken)),
    recentFills: ours.filter(({ heardAt }) => heardAt >= since).map(asMovement),
    foreign: [...ledger.foreign.values()].filter(({ adopted }) => !adopted).map(asMovement),
    pendingCommission: pendingCommission(state, ours),
    variation: variationOf(state, taken.snapshot),
    inPlay: new Set((plan === undefined ? [] : allLinesOf(plan)).map((line) => line.instrument)),
    isOurRef: (ref) => isOfJournal(state.journalId, ref),
  }
}

function ourOrder(state: EngineState, record: OrderRecord, taken: TakenSnapshot): OurOrder {
  return {
    id: record.request.id,
    instrument: record.request.instrument,
    open: isOpen(record.state) || record.changedAt + JUST_CLOSED_MS > taken.snapshot.begunAt,
    mayFill: mayFillOf(state, record),
    trouble: troubleOf(state, record, taken),
  }
}

/** Fills may be this much dearer than the arrival price and still be the order's: 11/10. */
const DEARER = [11n, 10n] as const

function mayFillOf(state: EngineState, record: OrderRecord): Movement {
  const { instrument: id } = record.request
  const instrument = state.instruments.get(id)
  // Of a lost order nothing is waited for any longer: what it may have done is a break.
  const size = isLost(state, record) ? FLAT : plus(leavesOf(record), untoldOf(record))
  const quantity = signedAs(record, size)
  const priced = instrument !== undefined && Number.isFinite(record.arrivalMid)
  const paid = priced
    ? negate(notional(quantity, priceFrom(record.arrivalMid), instrument))
    : undefined
  return {
    instrument: id,
    quantity,
    cash: paid === undefined ? undefined : fractionOf(paid, ...DEARER),
    currency: instrument?.currency ?? '',
  }
}

function pendingCommission(
  { instruments }: EngineState,
  executions: readonly ExecutionRecord[],
): ReadonlyMap<Currency, Money<Currency>> {
  const pending = new Map<Currency, Money<Currency>>()
  for (const { execution, commission } of executions) {
    if (commission !== undefined) continue
    const { currency } = movementOf(execution, instruments)
    pending.set(currency, plus(pending.get(currency) ?? ZERO, largestFeeOf(execution)))
  }
  return pending
}

/** Why an order is a break in itself; the first that holds. */
function troubleOf(
  state: EngineState,
  record: OrderRecord,
  taken: TakenSnapshot,
): OrderTrouble | undefined {
  const { request, executed } = record
  const { id } = request
  const [asked, filled] = [format(request.quantity), format(executed)]
  if (executed > request.quantity)
    return { cause: 'unexplained', ours: asked, theirs: filled, detail: `order ${id} for ${asked} has traded ${filled}` } // prettier-ignore
  if (record.lateFill)
    return { cause: 'late-fill', ours: '0', theirs: filled, detail: `order ${id} was held for ${record.state === 'Filled' ? 'closed' : record.state} and has traded ${filled}; check it, then \`reconcile --adopt\`` } // prettier-ignore
  if (isLost(state, record))
    return { cause: 'lost-order', ours: record.state, theirs: 'none', detail: `order ${id} may have been at the broker, whose open orders, completed orders and executions do not show it; find out what became of it, then \`reconcile --adopt\`` } // prettier-ignore
  if (isMissed(record, taken))
    return { cause: 'missed-fill', ours: filled, theirs: format(plus(executed, untoldOf(record))), detail: `the broker counts ${format(plus(executed, untoldOf(record)))} traded of order ${id}, executions tell of ${filled}` } // prettier-ignore
  return undefined
}

/** Twice absent, and not provably never sent: only a person can say. */
export const isLost = (state: EngineState, record: OrderRecord): boolean =>
  isTwiceAbsent(record) && !mayBeProvenNotSent(state, record)

/** Silence proves it, and the broker's position does not hint otherwise. */
export const mayBeProvenNotSent = (state: EngineState, record: OrderRecord): boolean =>
  isProvenNotSent(record) && !positionsHintAt(state, record)

/** The broker holds more, in the order's direction, than our book: the order may have traded. */
function positionsHintAt({ taken, book }: EngineState, record: OrderRecord): boolean {
  const { instrument } = record.request
  const stated = taken?.snapshot.positions.find((row) => row.instrument === instrument)?.quantity
  const held = book?.positions.get(instrument)
  const difference = minus(stated ?? FLAT, held ?? FLAT)
  return difference !== 0n && difference > 0n === signedAs(record, record.request.quantity) > 0n
}

const isMissed = (record: OrderRecord, { snapshot }: TakenSnapshot): boolean =>
  !isOpen(record.state) &&
  untoldOf(record) > 0n &&
  snapshot.begunAt >= record.changedAt + MISSED_AFTER_MS

const ZERO: Money<Currency> = money('0', 'USD')
const FLAT = quantityOf('0')
