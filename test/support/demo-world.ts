/**
 * A person's machine in small: a folder with configuration and inputs, a simulated IB Gateway in a
 * process of its own, and the command line run as processes. For end-to-end tests.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { writeConfig, writeInputs, DEMO_ACCOUNT } from '#cli/demo/folder.ts'
import { startGatewayProcess, type GatewayProcess } from '#cli/demo/gateway-process.ts'
import { demoNames } from '#cli/demo/names.ts'
import { demoPortfolio } from '#cli/demo/portfolio.ts'
import { openMarket } from '#gateway/market.ts'
import { scratchFolder } from '#test/support/scratch.ts'

export interface DemoWorld {
  readonly folder: string
  readonly config: string
  readonly stateFolder: string
  readonly gateway: GatewayProcess
}

/** Call inside a test: gateway and folder end with it. */
export async function demoWorld(seed = 1): Promise<DemoWorld> {
  const folder = scratchFolder()
  const { market, startAt } = await openMarket({ seed, market: 'synthetic' })
  const names = demoNames(market, startAt, new Map(), seed)
  const portfolio = demoPortfolio(names, seed)
  const { positionsFile, universeFile } = writeInputs(folder, names, portfolio)
  const gateway = await startGatewayProcess(
    [
      '--port=0',
      `--account=${DEMO_ACCOUNT}`,
      `--seed=${seed}`,
      '--market=synthetic',
      `--cash=${portfolio.cash}`,
      `--positions=${positionsFile}`,
      `--universe=${universeFile}`,
    ],
    () => {},
  )
  onTestFinished(() => gateway.close())
  return {
    folder,
    config: writeConfig(folder, gateway, true),
    stateFolder: `${folder}/state`,
    gateway,
  }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts `ballast WORDS` in `folder`, telling each line of its standard output as it comes. */
export function ballast(
  folder: string,
  words: readonly string[],
  onLine: (line: string) => void = () => {},
): Running {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [main, ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err]: [string[], string[]] = [[], []]
  createInterface({ input: child.stdout }).on('line', (line) => {
    out.push(line)
    onLine(line)
  })
  createInterface({ input: child.stderr }).on('line', (line) => err.push(line))
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: out.join('\n'), stderr: err.join('\n') }),
    )
  })
  return { child, ended }
}
