/**
 * The children of a parent: what they have filled, and what they may still fill.
 *
 * Invariants
 * 1. What is committed (filled, or possibly still to be filled) never exceeds what of the parent can be traded, for
 *    every order of reports in which a fill comes no later than `verifyMs` after its child's end.
 * 2. A child counts whole until its end is known, and whole for `verifyMs` more: a fill may cross a cancel. After that
 *    it counts with the greater of the broker's count and its executions.
 * 3. A fill that comes later still is counted; if it makes the commitment too high, what rests is canceled.
 */
import { greater, minus, plus, quantity, type Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { RULES } from '#execution/algorithms/algorithm-rules.ts'
import type { AlgorithmState, Child, ChildReport } from '#execution/algorithms/algorithm.ts'
import { tradableOf } from '#execution/algorithms/parent-order.ts'

type Children = Pick<AlgorithmState, 'children' | 'settled' | 'now'>

/** The child that may trade; there is at most one. */
export const liveChild = ({ children }: Pick<AlgorithmState, 'children'>): Child | undefined =>
  children.find(({ cumulative }) => cumulative === undefined)

/** Whether a child has ended so lately that fills of it may be on their way. */
export const isUnverified = ({ cumulative, closedAt, executed, quantity: size }: Child, now: EpochMs): boolean =>
  cumulative !== undefined && executed < size && now < closedAt + RULES.verifyMs // prettier-ignore

/** What has filled, by executions and by the broker's counts. */
export const filledOf = ({ children, settled }: Children): Quantity =>
  children.reduce((sum, child) => plus(sum, countOf(child)), settled)

const countOf = ({ executed, cumulative }: Child): Quantity => greater(executed, cumulative ?? NONE)

/** What has filled or may still fill. */
export const committedOf = ({ children, settled, now }: Children): Quantity =>
  children.reduce((sum, child) => {
    const mayFill = child.cumulative === undefined || isUnverified(child, now)
    return plus(sum, mayFill ? greater(child.quantity, child.executed) : countOf(child))
  }, settled)

/** What a new child may be given; negative after a fill that nobody expected. */
export const roomOf = (state: AlgorithmState): Quantity =>
  minus(tradableOf(state.parent), committedOf(state))

/** Takes in a report, also one of a child that was thought over. */
export function takeReport(state: AlgorithmState, report: ChildReport): void {
  const child = state.children.find(({ number }) => number === report.child)
  if (child !== undefined) return told(state, child, report)
  const ended = state.ended.find(({ number }) => number === report.child)
  if (ended === undefined) return
  const before = countOf(ended)
  told(state, ended, report)
  state.settled = plus(state.settled, minus(countOf(ended), before))
}

function told(state: AlgorithmState, child: Child, report: ChildReport): void {
  switch (report.kind) {
    case 'accepted':
      return
    case 'executed':
      child.executed = greater(child.executed, report.executed)
      state.refusals = 0
      if (child.executed >= child.quantity) close(child, child.executed, state.now)
      return
    case 'cancel-rejected':
      child.cancelAt = state.now
      return
    case 'closed':
      if (report.cause === 'refused' && child.cumulative === undefined) {
        state.refusals++
        state.refusedAt = state.now
      }
      close(child, report.cumulative, state.now)
  }
}

/** A later word on the count may only raise it. */
function close(child: Child, cumulative: Quantity, now: EpochMs): void {
  if (child.cumulative === undefined) child.closedAt = now
  child.cumulative = greater(child.cumulative ?? NONE, cumulative)
}

/** Puts aside the children whose end is verified; those filled whole are forgotten, for no more can come of them. */
export function settle(state: AlgorithmState): void {
  const over = state.children.filter((child) => child.cumulative !== undefined && !isUnverified(child, state.now)) // prettier-ignore
  if (over.length === 0) return
  state.children = state.children.filter((child) => !over.includes(child))
  for (const child of over) {
    state.settled = plus(state.settled, countOf(child))
    if (child.executed < child.quantity) state.ended.push(child)
  }
}

const NONE = quantity('0')
