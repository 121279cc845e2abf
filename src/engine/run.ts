/**
 * The course of a run: phase A wave by wave, then phase B scaled to the buying power that the
 * broker reports then, then a last look; or, once it ends early, winding down.
 *
 * Invariants
 * 1. Every step is decided from the state alone, so that a run goes on after a crash where it was.
 * 2. A wave starts when no order of the wave before may still trade; phase B when a snapshot begun
 *    after the last news of phase A is there.
 * 3. Nothing is sent while the link is not up, before the session's first snapshot was reconciled,
 *    after an end was decided, or before a resumed run was checked again.
 * 4. It completes only after a snapshot begun after the last news of its orders was reconciled.
 */
import { toNumber } from '#model/border.ts'
import type { BrokerSnapshot } from '#model/account.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import { midOf } from '#marketdata/quote.ts'
import { scaleToBuyingPower } from '#execution/buying-power.ts'
import { untoldOf, type OrderRecord } from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import type { LineProgress } from '#execution/line-progress.ts'
import { allLinesOf, linesOf, wavesOf, type Wave } from '#execution/phases.ts'
import { assess, remedyFor } from '#risk/limits.ts'
import { hasTransientBreak, severeBreaksOf } from '#engine/breaks.ts'
import { cancelAgainAt, requestCancel } from '#engine/cancels.ts'
import { completeRun } from '#engine/completion.ts'
import { accountHalt, setLatch } from '#engine/latches.ts'
import { ordersOfRun, tellNews } from '#engine/news.ts'
import { guardScaleOf, unitValueOf } from '#engine/pre-trade.ts'
import { requestQuotes } from '#engine/quote-needs.ts'
import type { EndVerdict } from '#engine/run-event.ts'
import { isGivenUp, phaseOf, planOfRun, progressOf } from '#engine/run-lines.ts'
import { expiredReason, guardReason } from '#engine/staleness.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { announce, settingsOf, snapshotSince, wakeBy, type Turn } from '#engine/turn.ts'
import { quoteProblem, workLine } from '#engine/work-line.ts'

/** Takes the active run as far as it can go now. */
export function advanceRun(turn: Turn): void {
  const { state } = turn
  if (state.run === undefined) return
  tellNews(turn)
  const told = turn.decisions.length
  endForCause(turn, state.run)
  if (state.session.link !== 'up') return
  if (state.run.ending !== undefined) windDown(turn, state.run)
  else if (snapshotSince(state, 0) === undefined) return
  else if (!state.run.recheck || resume(turn, state.run)) goOn(turn, state.run)
  if (turn.decisions.length > told) tellNews(turn)
}

/** Whether nothing but a fresh snapshot keeps the run from its next step. */
export function awaitsSnapshot(state: EngineState): boolean {
  const { run } = state
  if (run === undefined || (run.recheck && run.ending === undefined)) return false
  const between = run.wave === undefined && run.seq > 0
  return (run.ending !== undefined || between) && awaitedOrders(state, run).length === 0
}

/** A severe break and a halt of the account end a run, whoever found them. */
function endForCause(turn: Turn, run: Run): void {
  const [severe] = severeBreaksOf(turn.state)
  const halt = accountHalt(turn.state)
  if (run.ending !== undefined) return
  if (halt !== undefined) endRun(turn, run, 'halted', halt.reason)
  else if (severe !== undefined) endRun(turn, run, 'blocked', severe.detail)
}

/** Nothing new is sent for the run from here on; what is open is wound down. */
export function endRun(
  { decide }: Turn,
  { runId }: Run,
  verdict: EndVerdict,
  reason: string,
): void {
  decide({ type: 'EndRun', runId, verdict, reason })
}

/** Which working orders an early end takes back at once; reductions under a halt go on to their deadline. */
const TAKEN_BACK: Readonly<Record<EndVerdict, 'all' | 'additions'>> = {
  canceled: 'all',
  blocked: 'all',
  stale: 'all',
  halted: 'additions',
}

function windDown(turn: Turn, run: Run): void {
  const { state } = turn
  const { verdict = 'canceled', reason = '' } = run.ending ?? {}
  const all = TAKEN_BACK[verdict] === 'all' || run.deadlinePassed
  for (const record of awaitedOrders(state, run)) {
    if (all || record.adds) takeBack(turn, record, reason)
    else armDeadline(turn, run)
  }
  finish(turn, run)
}

/** The run's orders that may still trade, or whose fills are not all told. */
function awaitedOrders(state: EngineState, run: Run): OrderRecord[] {
  return ordersOfRun(state, run).filter(
    (record) => (isOpen(record.state) || untoldOf(record) > 0n) && !isGivenUp(state, record),
  )
}

/** After a crash or an outage: is it still the same world? Expiry and guard prices only. */
function resume(turn: Turn, run: Run): boolean {
  const { state, decide } = turn
  const plan = planOfRun(state, run)
  const left = allLinesOf(plan).filter((line) => isLeft(state, run, line))
  const expired = left.length === 0 ? undefined : expiredReason(plan, state.now)
  if (expired !== undefined) return stale(turn, run, expired)
  if (left.length > 0 && run.quotesAsked === undefined) requestQuotes(turn, left)
  if (run.quotesAsked !== undefined && state.requests.quotesAnswered < run.quotesAsked) return false
  const { guardBps } = settingsOf(state).staleness
  const moved = guardReason(left, state.quotes, guardBps, (line) => guardScaleOf(state, plan, line))
  if (moved !== undefined) return stale(turn, run, moved)
  const evidence = `restarted; ${left.length} lines left, the plan has not expired and no guard price moved too far`
  decide({ type: 'ResumeRun', runId: run.runId, evidence })
  return true
}

function stale(turn: Turn, run: Run, reason: string): false {
  endRun(turn, run, 'stale', `the run was resumed after a restart or an outage, and ${reason}`)
  windDown(turn, run)
  return false
}

const isLeft = (state: EngineState, run: Run, line: PlanLine): boolean =>
  ['ready', 'waiting'].includes(progressOf(state, run, phaseOf(line), line).kind)

function goOn(turn: Turn, run: Run): void {
  const plan = planOfRun(turn.state, run)
  if (run.seq === 0) announce(turn, { type: 'RunStarted', planId: run.planId, orders: allLinesOf(plan).length }) // prettier-ignore
  // Each pass starts a wave, completes a phase, or stops; a plan has finitely many of both.
  for (let passes = 2 * wavesOf(plan).length + 2; passes > 0; passes--)
    if (turn.state.run === undefined || run.ending !== undefined || !pass(turn, run, plan)) return
}

/** One step of the course; false when something has to be heard first. */
function pass(turn: Turn, run: Run, plan: Plan): boolean {
  if (run.wave !== undefined) return workWave(turn, run, plan, run.wave)
  const next = wavesOf(plan).find(({ phase }) => !run.completedPhases.includes(phase))
  if (next === undefined) return finish(turn, run)
  if (next.phase === 'B' && run.scalePpm === undefined) return preparePhaseB(turn, run, plan, next)
  return startWave(turn, plan, next)
}

function startWave(turn: Turn, plan: Plan, wave: Wave): true {
  const { phase, number } = wave
  announce(turn, { type: 'PhaseStarted', phase, wave: number, orders: linesOf(plan, wave).length })
  return true
}

/** Sends what is ready, takes back what is late; true once the wave is over. */
function workWave(turn: Turn, run: Run, plan: Plan, wave: Wave): boolean {
  if (run.deadlinePassed) cancelLate(turn, run)
  else armDeadline(turn, run)
  const standing = sendReady(turn, run, plan, wave)
  if (standing.some(({ kind }) => kind === 'ready' || kind === 'waiting')) return false
  return endWave(turn, run, plan, wave)
}

function armDeadline(turn: Turn, run: Run): void {
  const { timers, now, settings } = turn.state
  if (run.deadlinePassed || timers.has('run.deadline')) return
  wakeBy(turn, 'run.deadline', now + (settings?.execution.waveDeadlineMs ?? 0))
}

function cancelLate(turn: Turn, run: Run): void {
  for (const record of awaitedOrders(turn.state, run))
    takeBack(turn, record, "the wave's time is up")
}

/** Asks for a cancel, and looks again when its answer is overdue. An order in doubt is looked for instead. */
function takeBack(turn: Turn, record: OrderRecord, reason: string): void {
  requestCancel(turn, record, reason)
  if (isOpen(record.state) && record.state !== 'InDoubt')
    wakeBy(turn, 'run.wake', cancelAgainAt(record))
}

/**
 * Every ready line with a usable quote gets its order; quotes of the others are asked for once a
 * wave.
 *
 * @returns where the wave's lines stand afterwards
 */
function sendReady(turn: Turn, run: Run, plan: Plan, wave: Wave): LineProgress[] {
  const { state } = turn
  const unpriced: PlanLine[] = []
  const standing = linesOf(plan, wave).map((line) => {
    const progress = progressOf(state, run, wave.phase, line)
    if (progress.kind === 'waiting' && progress.until !== undefined)
      wakeBy(turn, 'run.wake', progress.until)
    if (progress.kind !== 'ready') return progress
    if (quoteProblem(state, line) === undefined) {
      workLine(turn, run, plan, line, progress.quantity)
      return progressOf(state, run, wave.phase, line)
    }
    unpriced.push(line)
    return progress
  })
  if (unpriced.length > 0 && run.quotesAsked === undefined) requestQuotes(turn, unpriced)
  return standing
}

function endWave(turn: Turn, run: Run, plan: Plan, { phase, number }: Wave): true {
  tellNews(turn)
  if (turn.state.timers.has('run.deadline')) turn.decide({ type: 'ClearTimer', timer: 'run.deadline' }) // prettier-ignore
  const next = wavesOf(plan).find((wave) => wave.phase === phase && wave.number > number)
  if (next !== undefined) return startWave(turn, plan, next)
  const done = plan.phases[phase].filter(
    (line) => progressOf(turn.state, run, phase, line).kind === 'done',
  )
  const unfilled = plan.phases[phase].length - done.length
  announce(turn, { type: 'PhaseCompleted', phase, filled: done.length, unfilled })
  return true
}

/** Phase B starts from what the broker grants now that phase A is over. */
function preparePhaseB(turn: Turn, run: Run, plan: Plan, wave: Wave): boolean {
  const { state } = turn
  const snapshot = snapshotSince(state, run.mark)
  if (snapshot === undefined || hasTransientBreak(state)) return false
  if (stopForCushion(turn, snapshot)) {
    endForCause(turn, run)
    if (run.ending !== undefined) windDown(turn, run)
    return false
  }
  const { buyingPowerBuffer } = settingsOf(state).execution
  const additions = plan.phases.B.map((line) => additionOf(state, line))
  const ppm = scaleToBuyingPower(additions, snapshot.margin, buyingPowerBuffer)
  const { buyingPower } = snapshot.margin
  if (ppm < 1_000_000) announce(turn, { type: 'PhaseScaled', phase: 'B', scale: ppm / 1_000_000, buyingPower }) // prettier-ignore
  return startWave(turn, plan, wave)
}

function additionOf(
  state: EngineState,
  line: PlanLine,
): { readonly stockValue: number; readonly initialMargin: number } {
  const quote = state.quotes.get(line.instrument)
  const fresh = quoteProblem(state, line) === undefined && quote !== undefined
  const price = (fresh ? midOf(quote) : undefined) ?? toNumber(line.guardPrice)
  const value = toNumber(line.quantity) * price * unitValueOf(state, line.instrument)
  const known = line.assetClass === 'STK' && Number.isFinite(value)
  // A bought option has no loan value: its premium leaves the available funds.
  const premium = line.assetClass === 'OPT' && line.side === 'BUY' ? value : 0
  const initialMargin = Math.max(0, -toNumber(line.marginFreed)) + premium
  return { stockValue: known ? value : 0, initialMargin }
}

/** The one limit that the broker measures for us is looked at before anything is added. */
function stopForCushion(turn: Turn, { margin }: BrokerSnapshot): boolean {
  const { state } = turn
  const value = toNumber(margin.excessLiquidity) / toNumber(margin.netLiquidation)
  const limits = settingsOf(state).limits.filter(({ metric }) => metric === 'marginCushion')
  const findings = assess({ marginCushion: value }, limits)
  const remedy = remedyFor(findings)
  const [finding] = findings
  if (remedy === undefined || finding === undefined) return false
  const { breach } = finding.limit
  announce(turn, { type: 'LimitBreached', metric: 'marginCushion', value, limit: breach, remedy })
  const reason = `margin cushion ${value.toFixed(4)} is below ${breach}: nothing is added`
  setLatch(turn, { kind: 'Halted', scope: 'account', owner: 'risk', reason, since: state.now })
  return true
}

/** The last look: a snapshot that shows all the run has done, reconciled, nothing left in flight. */
function finish(turn: Turn, run: Run): false {
  const { state } = turn
  if (awaitedOrders(state, run).length > 0) return false
  if (snapshotSince(state, run.mark) === undefined || hasTransientBreak(state)) return false
  tellNews(turn)
  completeRun(turn, run)
  return false
}
