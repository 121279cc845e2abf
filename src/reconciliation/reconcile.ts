/**
 * Phases 1.1 and 4.1: is what we believe we hold what the broker says we hold?
 *
 * The broker is the authority on what exists; our journal is the authority on why. So a
 * difference never overwrites the book in silence. It becomes a `Break` with a cause, and the
 * engine decides from the severities whether trading may go on.
 *
 * Invariants
 * 1. Pure and total: the same inputs give the same breaks, sorted by id; each id occurs once.
 * 2. A break's id says what and where, never when: a difference found twice is one break, and
 *    keeps the instant at which it was first seen.
 * 3. Agreement gives no break: a book equal to the snapshot, with no order in question, matches.
 * 4. Adopting the snapshot settles every position and cash break.
 * 5. `fill-in-flight` is claimed only within what orders can still fill and recent fills can
 *    explain; one unit beyond is `unexplained`, and so is what does not move for 3 minutes.
 * 6. Two accounts are never compared.
 */
import type { BrokerSnapshot, OpenOrder } from '#model/account.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import {
  format,
  fractionOf,
  greater,
  magnitude,
  minus,
  money,
  plus,
  quantity,
  type Currency,
  type Money,
  type Quantity,
} from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'

/**
 * Holds the book against a whole snapshot of the broker's.
 *
 * @param known - the open breaks, by id, so that their ages are kept
 * @throws InvariantError when book and snapshot describe different accounts
 */
export function reconcile(
  ours: OurSide,
  snapshot: BrokerSnapshot,
  known: ReadonlyMap<string, Break>,
  now: EpochMs,
): Reconciliation {
  invariant(ours.book.account === snapshot.account, 'book and snapshot describe one account')
  const found = [
    ...positionDifferences(ours, snapshot),
    ...cashDifferences(ours, snapshot),
    ...orderDifferences(ours, snapshot),
    ...foreignOrders(ours, snapshot),
  ]
  const breaks = found
    .map((difference) => aged(difference, known.get(difference.id), now))
    .toSorted((a, b) => byCodeUnit(a.id, b.id))
  return { breaks, verdict: verdictOf(breaks) }
}

/** A difference that nothing moves for this long is not in flight, ms: IBKR's slowest stream comes every 3 min. */
const LONGEST_FLIGHT_MS = 3 * MINUTE_MS

function aged(difference: Difference, known: Break | undefined, now: EpochMs): Break {
  const moved = known?.ours !== difference.ours || known.theirs !== difference.theirs
  const since =
    known === undefined || (moved && known.cause === 'fill-in-flight') ? now : known.since
  if (difference.cause !== 'fill-in-flight' || now - since < LONGEST_FLIGHT_MS)
    return { ...difference, since }
  const detail = `${difference.detail} (but nothing has moved for 3 minutes)`
  return { ...difference, since, cause: 'unexplained', severity: 'severe', detail }
}

export interface Reconciliation {
  /** Sorted by id. */
  readonly breaks: readonly Break[]
  /** `wait`: ask the broker again. `halt`: nothing is sent until a person has looked. */
  readonly verdict: 'matched' | 'wait' | 'tolerable' | 'halt'
}

/** One difference between what we believe and what the broker says: typed, aged, never overwritten in silence. */
export interface Break {
  /** Deterministic: what and where, so that the same difference found twice is one break. */
  readonly id: string
  readonly kind: 'position' | 'cash' | 'order' | 'execution'
  /**
   * `fill-in-flight`: orders of ours could account for it; the report is late.
   * `missed-fill`: the broker counts a fill that no execution report has told.
   * `external-trade`: executions that are not ours account for it.
   * `unknown-order`: an order at the broker that is not ours, or that we hold for closed.
   * `lost-order`: an order of ours that the broker does not show and that may have been there.
   * `cash-difference`: interest, a dividend, a fee, a transfer.
   * `late-fill`: a fill of an order that was held for never sent or rejected.
   * `unexplained`: nothing we know of; a transfer, a corporate action.
   */
  readonly cause: 'fill-in-flight' | 'missed-fill' | 'external-trade' | 'unknown-order' | 'lost-order' | 'cash-difference' | 'late-fill' | 'unexplained' // prettier-ignore
  /** `severe` stops the run. */
  readonly severity: 'info' | 'minor' | 'severe'
  /** Undefined for cash. */
  readonly instrument: InstrumentId | undefined
  /** Decimal text of the two sides. */
  readonly ours: string
  readonly theirs: string
  readonly since: EpochMs
  readonly detail: string
}

/** What we believe we hold. */
export interface Book {
  readonly account: AccountId
  /** Shorts negative; never zero. Currency pairs are not here: they are cash. */
  readonly positions: ReadonlyMap<InstrumentId, Quantity>
  readonly cash: ReadonlyMap<Currency, Money<Currency>>
}

/** Everything the comparison needs from our side. */
export interface OurSide {
  readonly book: Book
  /** Every order of ours that is open, or was asked about or traded of late. */
  readonly orders: readonly OurOrder[]
  /** Fills so recent that the broker's positions may not show them yet. */
  readonly recentFills: readonly Movement[]
  /** Executions since the last adoption that no order of ours accounts for. */
  readonly foreign: readonly Movement[]
  /** Fees of executions whose commission report has not come: an upper bound, by currency. */
  readonly pendingCommission: ReadonlyMap<Currency, Money<Currency>>
  /** Most that futures may have settled in cash since the last adoption, by currency; absent: none are held or traded. */
  readonly variation?: ReadonlyMap<Currency, Money<Currency>>
  /** Names of the active run: a stranger's trade there is severe. */
  readonly inPlay: ReadonlySet<InstrumentId>
  /** Whether an `orderRef` was made from our journal. */
  readonly isOurRef: (ref: ClientOrderId) => boolean
}

/** A change of a holding and what it does to cash. */
export interface Movement {
  readonly instrument: InstrumentId
  /** Signed: bought positive. */
  readonly quantity: Quantity
  /** Signed: paid negative. Undefined where the instrument is not known well enough. */
  readonly cash: Money<Currency> | undefined
  readonly currency: Currency
}

export interface OurOrder {
  readonly id: ClientOrderId
  readonly instrument: InstrumentId
  readonly open: boolean
  /** What may still arrive as fills: leaves of open orders, fills that were counted but not told. Cash at the arrival price. */
  readonly mayFill: Movement
  /** Why the order itself is a break, when it is. */
  readonly trouble: OrderTrouble | undefined
}

export interface OrderTrouble {
  readonly cause: 'lost-order' | 'missed-fill' | 'late-fill' | 'unexplained'
  readonly ours: string
  readonly theirs: string
  readonly detail: string
}

type Difference = Omit<Break, 'since'>
type Cause = Break['cause']

const FLAT = quantity('0')
const ZERO: Money<Currency> = money('0', 'USD')
/** Broker and book may round differently: less than one unit of a currency is agreement. */
const ONE_UNIT: Money<Currency> = money('1', 'USD')
/** A cash difference below 1 bp of net asset value is minor. */
const MINOR_CASH_DIVISOR = 10_000n

/** Severity where it depends on the cause alone; the others are decided where they are found. */
const SEVERITY: Readonly<Record<Cause, Break['severity']>> = {
  'fill-in-flight': 'info',
  'external-trade': 'minor',
  'unknown-order': 'info',
  'cash-difference': 'minor',
  'missed-fill': 'severe',
  'lost-order': 'severe',
  'late-fill': 'severe',
  unexplained: 'severe',
}

function positionDifferences(ours: OurSide, snapshot: BrokerSnapshot): Difference[] {
  const theirs = new Map(snapshot.positions.map((row) => [row.instrument, row.quantity]))
  const names = [...new Set([...ours.book.positions.keys(), ...theirs.keys()])]
  return names
    .filter((name) => !isCurrencyPair(name))
    .flatMap((name) => {
      const held = ours.book.positions.get(name) ?? FLAT
      const stated = theirs.get(name) ?? FLAT
      return held === stated ? [] : [positionDifference(ours, name, held, stated)]
    })
}

function positionDifference(
  ours: OurSide,
  instrument: InstrumentId,
  held: Quantity,
  stated: Quantity,
): Difference {
  const difference = minus(stated, held)
  const cause = causeOfPosition(ours, instrument, difference)
  const inPlay = cause === 'external-trade' && ours.inPlay.has(instrument)
  return {
    id: `position:${instrument}`,
    kind: 'position',
    cause,
    severity: inPlay ? 'severe' : SEVERITY[cause],
    instrument,
    ours: format(held),
    theirs: format(stated),
    detail: `we hold ${format(held)}, the broker says ${format(stated)}: ${POSITION_WORDS[cause]}`,
  }
}

const POSITION_WORDS: Readonly<Partial<Record<Cause, string>>> = {
  'fill-in-flight': 'orders of ours can account for it; asking again',
  'external-trade': 'a trade that is not ours accounts for it; check it, then `reconcile --adopt`',
  unexplained: 'no trade we know of accounts for it (a transfer, a corporate action?); find out why, then `reconcile --adopt`', // prettier-ignore
}

function causeOfPosition(
  ours: OurSide,
  instrument: InstrumentId,
  difference: Quantity,
): Extract<Cause, 'fill-in-flight' | 'external-trade' | 'unexplained'> {
  const reach = reachOf(ours, instrument)
  if (within(difference, reach)) return 'fill-in-flight'
  const foreign = ours.foreign.filter((trade) => trade.instrument === instrument)
  const explained = foreign.reduce((sum, trade) => plus(sum, trade.quantity), FLAT)
  if (foreign.length > 0 && within(minus(difference, explained), reach)) return 'external-trade'
  return 'unexplained'
}

interface Reach {
  /** ≤ 0 */
  readonly low: Quantity
  /** ≥ 0 */
  readonly high: Quantity
}

/** How far the broker may rightly be from the book: it saw a fill first, or has not booked one yet. */
function reachOf(ours: OurSide, instrument: InstrumentId): Reach {
  let [low, high] = [FLAT, FLAT]
  const widen = (by: Quantity) => {
    if (by > 0n) high = plus(high, by)
    else low = plus(low, by)
  }
  for (const { mayFill } of ours.orders)
    if (mayFill.instrument === instrument) widen(mayFill.quantity)
  for (const fill of ours.recentFills)
    if (fill.instrument === instrument) widen(minus(FLAT, fill.quantity))
  return { low, high }
}

const within = (difference: Quantity, { low, high }: Reach): boolean =>
  difference >= low && difference <= high

function cashDifferences(ours: OurSide, snapshot: BrokerSnapshot): Difference[] {
  const theirs = new Map(snapshot.cash.map((row) => [row.currency, row.amount]))
  const currencies = [...new Set([...ours.book.cash.keys(), ...theirs.keys()])]
  return currencies.flatMap((currency) => {
    const held = ours.book.cash.get(currency) ?? ZERO
    const stated = theirs.get(currency) ?? ZERO
    const fees = greater(ONE_UNIT, ours.pendingCommission.get(currency) ?? ZERO)
    const tolerance = plus(fees, ours.variation?.get(currency) ?? ZERO)
    const difference = minus(stated, held)
    if (magnitude(difference) <= tolerance) return []
    return [cashDifference(ours, snapshot, currency, held, stated, tolerance)]
  })
}

function cashDifference(
  ours: OurSide,
  snapshot: BrokerSnapshot,
  currency: Currency,
  held: Money<Currency>,
  stated: Money<Currency>,
  tolerance: Money<Currency>,
): Difference {
  const difference = minus(stated, held)
  const cause = causeOfCash(ours, currency, difference, tolerance)
  const large = magnitude(difference) * MINOR_CASH_DIVISOR > magnitude(snapshot.margin.netLiquidation) // prettier-ignore
  return {
    id: `cash:${currency}`,
    kind: 'cash',
    cause,
    severity: cause === 'cash-difference' && large ? 'severe' : SEVERITY[cause],
    instrument: undefined,
    ours: format(held, 2),
    theirs: format(stated, 2),
    detail: `${currency}: our book says ${format(held, 2)}, the broker ${format(stated, 2)}: ${CASH_WORDS[cause]}`,
  }
}

const CASH_WORDS: Readonly<Partial<Record<Cause, string>>> = {
  'fill-in-flight': 'fills in flight can account for it; asking again',
  'external-trade': 'a trade that is not ours accounts for it; check it, then `reconcile --adopt`',
  'cash-difference': 'interest, a dividend, a fee or a transfer? Check it, then `reconcile --adopt`', // prettier-ignore
}

function causeOfCash(
  ours: OurSide,
  currency: Currency,
  difference: Money<Currency>,
  tolerance: Money<Currency>,
): Extract<Cause, 'fill-in-flight' | 'external-trade' | 'cash-difference'> {
  const inFlight = [...ours.orders.map((order) => order.mayFill), ...ours.recentFills]
    .filter((movement) => movement.currency === currency)
    .reduce((sum, { cash }) => plus(sum, magnitude(cash ?? ZERO)), ZERO)
  const reach = plus(tolerance, inFlight)
  if (magnitude(difference) <= reach) return 'fill-in-flight'
  const foreign = ours.foreign.filter((trade) => trade.currency === currency)
  const explained = foreign.reduce((sum, { cash }) => plus(sum, cash ?? ZERO), ZERO)
  const fees = plus(reach, foreignFees(foreign))
  if (foreign.length > 0 && magnitude(minus(difference, explained)) <= fees) return 'external-trade'
  return 'cash-difference'
}

/** What a stranger's trades may have cost in fees: 1 % of their value, IBKR's own cap on its fixed schedule. */
function foreignFees(foreign: readonly Movement[]): Money<Currency> {
  const value = foreign.reduce((sum, { cash }) => plus(sum, magnitude(cash ?? ZERO)), ZERO)
  return plus(ONE_UNIT, fractionOf(value, 1n, 100n))
}

function orderDifferences(ours: OurSide, snapshot: BrokerSnapshot): Difference[] {
  const atBroker = new Map(
    snapshot.openOrders.flatMap((order) =>
      order.clientOrderId === undefined ? [] : [[order.clientOrderId, order] as const],
    ),
  )
  return ours.orders.flatMap((order) => {
    if (order.trouble !== undefined) return [troubled(order, order.trouble)]
    const open = atBroker.get(order.id)
    return order.open || open === undefined ? [] : [stillOpen(order, open)]
  })
}

const troubled = (order: OurOrder, trouble: OrderTrouble): Difference => ({
  id: `order:${order.id}`,
  kind: trouble.cause === 'lost-order' ? 'order' : 'execution',
  severity: SEVERITY[trouble.cause],
  instrument: order.instrument,
  ...trouble,
})

const stillOpen = (order: OurOrder, open: OpenOrder): Difference => ({
  id: `order:${order.id}`,
  kind: 'order',
  cause: 'unknown-order',
  severity: 'severe',
  instrument: order.instrument,
  ours: 'closed',
  theirs: open.status,
  detail: `order ${order.id} is closed in our record, but the broker has it ${open.status}; cancel it there, then reconcile`,
})

function foreignOrders(ours: OurSide, snapshot: BrokerSnapshot): Difference[] {
  const known = new Set<string>(ours.orders.map(({ id }) => id))
  const strangers = snapshot.openOrders.filter(
    ({ clientOrderId }) => clientOrderId === undefined || !known.has(clientOrderId),
  )
  return [...new Map(strangers.map((order) => [foreignId(order), order]))].map(([id, order]) => {
    const claimsUs = order.clientOrderId !== undefined && ours.isOurRef(order.clientOrderId)
    return {
      id,
      kind: 'order',
      cause: 'unknown-order',
      severity: claimsUs ? 'severe' : ours.inPlay.has(order.instrument) ? 'minor' : 'info',
      instrument: order.instrument,
      ours: 'none',
      theirs: format(order.leaves),
      detail: claimsUs
        ? `order ${order.clientOrderId} at the broker bears our name but is not in our record; is another engine running on a copy of the state folder?`
        : `an order for ${format(order.leaves)} ${order.instrument} of client ${order.clientId} is open; it is not ours and is left alone`,
    }
  })
}

const foreignId = (order: OpenOrder): string =>
  `order:${order.permId === undefined ? `${order.clientId}:${order.instrument}` : `perm:${order.permId}`}`

function verdictOf(breaks: readonly Break[]): Reconciliation['verdict'] {
  if (breaks.some(({ severity }) => severity === 'severe')) return 'halt'
  if (breaks.some(({ cause }) => cause === 'fill-in-flight')) return 'wait'
  return breaks.length === 0 ? 'matched' : 'tolerable'
}

/** Holdings of a currency pair are balances of two currencies, and reconciled as cash. */
export const isCurrencyPair = (instrument: InstrumentId): boolean =>
  /\.CASH\.[A-Z]{3}$/.test(instrument)
