/**
 * Runs `drive.py`: asks which steps there are, whether the client is installed, and takes a client
 * through the steps.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { SteppedGateway } from '#test/clients/scenario.ts'

const PYTHON = process.env['BALLAST_PYTHON'] ?? 'python3'
const SCRIPT = 'test/clients/drive.py'

/** What became of one step. */
export interface Verdict {
  readonly step: string
  readonly ok: boolean
  readonly detail: unknown
  readonly seconds: number
}

/** A session as far as it came. */
export interface Told {
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** Why it broke off before its last step; empty where it did not. */
  readonly broke: string
}

/** A client of the gateway that is written in Python. */
export interface PythonClient {
  readonly name: 'ib_async' | 'ibapi'
  /** Put on Python's path as it is; undefined: the client is installed. */
  readonly path: string | undefined
}

/** The version that can be imported, or why none can. */
export function installed(client: PythonClient): { version: string } | { missing: string } {
  const check = run(client, '--check')
  if (check.error !== undefined) return { missing: `${PYTHON} is not here` }
  if (check.status === 0) return { version: check.stdout.trim() }
  return { missing: check.stderr.trim().split('\n').at(-1) ?? '' }
}

/** The names of all steps, in their order; none where there is no Python. */
export function stepNames(client: PythonClient): readonly string[] {
  const list = run(client, '--list')
  return list.status === 0 ? (JSON.parse(list.stdout) as string[]) : []
}

/**
 * Takes the client through every step of a running gateway.
 *
 * @param only - a regular expression of Python's: the steps whose names it matches; absent: all
 * @param tell - hears of each verdict as it falls
 */
export async function driveThrough(
  client: PythonClient,
  gateway: SteppedGateway,
  { only = '', tell = () => {} }: { only?: string; tell?: (verdict: Verdict) => void } = {},
): Promise<Told> {
  const { port, controlPort, tokenFile } = gateway
  const args = [SCRIPT, client.name, String(port), String(controlPort), tokenFile, only]
  const child = spawn(PYTHON, args, { env: environment(client), stdio: 'pipe' })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let problems = ''
  child.stderr.on('data', (chunk) => (problems += String(chunk)))
  const verdicts = new Map<string, Verdict>()
  for await (const line of createInterface({ input: child.stdout })) {
    const verdict = JSON.parse(line) as Verdict
    verdicts.set(verdict.step, verdict)
    tell(verdict)
  }
  const code = await ended
  return { verdicts, broke: code === 0 ? '' : `exit code ${String(code)}: ${problems}` }
}

function run(client: PythonClient, action: string) {
  return spawnSync(PYTHON, [SCRIPT, client.name, action], {
    env: environment(client),
    encoding: 'utf8',
  })
}

function environment({ path }: PythonClient): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    ...(path === undefined ? {} : { PYTHONPATH: path }),
  }
}
