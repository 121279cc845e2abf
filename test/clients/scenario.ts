/**
 * The market that every independent client is driven through, and the gateway that serves it: all four
 * asset classes, an index, a fund, a few holdings; a stepped clock, so that a session of hours takes seconds.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
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
].flat()

export interface SteppedGateway {
  readonly port: number
  /** Venue time at the start, `2026-01-05T15:00:00.000Z`. */
  readonly startsAt: string
  /** Sends one line on its standard input and resolves with its answer. */
  command(line: string): Promise<string>
  /** Closes its standard input, on which it ends; resolves with its exit code. */
  end(): Promise<unknown>
}

/** `ballast gateway` as a user starts it, in a process of its own. */
export async function startScenario(): Promise<SteppedGateway> {
  const args = ['src/cli/main.ts', 'gateway', '--json', '--until-stdin-closes', ...SCENARIO]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const nextLine = async () => {
    const ended = exited.then(([code]) => {
      throw new Error(`the gateway ended with exit code ${code}`)
    })
    const [line] = await Promise.race([once(lines, 'line'), ended])
    return String(line)
  }
  const { port, venueTime } = JSON.parse(await nextLine()) as { port: number; venueTime: string }
  return {
    port,
    startsAt: venueTime,
    async command(line) {
      const answer = nextLine()
      child.stdin.write(`${line}\n`)
      return await answer
    },
    async end() {
      child.stdin.end()
      const [code] = await exited
      return code
    },
  }
}
