/**
 * From what a strategy wishes to what is done: one child at a time, never a change of one that works.
 *
 * Reads the state and changes nothing: asked twice it answers the same. The order of the guards is the order of
 * importance: what is over ends, what must not rest is taken back, and only then something new may go.
 */
import { quantityFrom } from '#model/border.ts'
import { format, lesser, minus, quantity, roundTo, type Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { RULES, openMessages } from '#execution/algorithms/algorithm-rules.ts'
import type { AlgorithmAction, AlgorithmState, Child, DoneReason } from '#execution/algorithms/algorithm.ts' // prettier-ignore
import { filledOf, isUnverified, liveChild, roomOf } from '#execution/algorithms/children.ts'
import { tradableOf } from '#execution/algorithms/parent-order.ts'
import { STRATEGIES } from '#execution/algorithms/strategies.ts'
import { isKeener, isMarketable, isWide, marketable, restAtTouch, viewOf, waiting, type View, type Wish } from '#execution/algorithms/view.ts' // prettier-ignore

type Actions = readonly AlgorithmAction[]

/** What it does now; nothing once it is done. */
export function decide(state: AlgorithmState): Actions {
  if (state.done !== undefined) return []
  const actions = work(state)
  return actions.some(({ type }) => type === 'done')
    ? actions
    : [...actions, ...wake(state, actions)]
}

function work(state: AlgorithmState): Actions {
  const live = liveChild(state)
  const ending = endingOf(state)
  if (ending !== undefined) return live === undefined ? finish(state, ending) : pull(state, live, ENDINGS[ending]) // prettier-ignore
  if (live !== undefined && roomOf(state) < 0n)
    return pull(state, live, 'more has filled than was told')
  const wish = wishOf(state)
  if (live !== undefined) return keeps(state, live, wish) ? [] : pull(state, live, wish.why)
  return place(state, wish)
}

const ENDINGS: Readonly<Record<DoneReason, string>> = {
  filled: 'all that can be traded has filled',
  deadline: 'its time is up',
  refused: `${RULES.mostRefusals} children in a row were refused`,
}

function endingOf(state: AlgorithmState): DoneReason | undefined {
  const left = minus(tradableOf(state.parent), filledOf(state))
  if (left < state.parent.terms.lot) return 'filled'
  if (state.now >= state.pace.endAt) return 'deadline'
  return state.refusals >= RULES.mostRefusals ? 'refused' : undefined
}

/** Over only when nothing of it may still trade. */
function finish(state: AlgorithmState, reason: DoneReason): Actions {
  if (state.children.some((child) => isUnverified(child, state.now))) return []
  const unfilled = minus(state.parent.quantity, filledOf(state))
  const rest = unfilled > 0n ? `; ${format(unfilled)} not traded` : ''
  const odd = unfilled > 0n && reason === 'filled' ? ', less than a lot' : ''
  return [{ type: 'done', reason, unfilled: unfilled > 0n ? unfilled : NONE, why: `${ENDINGS[reason]}${rest}${odd}` }] // prettier-ignore
}

function wishOf(state: AlgorithmState): Wish {
  const { now, pace, parent, algorithm } = state
  if (now < pace.startAt) return { kind: 'nothing', why: 'its time has not come', pulls: true }
  const view = viewOf(state)
  if (typeof view === 'string') return { kind: 'nothing', why: view, pulls: true }
  const closing = now >= pace.closingAt && parent.atDeadline === 'cross'
  return closing ? cross(view) : STRATEGIES[algorithm](view)
}

/** The last stretch: what is shown at the far touch, go by go; in its second half all, up to the collar, however wide. */
function cross(view: View): Wish {
  const { touch, left, now, state } = view
  const { closingAt, endAt } = state.pace
  const late = now - closingAt >= (endAt - closingAt) / 2
  if (!late && isWide(view)) return waiting('the spread is wide')
  const price = marketable(view, late ? RULES.collarBps : 0)
  if (!isMarketable(view, price)) return restAtTouch(view, left, 'the limit is short of the market')
  const units = late ? left : Math.min(left, Math.max(view.roundLot, touch.farSize ?? left))
  return { kind: 'take', units, price, why: 'crosses before its deadline' }
}

/** Whether the child that may trade is what is wished for, near enough. */
function keeps(state: AlgorithmState, live: Child, wish: Wish): boolean {
  const { now, parent } = state
  if (live.takes) return now < live.placedAt + RULES.unansweredMs
  if (wish.kind === 'nothing') return !wish.pulls
  if (wish.kind === 'rest' && !isKeener(parent, wish.price, live.limitPrice)) return true
  return now < live.placedAt + betweenMs(state)
}

/** Asks for a child back; again where nobody answers, and not for ever. */
function pull({ now }: AlgorithmState, { number, cancels, cancelAt }: Child, why: string): Actions {
  if (cancels >= RULES.mostCancels || (cancels > 0 && now < cancelAt + RULES.cancelAgainMs))
    return []
  return [{ type: 'cancel', child: number, why }]
}

function place(state: AlgorithmState, wish: Wish): Actions {
  if (wish.kind === 'nothing' || !mayPlace(state)) return []
  const { roundLot, lot } = state.parent.terms
  const size = sized(wish.units, roundTo(roomOf(state), lot, 'down'), roundLot)
  if (size <= 0n) return []
  const { price, why } = wish
  const child = {
    type: 'place',
    child: state.nextChild,
    quantity: size,
    limitPrice: price,
    why,
  } as const
  if (wish.kind === 'take') return [{ ...child, timeInForce: 'IOC' }]
  if (wish.shown === undefined) return [{ ...child, timeInForce: 'DAY' }]
  const unit = quantityFrom(wish.shown) >= roundLot ? roundLot : lot
  const displaySize = roundTo(quantityFrom(wish.shown), unit, 'down')
  const hides = displaySize > 0n && displaySize < size
  return [{ ...child, timeInForce: 'DAY', ...(hides ? { displaySize } : {}) }]
}

/**
 * A child's quantity: round lots, of which the last takes the odd rest with it.
 *
 * @param room - whole lots
 * @returns ≤ room, may be 0
 */
export function sized(units: number, room: Quantity, roundLot: Quantity): Quantity {
  if (room <= 0n || !(units > 0)) return NONE
  const whole = lesser(roundTo(quantityFrom(units), roundLot, 'down'), room)
  return minus(room, whole) < roundLot ? room : whole
}

/** The last child is verified, it is time for another, and there are messages for it and for its cancels. */
function mayPlace(state: AlgorithmState): boolean {
  const { now, pace, messages } = state
  if (state.children.some((child) => isUnverified(child, now))) return false
  const budget = isClosing(state) ? pace.mostMessages : openMessages(pace)
  return now >= placeableAt(state) && messages + 1 + RULES.mostCancels <= budget
}

function placeableAt(state: AlgorithmState): EpochMs {
  const { placedAt = -Infinity, refusals, refusedAt } = state
  const refused = refusals === 0 ? -Infinity : refusedAt + RULES.refusedWaitMs * 2 ** (refusals - 1)
  return Math.max(placedAt + betweenMs(state), refused)
}

const isClosing = ({ now, pace, parent }: AlgorithmState): boolean =>
  now >= pace.closingAt && parent.atDeadline === 'cross'

const betweenMs = (state: AlgorithmState): number =>
  isClosing(state) ? state.pace.betweenClosingMs : state.pace.betweenMs

/** When something changes by time alone; asked for only where no earlier wake-up is due. */
function wake(state: AlgorithmState, actions: Actions): Actions {
  const { now, pace, parent, timerAt, children, quote } = state
  const instants = [
    now + RULES.lookMs,
    pace.startAt,
    pace.closingAt,
    pace.endAt,
    placeableAt(state),
    actions.some(({ type }) => type === 'place') ? now + betweenMs(state) : now,
    quote === undefined ? now : quote.at + parent.quoteMs + 1,
    ...children.flatMap(({ cumulative, closedAt, cancels, cancelAt }) => [
      cumulative === undefined ? now : closedAt + RULES.verifyMs,
      cancels > 0 ? cancelAt + RULES.cancelAgainMs : now,
    ]),
  ]
  const at = Math.min(...instants.filter((instant) => instant > now))
  return timerAt !== undefined && timerAt > now && timerAt <= at ? [] : [{ type: 'timer', at }]
}

const NONE = quantity('0')
