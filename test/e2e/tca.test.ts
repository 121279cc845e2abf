/**
 * `ballast tca` reconciles to the cent with the ledger of the gateway that was traded with: what was
 * bought and sold, what it was charged, what that did to cash. And what it says to a wrong question.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fromJSONSchema } from 'zod'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEMO_ACCOUNT, writeConfig, writeInputs } from '#cli/demo/folder.ts'
import { demoNames } from '#cli/demo/names.ts'
import { demoPortfolio } from '#cli/demo/portfolio.ts'
import { COST_DOCUMENT, COST_SCHEMA, type CostDocument } from '#contract/cost-analysis.ts'
import { openMarket } from '#gateway/market.ts'
import type { Json } from '#model/canonical-json.ts'
import { parse } from '#model/fixed.ts'
import { ballast, type Ended } from '#test/support/demo-world.ts'
import { scratchFolder } from '#test/support/scratch.ts'

interface VenueExecution {
  readonly execId: string
  readonly instrument: string
  readonly side: 'BOT' | 'SLD'
  readonly quantity: string
  readonly price: string
  readonly commission: string
  readonly currency: string
  /** After commission; absent where the trade only opened. */
  readonly realizedPnl?: string
}

interface TradingWorld {
  readonly folder: string
  readonly run: (...words: string[]) => Promise<Ended>
  readonly asked: <T>(path: string) => Promise<T>
}

type Cash = Readonly<Record<string, string>>

describe('to the cent', () => {
  test('a messy portfolio of stocks, long and short', async () => {
    const world = await stockWorld([])
    expect(await world.run('plan')).toMatchObject({ code: 2 })
    expect((await world.run('tca')).stderr).toMatch(
      /no plan was applied yet, so nothing was traded/,
    )
    const { costs, summary, told } = await traded(world)
    const days = await world.run('tca', '--json', '--from', '2026-01-05', '--to', '2026-01-05')
    expect(days.stdout).toBe(told)
    expect((await world.run('tca', '--run', 'r7')).stderr).toMatch(/--run: was "r7", expected a run of this journal: r1/) // prettier-ignore
    expect((await world.run('tca', '--to', '2025-12-31')).stderr).toMatch(/no run began between the beginning and 2025-12-31; .* began 2026-01-05 to 2026-01-05/) // prettier-ignore
    expect(costs.lines.length).toBeGreaterThan(20)
    expect(costs.total).toMatchObject({ fillRate: 1, feesPending: 0 })
    expect(costs.notes.filter((note) => !EXPECTED.test(note))).toEqual([])
    // The run's own summary is counted by other code.
    expect(costs.total.slippageBps).toBeCloseTo(summary.slippageBps, 9)
    expect(costs.total.slippageBps + costs.total.bps.fees).toBeCloseTo(summary.costBps, 9)
    expect(costs.refits.map(({ assetClass, enough }) => [assetClass, enough])).toEqual([['STK', true]]) // prettier-ignore
    const shown = await world.run('tca', '--run', 'r1')
    expect(shown, shown.stderr).toMatchObject({ code: 0 })
    expect(shown.stdout).toMatch(/What r1 cost.*[^]*implementation shortfall[^]*The dearest lines[^]*Predicted and realised/) // prettier-ignore
  })

  test('where executions come twice or are corrected, and commissions come late or first', async () => {
    const world = await stockWorld([
      // Some of each: what a snapshot lists would meet them too, without an end.
      'faults:',
      '  - { fault: execution-duplicated, times: 20, probability: 0.3, with: { by: 300ms } }',
      '  - { fault: execution-corrected, times: 5, probability: 0.5, with: { by: 400ms, increments: 3 } }',
      '  - { fault: commission-early, times: 20, probability: 0.3 }',
      '  - { fault: commission-late, times: 20, probability: 0.3, with: { by: 800ms } }',
    ])
    const { executions } = await traded(world)
    expect(executions.filter(({ execId }) => !execId.endsWith('.01')).length).toBeGreaterThan(2)
  })

  test('stocks, options, futures and currencies', async () => {
    const world = await fourClassWorld()
    const { costs } = await traded(world)
    expect(new Set(costs.lines.map(({ assetClass }) => assetClass))).toEqual(new Set(['STK', 'OPT', 'FUT', 'CASH'])) // prettier-ignore
    expect(costs.traded.map(({ currency }) => currency)).toEqual(['EUR', 'USD'])
  })
})

describe('a wrong question', () => {
  test.each([
    ['days the wrong way round', ['--from', '2026-01-09', '--to', '2026-01-05'], /--from 2026-01-09 is after --to 2026-01-05; give the earlier day first/],
    ['a day that is none', ['--from', '5.1.2026'], /--from: was "5\.1\.2026", expected a day such as 2026-01-05/],
    ['a run and days', ['--run', 'r1', '--to', '2026-01-05'], /--run and --from or --to were given together, expected a run or days/],
    ['no journal', [], /state: no journal there yet; ballast plan begins one, ballast apply trades/],
  ])('%s', async (_, words, message) => {
    const folder = scratchFolder()
    writeConfig(folder, { host: '127.0.0.1', port: 1, clockOffsetMs: 0 }, true)
    const { code, stdout, stderr } = await ballast(folder, ['tca', ...words]).ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })
}) // prettier-ignore

/** No open and no close was quoted; a sale's prediction may be one of two (`predicted-parts.ts`). */
const EXPECTED = /opening|close|prediction cannot be split .*: [1-3];/

/** Plans, applies, and holds the analysis against the gateway's own ledger and executions. */
async function traded({ run, asked }: TradingWorld) {
  const before = (await asked<{ cash: Cash }>('/ledger')).cash
  const planned = await run('plan', '--json')
  const { planId } = JSON.parse(planned.stdout) as { readonly planId: string }
  const applied = await run('apply', planId, '--yes', '--json')
  expect(applied, applied.stderr).toMatchObject({ code: 0 })
  const { summary } = JSON.parse(applied.stdout.split('\n').at(-1) ?? '') as { readonly summary: { readonly slippageBps: number; readonly costBps: number } } // prettier-ignore
  // By the second look, what came late is heard, and book and broker agree.
  await run('reconcile')
  expect(await run('reconcile')).toMatchObject({ code: 0 })
  const told = await run('tca', '--json')
  expect(told, told.stderr).toMatchObject({ code: 0 })
  const costs = documentIn(told.stdout)
  const executions = await asked<readonly VenueExecution[]>('/executions')
  const after = (await asked<{ cash: Cash }>('/ledger')).cash
  checkTraded(costs, executions)
  checkCash(costs, before, after, executions)
  const positions = JSON.parse((await run('positions', '--json')).stdout) as { readonly cash: readonly { readonly currency: string; readonly amount: string }[] } // prettier-ignore
  for (const { currency, amount } of positions.cash) expect(cents(amount)).toBe(cents(after[currency] ?? '0')) // prettier-ignore
  checkParts(costs)
  return { costs, summary, executions, told: told.stdout }
}

function documentIn(text: string): CostDocument {
  const json = JSON.parse(text) as Json
  const schema = fromJSONSchema(COST_SCHEMA)
  expect(schema.safeParse(json)).toMatchObject({ success: true })
  const read = COST_DOCUMENT.decode(json, 'tca')
  if (!read.ok) throw new Error(read.error)
  return read.value
}

const exact = (text: string): bigint => parse(text) ?? 0n
const cents = (text: string): string => (Number(exact(text) / 1_000n) / 1e6).toFixed(2)

const MULTIPLIERS: Readonly<Record<string, bigint>> = { OPT: 100n, 'ESH6.FUT.USD': 50n, 'MESH6.FUT.USD': 5n } // prettier-ignore

/** In nanos of its currency; prices and sizes here divide out. */
function worthOf({ instrument, quantity, price }: VenueExecution): bigint {
  const multiplier = MULTIPLIERS[instrument] ?? MULTIPLIERS[instrument.split('.').at(instrument.includes('.OPT.') ? 1 : -2) ?? ''] ?? 1n // prettier-ignore
  return (exact(quantity) * exact(price) * multiplier) / 1_000_000_000n
}

const totalOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, one) => sum + one, 0n)

function checkTraded(costs: CostDocument, executions: readonly VenueExecution[]): void {
  const worth = (side: string) => totalOf(executions.filter((of) => of.side === side).map(worthOf))
  const dollars = costs.traded.find(({ currency }) => currency === 'USD')
  expect(dollars).toMatchObject({ bought: worth('BOT'), sold: worth('SLD') })
  expect(dollars?.fees).toBe(totalOf(executions.map(({ commission }) => exact(commission))))
  expect(executions.map(({ currency }) => currency).every((currency) => currency === 'USD')).toBe(true) // prettier-ignore
  expect(costs.total.fills).toBe(executions.length)
  for (const [instrument, own] of Map.groupBy(executions, (of) => of.instrument)) {
    const lines = costs.lines.filter((line) => line.instrument === instrument)
    expect([instrument, totalOf(lines.map((line) => line.traded))]).toEqual([instrument, totalOf(own.map(worthOf))]) // prettier-ignore
    expect(totalOf(lines.map(({ parts }) => parts.fees))).toBe(totalOf(own.map(({ commission }) => exact(commission)))) // prettier-ignore
  }
}

/** Beside what is traded and charged, the profit of closed futures moves cash. */
function checkCash(
  costs: CostDocument,
  before: Cash,
  after: Cash,
  executions: readonly VenueExecution[],
): void {
  const settled = executions.filter(({ instrument, realizedPnl }) => instrument.includes('.FUT.') && realizedPnl !== undefined) // prettier-ignore
  const profit = settled.reduce((sum, of) => sum + exact(of.realizedPnl ?? '') + exact(of.commission), 0n) // prettier-ignore
  for (const currency of Object.keys(after)) {
    const moved = exact(after[currency] ?? '0') - exact(before[currency] ?? '0')
    const told = costs.traded.find((of) => of.currency === currency)?.cash ?? 0n
    expect([currency, told + (currency === 'USD' ? profit : 0n)]).toEqual([currency, moved])
  }
}

function checkParts({ total, lines, runs, days }: CostDocument): void {
  for (const { parts } of [total, ...lines, ...runs, ...days]) {
    const { total: whole, ...six } = parts
    expect(Object.values(six).reduce<bigint>((sum, part) => sum + part, 0n)).toBe(whole)
  }
  expect(lines.reduce((sum, { parts }) => sum + parts.total, 0n)).toBe(total.parts.total)
  expect(runs.reduce((sum, { parts }) => sum + parts.total, 0n)).toBe(total.parts.total)
}

/** The demo's portfolio on a gateway with a control port, and a plan of faults. */
async function stockWorld(faults: readonly string[]): Promise<TradingWorld> {
  const folder = scratchFolder()
  const { market, startAt } = await openMarket({ seed: 1, market: 'synthetic' })
  const names = demoNames(market, startAt, new Map(), 1)
  const portfolio = demoPortfolio(names, 1)
  const { positionsFile, universeFile } = writeInputs(folder, names, portfolio)
  const words = ['--market=synthetic', `--cash=${portfolio.cash}`, `--positions=${positionsFile}`, `--universe=${universeFile}`] // prettier-ignore
  const planned = join(folder, 'faults.yaml')
  if (faults.length > 0) writeFileSync(planned, faults.join('\n'))
  const gateway = await startGateway(folder, faults.length > 0 ? [...words, `--faults=${planned}`] : words) // prettier-ignore
  writeConfig(folder, gateway, true)
  return worldOn(folder, gateway)
}

const CALL = 'JE.OPT.20260320.C.80.USD'

async function fourClassWorld(): Promise<TradingWorld> {
  const folder = scratchFolder()
  const write = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    return join(folder, name)
  }
  const positions = write('positions.csv', ['instrument,quantity,averageCost,currency', 'PKAN,600,45,USD', 'MESH6.FUT.USD,10,34750,USD']) // prettier-ignore
  const gateway = await startGateway(folder, ['--market=synthetic:names=40', '--cash=USD=1000000,EUR=20000', `--positions=${positions}`]) // prettier-ignore
  write('universe.csv', [
    'instrument,sector',
    'JE,Financials',
    'PKAN,Industrials',
    'EN,Real Estate',
  ])
  write('targets.csv', ['instrument,weight', 'JE,0.03', `${CALL},0.02`, 'EN,-0.02', 'ESH6.FUT.USD,0.35', 'MESH6.FUT.USD,0.2', 'EUR.CASH.USD,0.1']) // prettier-ignore
  write('ballast.yaml', [
    'mode: paper',
    `account: ${DEMO_ACCOUNT}`,
    `broker: { kind: ibkr, host: ${gateway.host}, port: ${gateway.port}, clockOffsetMs: ${gateway.clockOffsetMs} }`,
    'benchmark: SPY',
    'limits: { turnoverToday: { warn: 2, breach: 3 } }',
    'policy: { kind: targets, band: { kind: absolute, absolute: 0 } }',
    'execution: { collarBps: 60, waveDeadlineMs: 15000 }',
    'gate: { maximumOrderNotional: 500000 }',
  ])
  return worldOn(folder, gateway)
}

interface Gateway {
  readonly host: string
  readonly port: number
  readonly clockOffsetMs: number
  readonly controlPort: number
}

async function startGateway(folder: string, words: readonly string[]): Promise<Gateway> {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
  const own = ['--port=0', `--account=${DEMO_ACCOUNT}`, '--seed=1', '--control-port=0', `--control-token=${join(folder, 'token')}`] // prettier-ignore
  const child = spawn(process.execPath, [main, 'gateway', '--json', '--until-stdin-closes', ...own, ...words], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] }) // prettier-ignore
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.stdin.end()
    await ended
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return JSON.parse(line) as Gateway
}

function worldOn(folder: string, { controlPort }: Gateway): TradingWorld {
  const token = readFileSync(join(folder, 'token'), 'utf8').trim()
  return {
    folder,
    run: (...words) => ballast(folder, words).ended,
    asked: async <T>(path: string) => {
      const answer = await fetch(`http://127.0.0.1:${controlPort}${path}`, { headers: { authorization: `Bearer ${token}` } }) // prettier-ignore
      return (await answer.json()) as T
    },
  }
}
