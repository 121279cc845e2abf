/**
 * Running an algorithm: start it, then hand it every event and do what it answers.
 *
 * `stepAlgorithm` is all that a driver needs. Its three parts stand alone for one that journals: `observe` takes in an
 * event (a fact), `decide` answers and changes nothing, `enact` records an answer (a decision). Whoever recovers from a
 * journal observes and enacts what it holds, and never decides again.
 */
import { quantity } from '#model/fixed.ts'
import { toNumber } from '#model/border.ts'
import { invariant } from '#model/invariant.ts'
import { err, ok, type Result } from '#model/result.ts'
import { RULES, paceOf } from '#execution/algorithms/algorithm-rules.ts'
import type { AlgorithmAction, AlgorithmEvent, AlgorithmName, AlgorithmState, Child, Pace } from '#execution/algorithms/algorithm.ts' // prettier-ignore
import { liveChild, settle, takeReport } from '#execution/algorithms/children.ts'
import { decide } from '#execution/algorithms/decide.ts'
import { bestTrajectory, type Trajectory } from '#execution/algorithms/decaying-alpha.ts'
import { problemsOf, tradableOf, type ParentOrder } from '#execution/algorithms/parent-order.ts'

/**
 * The state before the first event. The first `stepAlgorithm`, of any event, sets it going.
 *
 * @returns what is wrong with the parent, where something is
 */
export function startAlgorithm(
  algorithm: AlgorithmName,
  parent: ParentOrder,
): Result<AlgorithmState> {
  const problems = problemsOf(parent, RULES.quietMs)
  if (problems.length > 0) return err(problems.join('; '))
  const pace = paceOf(algorithm, parent)
  return ok({
    algorithm,
    parent,
    pace,
    trajectory: algorithm === 'implementation-shortfall' ? trajectoryOf(parent, pace) : undefined,
    now: parent.arrivalAt,
    quote: undefined,
    depth: undefined,
    printed: 0,
    volumeAtStart: undefined,
    children: [],
    ended: [],
    settled: quantity('0'),
    nextChild: 1,
    messages: 0,
    placedAt: undefined,
    refusals: 0,
    refusedAt: 0,
    timerAt: undefined,
    done: undefined,
  })
}

/** The path that implementation shortfall goes, in days of the session from the start. */
export function trajectoryOf(
  parent: ParentOrder,
  pace: Pick<Pace, 'startAt' | 'closingAt'>,
): Trajectory | undefined {
  const { session, usual, arrivalMid, riskAversion, impact, alpha, terms } = parent
  const day = session.closesAt - session.opensAt
  const units = toNumber(tradableOf(parent))
  if (units === 0) return undefined
  const fading = (Math.LN2 * day) / (alpha?.halfLifeMs ?? day)
  const whole = ((alpha?.totalBps ?? 0) / 10_000) * arrivalMid
  return bestTrajectory(
    {
      units,
      days: (pace.closingAt - pace.startAt) / day,
      volatility: usual.dailyVolatility * arrivalMid,
      riskAversion: riskAversion * terms.multiplier,
      impact,
    },
    { initial: whole * fading, fading },
  )
}

/** Takes in an event and answers it. */
export function stepAlgorithm(
  state: AlgorithmState,
  event: AlgorithmEvent,
): readonly AlgorithmAction[] {
  observe(state, event)
  const actions = decide(state)
  for (const action of actions) enact(state, action)
  return actions
}

/** Takes in an event; decides nothing. */
export function observe(state: AlgorithmState, event: AlgorithmEvent): void {
  state.now = Math.max(state.now, event.at)
  settle(state)
  switch (event.type) {
    case 'quote':
      state.quote = event.quote
      if (state.now >= state.pace.startAt) state.volumeAtStart ??= event.quote.volume
      return
    case 'trade':
      if (event.at >= state.pace.startAt) state.printed += event.size
      return
    case 'depth':
      state.depth = { bids: event.bids, asks: event.asks }
      return
    case 'child':
      takeReport(state, event.report)
      return settle(state)
    case 'timer':
      if (state.timerAt !== undefined && state.timerAt <= state.now) state.timerAt = undefined
  }
}

/** Records what was decided at `state.now`. */
export function enact(state: AlgorithmState, action: AlgorithmAction): void {
  switch (action.type) {
    case 'place':
      invariant(liveChild(state) === undefined, 'a parent has at most one child that may trade')
      invariant(action.child === state.nextChild, 'children are numbered one after the other')
      state.children.push(childOf(action, state.now))
      state.nextChild++
      state.messages++
      state.placedAt = state.now
      return
    case 'cancel': {
      const child = state.children.find(({ number }) => number === action.child)
      invariant(child !== undefined, 'a child that is canceled is known')
      child.cancels++
      child.cancelAt = state.now
      state.messages++
      return
    }
    case 'timer':
      state.timerAt = action.at
      return
    case 'done':
      state.done = action.reason
  }
}

const childOf = (
  { child, quantity: size, limitPrice, displaySize, timeInForce }: Extract<AlgorithmAction, { type: 'place' }>,
  at: number,
): Child => ({
  number: child,
  quantity: size,
  limitPrice,
  displaySize: displaySize ?? quantity('0'),
  takes: timeInForce === 'IOC',
  placedAt: at,
  executed: quantity('0'),
  cancels: 0,
  cancelAt: 0,
  cumulative: undefined,
  closedAt: 0,
}) // prettier-ignore
