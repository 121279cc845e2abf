/**
 * An independent client in another language: ib_async 2.x (Python) against the simulated gateway.
 * `README.md` beside this file says what it needs; without it the test skips, naming what is missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayOptions } from '#gateway/options.ts'
import { gatewayInputs, type GatewayInputs } from '#test/support/gateway-inputs.ts'

const PYTHON = process.env['BALLAST_PYTHON'] ?? 'python3'
const SCRIPT = 'test/clients/ib_async_session.py'
const SOURCES = process.env['BALLAST_IB_ASYNC_PATH']
const env = {
  ...process.env,
  PYTHONDONTWRITEBYTECODE: '1',
  ...(SOURCES === undefined ? {} : { PYTHONPATH: SOURCES }),
}

const missing = whatIsMissing()

describe.skipIf(missing !== undefined)(
  `ib_async${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let inputs: GatewayInputs
    let gateway: Gateway
    let seen: Record<string, unknown>

    beforeAll(async () => {
      inputs = gatewayInputs()
      gateway = await ballastGateway(inputs.options)
      seen = await session(gateway.port)
    })

    afterAll(async () => {
      expect(await gateway.end()).toBe(0)
      inputs.remove()
    })

    test('connects at 178 without a time-out, and complains of nothing but the cancel it asked for', () => {
      expect(seen).toMatchObject({ serverVersion: 178, accounts: ['DU1234567'] })
      expect(seen['complaints']).toEqual([expect.stringMatching(/^Error 202, .*Order Canceled/)])
    })

    test('reads account, positions and portfolio', () => {
      expect(seen).toMatchObject({
        netLiquidation: expect.any(Number),
        cash: 1_000_000,
        positions: { AAPL: [300, 101.25], KO: [-200, 55.5] },
        portfolio: { AAPL: expect.any(Number), KO: expect.any(Number) },
      })
      const { AAPL, KO } = seen['portfolio'] as { AAPL: number; KO: number }
      expect(seen['netLiquidation']).toBeCloseTo(1_000_000 + AAPL + KO, 1)
      expect(KO).toBeLessThan(0)
    })

    test('reads contracts, quotes and history', () => {
      expect(seen).toMatchObject({
        conId: 265598,
        minTick: 0.01,
        increment: 0.01,
        liquidHours: '20260105:0930-20260105:1600',
        dailyBars: [60, expect.stringMatching(/^2025-/), expect.any(Number)],
        minuteBars: [60, '2026-01-02T20:00:00+00:00'],
      })
      for (const [bid, ask] of [seen['quote'], seen['snapshot']] as [number, number][]) {
        expect(bid).toBeGreaterThan(0)
        expect(ask).toBeGreaterThan(bid)
      }
    })

    test('sees an order fill with its commission, cancels another, asks what a third would do', () => {
      expect(seen).toMatchObject({
        fill: { shares: 30, commission: expect.any(Number), permId: expect.any(Number) },
        whatIf: [expect.any(Number), expect.any(Number), 'PreSubmitted'],
        openAfter: 0,
        completed: ['Cancelled', 'Filled'],
      })
      const fill = seen['fill'] as { price: number; commission: number; log: string[] }
      expect(fill.commission).toBeGreaterThan(0)
      expect(fill.price).toBeGreaterThan(0)
      expect(fill.log.at(-1)).toBe('Filled')
    })
  },
)

function whatIsMissing(): string | undefined {
  const check = spawnSync(PYTHON, [SCRIPT, '--check'], { env, encoding: 'utf8' })
  if (check.error !== undefined) return `skipped: ${PYTHON} is not here`
  if (check.status === 0) return undefined
  const reason = check.stderr.trim().split('\n').at(-1) ?? ''
  return `skipped: ${reason}; set BALLAST_IB_ASYNC_PATH`
}

interface Gateway {
  readonly port: number
  /** Closes its standard input, on which it ends; resolves with its exit code. */
  end(): Promise<unknown>
}

/** `ballast gateway` as a user starts it, in a process of its own. */
async function ballastGateway({
  seed,
  universeFile,
  positionsFile,
}: GatewayOptions): Promise<Gateway> {
  const flags = ['--port', '0', '--seed', String(seed), '--universe', universeFile ?? '', '--positions', positionsFile ?? ''] // prettier-ignore
  const args = ['src/cli/main.ts', 'gateway', '--json', '--until-stdin-closes', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const [line] = await Promise.race([once(child.stdout, 'data'), exited])
  const { port } = JSON.parse(String(line)) as { readonly port: number }
  return {
    port,
    async end() {
      child.stdin.end()
      const [code] = await exited
      return code
    },
  }
}

/** Runs the script to its end. */
async function session(port: number): Promise<Record<string, unknown>> {
  const child = spawn(PYTHON, [SCRIPT, String(port)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, problems] = ['', '']
  child.stdout.on('data', (chunk) => (out += String(chunk)))
  child.stderr.on('data', (chunk) => (problems += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`ib_async: ${problems}`)
  return JSON.parse(out) as Record<string, unknown>
}
