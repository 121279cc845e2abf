/**
 * The demo: a messy portfolio on a simulated IB Gateway, planned, applied and reviewed over the real
 * TWS wire, with the same parts that work a real account.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMarket } from '#gateway/market.ts'
import { isoInstantOf } from '#model/time.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'
import type { CliContext } from '#cli/context.ts'
import { DEMO_ACCOUNT, writeConfig, writeInputs, type DemoInputs } from '#cli/demo/folder.ts'
import { startGatewayProcess, type GatewayProcess } from '#cli/demo/gateway-process.ts'
import { demoNames, sectorsBeside } from '#cli/demo/names.ts'
import { demoPortfolio } from '#cli/demo/portfolio.ts'
import { CliError, EXIT, type ExitCode } from '#cli/exit-codes.ts'
import type { Engine } from '#cli/engine/engine.ts'
import { startLocalEngine } from '#cli/engine/local-engine.ts'
import { followRun } from '#cli/follow-run.ts'
import { loaded } from '#cli/loaded.ts'
import { savePlan } from '#cli/plan-store.ts'
import { counted } from '#cli/render/figures.ts'
import { renderPlan } from '#cli/render/plan.ts'
import { watchOver } from '#cli/watch-over.ts'

export interface DemoOptions {
  readonly once: boolean
  readonly json: boolean
  readonly keep: boolean
  readonly seed: number
  /** `synthetic`, perhaps with terms, or absolute paths parted by commas. */
  readonly market: string
  readonly from: string | undefined
}

/** @returns as the run ended; everything it started and wrote is gone again, but with `keep` */
export async function runDemo(options: DemoOptions, context: CliContext): Promise<ExitCode> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-demo-'))
  const started: (() => Promise<void>)[] = []
  // Ctrl-C must not leave the folder behind. Once a run goes, it has a listener of its own.
  const early = Promise.withResolvers<never>()
  const release = context.onInterrupt(() => early.reject(new CliError('interrupted', 2)))
  const ready = prepare(folder, options, context, started)
  try {
    const stage = await Promise.race([ready, early.promise])
    return await perform(stage, options, context)
  } finally {
    await Promise.allSettled([ready])
    for (const end of started.toReversed()) await end()
    if (options.keep) context.note(`kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
    release()
  }
}

interface Stage {
  readonly engine: Engine
  readonly planned: CommandAnswer
  readonly stateFolder: string
  readonly everyMs: number
}

/** Everything up to the plan. */
async function prepare(
  folder: string,
  options: DemoOptions,
  context: CliContext,
  started: (() => Promise<void>)[],
): Promise<Stage> {
  const say = (text: string) => (options.json ? undefined : context.out(text))
  const drawn = await drawPortfolio(folder, options, say)
  const gateway = await startGatewayProcess(gatewayWords(drawn, options), (text) =>
    context.note(text),
  )
  started.push(() => gateway.close())
  say(greeting(gateway))
  const config = await loaded(context, writeConfig(folder, gateway, drawn.hasSectors))
  const engine = await startLocalEngine(context, config, true)
  started.push(() => engine.close())
  for (const note of engine.notes) context.note(note)
  const planned = await engine.command({ name: 'plan', request: { kind: 'targets' } })
  const { stateFolder } = config
  return { engine, planned, stateFolder, everyMs: config.config.reconciliation.everyMs }
}

interface Drawn extends DemoInputs {
  readonly cash: string
  readonly hasSectors: boolean
}

async function drawPortfolio(
  folder: string,
  { seed, market: source, from }: DemoOptions,
  say: (text: string) => void,
): Promise<Drawn> {
  const { market, startAt } = await openMarket({
    seed,
    market: source,
    ...(from === undefined ? {} : { from }),
  })
  const names = demoNames(market, startAt, await sectorsBeside(source), seed)
  const portfolio = demoPortfolio(names, seed)
  const shorts = portfolio.positions.filter(({ quantity }) => quantity < 0n).length
  say(
    `A portfolio of ${counted(portfolio.positions.length, 'holding')}, ${shorts} of them short, on the ${market.kind} market of ${isoInstantOf(startAt).slice(0, 10)}.`,
  )
  const hasSectors = new Set(names.map(({ sector }) => sector)).size > 1
  return { ...writeInputs(folder, names, portfolio), cash: portfolio.cash, hasSectors }
}

function gatewayWords(
  { cash, positionsFile, universeFile }: Drawn,
  options: DemoOptions,
): string[] {
  const { seed, market, from } = options
  const flags = {
    port: '0',
    account: DEMO_ACCOUNT,
    seed: String(seed),
    market,
    cash,
    positions: positionsFile,
    universe: universeFile,
    ...(from === undefined ? {} : { from }),
  }
  // One word each: a negative amount must not look like another flag.
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
}

const greeting = ({ host, port, clockOffsetMs }: GatewayProcess): string =>
  `Simulated IB Gateway on ${host}:${port}, venue time ${isoInstantOf(Date.now() + clockOffsetMs)}.\n`

async function perform(
  { engine, planned, stateFolder, everyMs }: Stage,
  { once, json }: DemoOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { plan, outcome, text } = planned
  if (plan === undefined) throw new CliError(text, EXIT[outcome] === 0 ? 1 : EXIT[outcome])
  savePlan(stateFolder, plan)
  if (!json) context.out(`${renderPlan(plan, context.ink)}\n`)
  if (plan.verdict !== 'changes') return EXIT[outcome]
  const answer = await followRun(engine, context, json, (onEvent) =>
    engine.command({ name: 'apply', planId: plan.planId }, onEvent),
  )
  if (!once) await watchOver(engine, context, everyMs, json)
  return EXIT[answer.outcome]
}
