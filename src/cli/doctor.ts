/**
 * What `ballast doctor` looks at, in the order in which one thing needs the other: after a failure
 * that the rest stands on, the rest is not looked at.
 */
import { existsSync } from 'node:fs'
import type { BrokerSession } from '#brokers/broker.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import type { PlanWishes } from '#runtime/engine-host.ts'
import { prepareStateFolder, stateFolderAt } from '#runtime/state-folder.ts'
import { universeNow, targetsNow } from '#cli/engine/inputs.ts'
import { wishesNow } from '#cli/engine/wishes.ts'
import { adaptersOf, type Adapters } from '#cli/engine/adapters.ts'
import { findRunningEngine } from '#cli/engine/open-engine.ts'
import type { CliContext } from '#cli/context.ts'
import { accountOf } from '#cli/config/engine-settings.ts'
import { loadConfig, type LoadedConfig } from '#cli/config/load-config.ts'
import { amount, counted } from '#cli/render/figures.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import { isoDateOf } from '#model/time.ts'

export interface Diagnosis {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail'
  /** What was found; where it is wrong, what was expected and what to do. */
  readonly detail: string
}

/** The Node that the program is written for. */
const LEAST_NODE = 24
/** Orders are dated by the broker's clock; beyond this good-till-dates come out wrong. */
const MOST_SKEW_MS = 2_000
const SNAPSHOT_TIMEOUT_MS = 10_000
const QUOTE_TIMEOUT_MS = 10_000
/** Names whose quotes are asked for: enough to see which data the account may have. */
const QUOTES_TRIED = 5

export async function diagnose(context: CliContext, file: string): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [nodeVersion()]
  const config = await loadConfig(file, context.workingFolder)
  if (!config.ok) return [...found, fail('configuration', config.error)]
  found.push(pass('configuration', `${file}, mode ${config.value.config.mode}`))
  found.push(...(await inputs(config.value, context)))
  found.push(stateFolder(config.value))
  found.push(await journal(config.value))
  const running = await findRunningEngine(config.value.stateFolder)
  if (running !== undefined) {
    await running.close()
    const detail = 'runs on this state folder and holds the connection; see ballast status'
    return [...found, pass('engine', detail)]
  }
  return [...found, ...(await connection(config.value, context))]
}

const pass = (name: string, detail: string): Diagnosis => ({ name, status: 'pass', detail })
const warn = (name: string, detail: string): Diagnosis => ({ name, status: 'warn', detail })
const fail = (name: string, detail: string): Diagnosis => ({ name, status: 'fail', detail })

function nodeVersion(): Diagnosis {
  const version = process.versions.node
  if (Number(version.split('.')[0]) >= LEAST_NODE) return pass('node', version)
  return fail('node', `${version}, expected ${LEAST_NODE} or newer; install it from nodejs.org`)
}

/** The files that the policy reads, as a plan would read them; a program that forecasts is run. */
async function inputs(of: LoadedConfig, context: CliContext): Promise<Diagnosis[]> {
  const universe = await universeNow(of, context.workingFolder)
  if (!universe.ok) return [fail('universe', universe.error)]
  const asOf = adaptersOf(of.config, () => {}).clock.now()
  const { kind } = of.config.policy
  const wishes = await wishesNow(
    of,
    context.workingFolder,
    universe.value,
    asOf,
    context.environment,
  )
  return [
    wishes.ok ? pass(kind, wishedFor(wishes.value)) : fail(kind, wishes.error),
    pass('universe', counted(universe.value.length, 'name')),
  ]
}

function wishedFor({ targets, construction }: PlanWishes): string {
  if (construction === undefined) return counted(targets.length, 'name')
  const { forecasts, features } = construction
  const told = [
    forecasts.length > 0 ? `${counted(forecasts.length, 'forecast')} in all` : '',
    features.length > 0 ? counted(features.length, 'feature') : '',
    targets.length > 0 ? counted(targets.length, 'target') : '',
  ].filter((part) => part !== '')
  return told.length > 0 ? told.join(', ') : 'needs no file of its own'
}

function stateFolder(of: LoadedConfig): Diagnosis {
  return tried('state folder', () => {
    prepareStateFolder(of.stateFolder)
    return pass('state folder', `${of.stateFolder}, yours alone`)
  })
}

function journal(of: LoadedConfig): Promise<Diagnosis> {
  const { journal: path } = stateFolderAt(of.stateFolder)
  if (!existsSync(path))
    return Promise.resolve(pass('journal', 'none yet; the first plan or reconcile begins it'))
  return triedAsync('journal', async () => {
    const open = openSqliteJournal({ path, mode: 'read', account: of.config.account })
    const { seq } = open.head
    await open.close()
    return pass('journal', `${counted(seq, 'row')}; ballast journal verify checks each`)
  })
}

async function connection(of: LoadedConfig, context: CliContext): Promise<Diagnosis[]> {
  const universe = await universeNow(of, context.workingFolder)
  if (!universe.ok) return []
  const adapters = adaptersOf(of.config, () => {})
  const { broker, feed } = adapters
  const found: Diagnosis[] = []
  try {
    const session = await triedFor('broker', found, () => broker.connect())
    if (session === undefined) return found
    found.push(...sessionFindings(session, of))
    found.push(await holdings(adapters))
    found.push(await data(adapters, of, context))
  } finally {
    await Promise.allSettled([broker.close(), feed.close()])
  }
  return found
}

function sessionFindings(session: BrokerSession, of: LoadedConfig): Diagnosis[] {
  const account = accountOf(of.config)
  const kind = session.paper ? 'paper' : 'live'
  const { config } = of
  const skew = Math.round(session.clockOffsetMs)
  const skewed = `the broker's clock differs by ${skew} ms, expected at most ${MOST_SKEW_MS}; set this machine's by NTP`
  return [
    pass('broker', `connected as ${account}, a ${kind} account as mode ${config.mode} expects`),
    Math.abs(skew) <= MOST_SKEW_MS ? pass('clock', `within ${Math.abs(skew)} ms of the broker's`) : warn('clock', skewed), // prettier-ignore
  ]
}

function holdings({ broker }: Adapters): Promise<Diagnosis> {
  return triedAsync('holdings', async () => {
    const { positions, openOrders, margin, baseCurrency } = await broker.snapshot(SNAPSHOT_TIMEOUT_MS) // prettier-ignore
    const held = `${counted(positions.length, 'position')}, ${counted(openOrders.length, 'open order')}`
    return pass('holdings', `${held}, ${amount(margin.netLiquidation)} ${baseCurrency}`)
  })
}

/** Which kind of quotes and whether price bars come, on a few of the names that a plan would look at. */
function data(
  { broker, feed, clock }: Adapters,
  of: LoadedConfig,
  { workingFolder }: CliContext,
): Promise<Diagnosis> {
  // prettier-ignore
  return triedAsync('market data', async () => {
    const byTargets = of.config.policy.kind === 'targets'
    const listed = await (byTargets ? targetsNow(of, workingFolder) : universeNow(of, workingFolder))
    const names = listed.ok ? listed.value.slice(0, QUOTES_TRIED) : []
    const file = byTargets ? 'targets' : 'universe'
    if (names.length === 0) return warn('market data', `not tried: the ${file} file has no names`)
    await feed.connect()
    const asked = names.flatMap(({ instrument }) => {
      const name = parseInstrumentName(instrument)
      return name.ok ? [name.value] : []
    })
    const described = await broker.describe(asked)
    const known = described.filter((one) => 'conId' in one)
    const quotes = [...(await feed.quotes(known, QUOTE_TIMEOUT_MS)).values()]
    const live = quotes.filter(({ kind }) => kind === 'live').length
    const [first] = known
    const today = isoDateOf(clock.now())
    const bars = first === undefined ? [] : await feed.dailyBars(first, 5, today, 'splits')
    const strangers = described.flatMap((one) => ('unknown' in one ? [one.unknown] : []))
    if (strangers.length > 0)
      return warn('market data', `the broker does not know ${strangers.join(', ')}; check the ${file} file`) // prettier-ignore
    const told = `${live} of ${known.length} quotes live, ${counted(bars.length, 'daily bar')} of ${first?.id ?? 'none'}`
    if (live === known.length && bars.length > 0) return pass('market data', told)
    return warn('market data', `${told}; expected all live: outside trading hours that is usual, else check the account's market data subscriptions`) // prettier-ignore
  })
}

/** A failure of the world becomes a finding; `found` takes it. */
async function triedFor<T>(
  name: string,
  found: Diagnosis[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    found.push(failed(name, error))
    return undefined
  }
}

async function triedAsync(name: string, work: () => Promise<Diagnosis>): Promise<Diagnosis> {
  try {
    return await work()
  } catch (error) {
    return failed(name, error)
  }
}

function tried(name: string, work: () => Diagnosis): Diagnosis {
  try {
    return work()
  } catch (error) {
    return failed(name, error)
  }
}

const failed = (name: string, error: unknown): Diagnosis =>
  fail(name, error instanceof Error ? error.message : String(error))
