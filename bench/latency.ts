/**
 * From decision to socket write, for every order of real runs: the real engine, journal, IBKR
 * adapter and `@stoqey/ib`, the simulated gateway in a process of its own, pacing off.
 *
 *   decided ── sync ──▶ first of its turn handed over ── turn ──▶ handed over ── ours ──▶ the library called ── library ──▶ written
 *
 * `sync` is the journal's append and its group commit, on the disk the checkout is on. The orders of
 * a wave are decided in one turn, so all but the first also wait while the others are written: `turn`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { IBApi } from '@stoqey/ib'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Target } from '#construction/plan-inputs.ts'
import type { Broker } from '#brokers/broker.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { CONFIG } from '#cli/config/schema.ts'
import { startGatewayProcess, type GatewayProcess } from '#cli/demo/gateway-process.ts'
import { IBKR_FEED_DEFAULTS } from '#feeds/ibkr/config.ts'
import { createIbkrFeed } from '#feeds/ibkr/feed.ts'
import { openMarket } from '#gateway/market.ts'
import { LIMITS } from '#risk/limits.ts'
import { offsetClock } from '#runtime/clock.ts'
import { createEngineHost } from '#runtime/create-engine-host.ts'
import type { EngineHost } from '#runtime/engine-host.ts'
import { silentLogger } from '#runtime/logger.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { spread } from './figures.ts'

const ACCOUNT = 'DU1234567' as AccountId
const MARKET = { seed: 1, market: 'synthetic' }
const NAMES = 40
/** Each buys into half of the names and sells out of the other. */
const ROUNDS = 6

/** Moments of one order, on the monotone clock, milliseconds. */
interface Journey {
  readonly decided: number
  readonly firstOfTurn: number
  readonly handedOver: number
  readonly called: number
  readonly written: number
}

/** Prints the whole way and its parts. */
export async function run(): Promise<void> {
  const words = ['--port=0', `--seed=${MARKET.seed}`, `--account=${ACCOUNT}`, '--cash=1000000']
  const gateway = await startGatewayProcess(words, (text) => console.error(text))
  // Beside the code: where temporary files lie, memory often passes for a disk.
  const folder = mkdtempSync(join(import.meta.dirname, '.scratch-'))
  const stopwatch = createStopwatch()
  try {
    await rebalanceOften(gateway, folder, stopwatch)
    report(stopwatch.journeys)
  } finally {
    stopwatch.remove()
    await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function report(journeys: readonly Journey[]): void {
  const part = (name: string, of: (journey: Journey) => number) =>
    console.log(`  ${name.padEnd(34)} ${spread(journeys.map(of))}`)
  console.log(`latency: decision to socket write, ${journeys.length} orders, pacing off`)
  part('whole', ({ decided, written }) => written - decided)
  part('sync: journal, appended and synced', ({ decided, firstOfTurn }) => firstOfTurn - decided)
  part('turn: other orders of the wave', ({ firstOfTurn, handedOver }) => handedOver - firstOfTurn)
  part('ours: adapter', ({ handedOver, called }) => called - handedOver)
  part('library: @stoqey/ib', ({ called, written }) => written - called)
}

async function rebalanceOften(
  gateway: GatewayProcess,
  folder: string,
  stopwatch: Stopwatch,
): Promise<void> {
  const { instruments } = (await openMarket(MARKET)).market
  const names = instruments.filter(({ assetClass }) => assetClass === 'STK').slice(0, NAMES)
  let round = 0
  const host = engineOn(gateway, folder, names, stopwatch, () => targetsOf(names, round))
  await host.start()
  try {
    for (; round < ROUNDS; round++) await rebalance(host)
  } finally {
    await host.close()
  }
}

async function rebalance(host: EngineHost): Promise<void> {
  const { plan, text } = await host.command({ name: 'plan', request: { kind: 'targets' } })
  if (plan === undefined) throw new Error(`no plan: ${text}`)
  const answer = await host.command({ name: 'apply', planId: plan.planId })
  // A rest that did not fill is no concern here; a run that never went is.
  if (answer.outcome !== 'done' && answer.outcome !== 'changes') throw new Error(answer.text)
}

const targetsOf = (names: readonly Instrument[], round: number): readonly Target[] =>
  names.map(({ id }, i) => ({ instrument: id, weight: i % 2 === round % 2 ? 1.4 / NAMES : 0 }))

function engineOn(
  { host, port, clockOffsetMs }: GatewayProcess,
  stateFolder: string,
  names: readonly Instrument[],
  stopwatch: Stopwatch,
  targets: () => readonly Target[],
): EngineHost {
  const clock = offsetClock(clockOffsetMs)
  const address = { host, port, pacing: NO_PACING }
  const config = CONFIG.parse({ mode: 'paper', account: ACCOUNT, broker: { kind: 'ibkr' } })
  const facts = names.map(({ id, sector }) => [id, { sector, shortable: true, borrowRate: 0 }] as const) // prettier-ignore
  return createEngineHost({
    stateFolder,
    settings: {
      configHash: '0'.repeat(64),
      limits: LIMITS.map((limit) => ({ ...limit, ...UNBOUND[limit.direction] })),
      gate: config.gate,
      execution: { ...config.execution, orderType: 'market', waveDeadlineMs: 5_000 },
      staleness: config.staleness,
    },
    policy: config.policy,
    benchmark: undefined,
    wishes: () => Promise.resolve({ targets: targets() }),
    universe: new Map<InstrumentId, { sector: string; shortable: boolean; borrowRate: number }>(facts), // prettier-ignore
    broker: stopwatch.timed(
      createIbkrBroker({ ...IBKR_DEFAULTS, ...address, account: ACCOUNT, mode: 'paper', clientId: 11 }, clock), // prettier-ignore
    ),
    feed: createIbkrFeed({ ...IBKR_FEED_DEFAULTS, ...address, clientId: 12 }, clock),
    clock,
    program: 'bench',
    mayContinueRun: false,
    logger: { ...silentLogger, debug: stopwatch.onTurn },
    alerts: { raise: ({ text }) => console.error(text), settled: () => Promise.resolve() },
    onFatal: (error) => {
      throw error
    },
  })
}

/** Six rounds turn the book over six times; that is not what is measured. */
const UNBOUND = {
  max: { warn: 1e9, breach: 1e9 },
  maxAbs: { warn: 1e9, breach: 1e9 },
  min: { warn: -1e9, breach: -1e9 },
}

interface Stopwatch {
  readonly journeys: readonly Journey[]
  /** For the engine's log: hears each turn right after it has decided. */
  readonly onTurn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  timed(broker: Broker): Broker
  /** Takes the taps on the library and the sockets away. */
  remove(): void
}

/** Taps the four places an order passes; they run one within the other, so no id is needed. */
function createStopwatch(): Stopwatch {
  const journeys: Journey[] = []
  /** When each order that is not yet handed over was decided, in order. */
  const decided: number[] = []
  let turn = { decided: Number.NaN, firstOfTurn: Number.NaN }
  let handedOver = Number.NaN
  let called = Number.NaN

  const untapPlaceOrder = tapped(IBApi.prototype, 'placeOrder', () => {
    called = performance.now()
  })
  const untapWrite = tapped(Socket.prototype, 'write', () => {
    const written = performance.now()
    if (!Number.isNaN(called)) journeys.push({ ...turn, handedOver, called, written })
    called = Number.NaN
  })

  return {
    journeys,
    onTurn(_message, fields) {
      const orders = (fields?.['decisions'] as readonly string[] | undefined) ?? []
      const now = performance.now()
      decided.push(...orders.filter((type) => type === 'SubmitOrder').map(() => now))
    },
    timed: (broker) => ({
      ...broker,
      submit(order, stillAllowed) {
        handedOver = performance.now()
        const at = decided.shift() ?? Number.NaN
        if (at !== turn.decided) turn = { decided: at, firstOfTurn: handedOver }
        return broker.submit(order, stillAllowed)
      },
    }),
    remove() {
      untapPlaceOrder()
      untapWrite()
    },
  }
}

/** Calls `before` ahead of every call of a method; undone by what it returns. */
function tapped<T extends object>(of: T, name: keyof T & string, before: () => void): () => void {
  const method = Reflect.get(of, name) as (...args: unknown[]) => unknown
  Reflect.set(of, name, function (this: T, ...args: unknown[]) {
    before()
    return method.apply(this, args)
  })
  return () => Reflect.set(of, name, method)
}
