/**
 * The market that every independent client is driven through, and the gateway that serves it: all four
 * asset classes, an index, a fund, a few holdings; a stepped clock, so that a session of hours takes seconds.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = (name: string) => fileURLToPath(new URL(`scenario/${name}`, import.meta.url))

/** Command-line arguments of `ballast gateway`. */
const SCENARIO = [
  ['--port', '0'],
  ['--seed', '11'],
  ['--clock', 'stepped'],
  ['--universe', file('universe.csv')],
  ['--positions', file('positions.csv')],
  ['--cash', '1000000'],
  ['--market-data-subscriptions', 'all,AMEX=none'],
  ['--control-port', '0'],
].flat()

export interface SteppedGateway {
  readonly port: number
  readonly controlPort: number
  /** The control port's token. */
  readonly tokenFile: string
  /** Closes its standard input, on which it ends; resolves with its exit code. */
  end(): Promise<unknown>
}

/** `ballast gateway` as a user starts it, in a process of its own. */
export async function startScenario(): Promise<SteppedGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-clients-'))
  const tokenFile = join(folder, 'token')
  const flags = [...SCENARIO, '--control-token', tokenFile]
  const args = ['src/cli/main.ts', 'gateway', '--json', '--until-stdin-closes', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const died = exited.then(([code]) => {
    throw new Error(`the gateway ended with exit code ${String(code)}`)
  })
  died.catch(() => {}) // heard of in the race, or by whoever asks for the exit code
  const [line] = await Promise.race([once(child.stdout, 'data'), died])
  const { port, controlPort } = JSON.parse(String(line)) as { port: number; controlPort: number }
  return {
    port,
    controlPort,
    tokenFile,
    async end() {
      child.stdin.end()
      const [code] = await exited
      rmSync(folder, { recursive: true, force: true })
      return code
    },
  }
}
