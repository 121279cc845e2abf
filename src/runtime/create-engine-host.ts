/**
 * Builds the engine's host: lock, journal, recovery, links, shell, timers, the planning thread,
 * the kill file. Start-up and crash recovery are this one path.
 */
import { randomBytes } from 'node:crypto'
import { invariant } from '#model/invariant.ts'
import type { Plan } from '#model/plan.ts'
import { MINUTE_MS } from '#model/time.ts'
import type { Decision } from '#engine/decision.ts'
import type { Command } from '#engine/fact.ts'
import { maySubmit, quotedNames } from '#engine/projections.ts'
import type { RunEvent } from '#engine/run-event.ts'
import { initialState, type EngineState } from '#engine/state.ts'
import type { BrokerSession } from '#brokers/broker.ts'
import { newHeader } from '#journal/header.ts'
import { JournalError, type Journal } from '#journal/journal.ts'
import { expireDue } from '#journal/retention.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { createAlarms } from '#runtime/alarms.ts'
import { serveControl, type ControlServer } from '#runtime/control-server.ts'
import { controlHandler } from '#runtime/control-verbs.ts'
import {
  StartError,
  type CommandAnswer,
  type EngineHost,
  type HostOptions,
  type HostStatus,
} from '#runtime/engine-host.ts'
import { createInstrumentDirectory } from '#runtime/instrument-directory.ts'
import { watchKillFile } from '#runtime/kill-file.ts'
import { cancelOwnAdditions } from '#runtime/last-resort.ts'
import { acquireLock, type EngineLock } from '#runtime/lock-file.ts'
import { messageOf, perform, type Stage } from '#runtime/perform.ts'
import { planBriefOf } from '#runtime/plan-brief.ts'
import { createPlanner } from '#runtime/planner.ts'
import { createQuoteBatches } from '#runtime/quote-batches.ts'
import { recover, saveStateSnapshot, type Recovered } from '#runtime/recovery.ts'
import { createShell, type Shell } from '#runtime/shell.ts'
import {
  clockBackError,
  clockNotes,
  MOST_CLOCK_BACK_MS,
  quarantineHalt,
  quarantineNote,
  STILL_SAFE,
  unfinishedRunError,
} from '#runtime/start-problems.ts'
import { prepareStateFolder, type StateFolder } from '#runtime/state-folder.ts'

/** A state snapshot is saved at the end and whenever this many rows have come since the last. */
const ROWS_PER_SNAPSHOT = 20_000
/** How often what the journal may forget is let go. */
const EXPIRE_EVERY_MS = 60 * MINUTE_MS

export function createEngineHost(options: HostOptions): EngineHost {
  const { broker, feed, clock, logger, alerts } = options
  const now = () => clock.now()
  const asked = new Map<string, (answer: CommandAnswer) => void>()
  const computed = new Map<string, Plan>()
  const runListeners = new Set<(event: RunEvent) => void>()
  const folder: { value?: StateFolder } = {}
  let lock: EngineLock | undefined
  let journal: Journal | undefined
  let shell: Shell | undefined
  let control: ControlServer | undefined
  let unfinished: ReturnType<EngineHost['unfinishedRun']>
  const closing: (() => void)[] = []
  let failed = false
  let recordLost = false
  let badRow: Recovered['quarantined']

  const take: Stage['take'] = (fact) => shell?.take(fact)
  const directory = createInstrumentDirectory(broker, options.universe, (instruments) =>
    take({ type: 'InstrumentsDescribed', at: now(), instruments }),
  )
  const planner = createPlanner(feed, directory)
  const alarms = createAlarms(clock, (timer) => take({ type: 'TimerFired', at: now(), timer }))
  const batches = createQuoteBatches((quotes) =>
    take({ type: 'QuoteBatch', at: now(), requestId: undefined, quotes }),
  )

  const stage: Stage = {
    broker,
    feed,
    now,
    take,
    maySend: (decision) => shell !== undefined && !failed && maySubmit(shell.state, decision),
    instruments: async (ids) => (await directory.describe(ids)).known,
    computePlan,
    timers: alarms,
    announce: ({ event }) => {
      for (const listener of runListeners) listener(event)
    },
    answer,
    alert: ({ severity, text }) => alerts.raise({ severity, text }),
    logFailure: (what, error) => logger.warn(what, { error }),
    follow: () => void follow(),
  }

  async function start(): Promise<HostStatus> {
    folder.value = prepareStateFolder(options.stateFolder)
    lock = acquireLock(options.stateFolder)
    const session = await connected()
    journal = opened(folder.value, session)
    const { state, rows, quarantined } = recover(journal)
    badRow = quarantined
    if (state.now - now() > MOST_CLOCK_BACK_MS) throw clockBackError(state.now, now())
    if (state.run !== undefined && !options.mayContinueRun) throw unfinishedRunError(state)
    shell = createShell({
      state,
      journal,
      perform: (decision) => perform(decision, stage),
      onRecordLost,
      onBug: fail,
      now,
      onTurn: (fact, decisions) => {
        logger.debug('turn', { fact: fact.type, decisions: decisions.map(({ type }) => type) })
        snapshotNowAndThen()
      },
    })
    await listen(state, session)
    const answered = await command({ name: 'reconcile' })
    const notes = [
      ...(quarantined === undefined ? [] : [quarantineNote(quarantined)]),
      ...(answered.outcome === 'done' ? [] : [answered.text]),
      ...clockNotes(session),
    ]
    return { account: session.account, paper: session.paper, recoveredRows: rows, notes }

    async function listen(recovered: EngineState, of: BrokerSession): Promise<void> {
      invariant(journal !== undefined, 'the journal is open')
      broker.onReport((report) => take({ type: 'BrokerReported', at: now(), report }))
      broker.onLink(({ link, reason }) => take({ type: 'LinkChanged', at: now(), link, reason }))
      feed.onQuote((quote) => batches.heard(quote))
      const run = recovered.run
      const asker = run?.askers[0]
      if (run !== undefined && asker !== undefined)
        unfinished = { planId: run.planId, ended: new Promise((told) => asked.set(asker, told)) }
      take({
        type: 'EngineStarted',
        at: now(),
        account: of.account,
        journalId: journal.header.journalId,
        settings: options.settings,
      })
      if (quarantined !== undefined) take(commandFact(quarantineHalt(quarantined), 'engine'))
      for (const [timer, at] of recovered.timers) alarms.set(timer, at)
      await describeRecovered(recovered)
      closing.push(await watchKillFile(options.stateFolder, halt))
      take({ type: 'LinkChanged', at: now(), link: 'up', reason: 'connected' })
      control = await serveControl({
        stateFolder: options.stateFolder,
        handler: controlHandler(host),
        onBug: (error) => logger.error('a control request failed', { error }),
      })
      const expiry = setInterval(letExpire, EXPIRE_EVERY_MS).unref()
      closing.push(() => clearInterval(expiry))
    }
  }

  /** The instruments of a recovered book are asked about anew: increments and conIds change. */
  async function describeRecovered(state: EngineState): Promise<void> {
    const held = [...(state.book?.positions.keys() ?? []), ...quotedNames(state)]
    await directory.describe([...new Set(held)].toSorted())
    await follow()
  }

  function halt(reason: string): void {
    take(commandFact({ name: 'halt', scope: 'account', reason }, 'kill-file'))
  }

  async function connected(): Promise<BrokerSession> {
    const session = await broker.connect().catch((error: unknown) => {
      throw new StartError('broker', messageOf(error), { cause: error })
    })
    await feed.connect().catch((error: unknown) => {
      throw new StartError('feed', messageOf(error), { cause: error })
    })
    return session
  }

  function opened({ journal: path }: StateFolder, { account }: BrokerSession): Journal {
    try {
      const header = newHeader(account, options.program, now())
      return openSqliteJournal({ path, mode: 'write', account, header })
    } catch (error) {
      if (error instanceof JournalError)
        throw new StartError('journal', error.message, { cause: error })
      throw error
    }
  }

  function onRecordLost(error: Error): void {
    recordLost = true
    const text = `the journal cannot be written, nothing is added any more: ${error.message}`
    alerts.raise({ severity: 'critical', text })
  }

  /** The last resort: nothing more is decided or sent; what adds exposure is taken back. */
  function fail(bug: Error): void {
    if (failed) return
    failed = true
    shell?.stop()
    logger.error('the engine has met a bug and ends', { error: bug })
    alerts.raise({ severity: 'critical', text: `the engine has met a bug and ends: ${bug.message}` }) // prettier-ignore
    void takeBack(shell?.state ?? idle, bug)
  }

  async function takeBack(state: Readonly<EngineState>, cause: Error): Promise<void> {
    try {
      await cancelOwnAdditions(state, broker)
    } finally {
      options.onFatal(cause)
    }
  }

  let snapshotAt = 0
  function snapshotNowAndThen(): void {
    if (journal === undefined || shell === undefined) return
    if (journal.head.seq - snapshotAt < ROWS_PER_SNAPSHOT) return
    snapshotAt = journal.head.seq
    // After this turn's own rows are in: the snapshot must be of the head.
    setImmediate(saveSnapshot)
  }

  /** A state that a bug left half-changed, or that lacks rows or has more of them, is no snapshot of the record. */
  const isFoldOfRecord = (): boolean => !failed && !recordLost && badRow === undefined

  function saveSnapshot(): void {
    if (journal === undefined || shell === undefined || !isFoldOfRecord()) return
    try {
      saveStateSnapshot(journal, shell.state)
    } catch (error) {
      logger.error('the state snapshot could not be saved', { error })
    }
  }

  function letExpire(): void {
    if (journal === undefined) return
    expireDue(journal, now()).catch((error: unknown) => {
      logger.error('old quote batches could not be let go', { error })
    })
  }

  function computePlan({
    requestId,
    commandId,
    request,
  }: Extract<Decision, { type: 'ComputePlan' }>): void {
    const state = shell?.state
    const snapshot = state?.taken?.snapshot
    invariant(state !== undefined && snapshot !== undefined, 'a plan is computed from a snapshot')
    const brief = planBriefOf(state, snapshot, request, options, now())
    options
      .wishes(brief.asOf)
      .then((wishes) => planner.plan({ ...brief, ...wishes }))
      .then(
        ({ plan, inputs }) => {
          computed.set(commandId, plan)
          return take({ type: 'PlanComputed', at: now(), requestId, inputs, plan })
        },
        (error: unknown) =>
          take({ type: 'PlanFailed', at: now(), requestId, reason: messageOf(error) }),
      )
  }

  async function follow(): Promise<void> {
    if (shell === undefined) return
    const names = quotedNames(shell.state)
    batches.follow(names)
    try {
      await feed.subscribe((await directory.describe([...names].toSorted())).known)
    } catch (error) {
      logger.warn('quotes could not be subscribed to', { error })
    }
  }

  function answer({
    commandId,
    outcome,
    text,
  }: Extract<Decision, { type: 'AnswerCommand' }>): void {
    const tell = asked.get(commandId)
    asked.delete(commandId)
    const plan = computed.get(commandId)
    computed.delete(commandId)
    tell?.({ outcome, text, ...(plan === undefined ? {} : { plan }) })
  }

  function command(given: Command): Promise<CommandAnswer> {
    invariant(shell !== undefined, 'the host is started')
    if (badRow !== undefined && !STILL_SAFE.has(given.name))
      return Promise.resolve({ outcome: 'blocked', text: quarantineNote(badRow) })
    const fact = commandFact(given, 'operator')
    const answered = new Promise<CommandAnswer>((tell) => asked.set(fact.commandId, tell))
    shell.take(fact)
    return answered
  }

  function commandFact(given: Command, by: string) {
    const commandId = randomBytes(8).toString('hex')
    return { type: 'CommandGiven', at: now(), commandId, by, command: given } as const
  }

  async function close(): Promise<void> {
    shell?.stop()
    for (const end of closing) end()
    await control?.close()
    alarms.clearAll()
    batches.stop()
    await Promise.allSettled([broker.close(), feed.close(), planner.close()])
    saveSnapshot()
    await journal?.close().catch((error: unknown) => {
      logger.error('the journal could not be closed', { error })
    })
    lock?.release()
  }

  const idle = initialState()
  const host: EngineHost = {
    async start() {
      try {
        return await start()
      } catch (error) {
        await close()
        throw error
      }
    },
    command,
    onRunEvent: (listener) => {
      runListeners.add(listener)
      return () => runListeners.delete(listener)
    },
    unfinishedRun: () => unfinished,
    state: () => shell?.state ?? idle,
    fail,
    close,
  }
  return host
}
