/** Runs one tool of the repository to its end and hands back what it said. */
import { spawn, type ChildProcess } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json. */
export const ROOT: string = fileURLToPath(new URL('..', import.meta.url))

export interface Ended {
  /** 0 is success; a tool that a signal ended, or that could not start, counts as 1. */
  readonly exitCode: number
  /** Standard output and standard error as they came. */
  readonly output: string
}

const running = new Set<ChildProcess>()

/**
 * Runs a tool of `node_modules/.bin` or of the machine, with this Node first on the path.
 *
 * @param env - added to this process's environment; undefined takes a variable away
 */
export function runTool(
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  const child = spawn(tool, args, {
    cwd: ROOT,
    env: { ...process.env, PATH: pathWithOurNode(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  return new Promise((resolve) => {
    const end = (exitCode: number, reason = '') => {
      running.delete(child)
      resolve({ exitCode, output: Buffer.concat(said).toString('utf8') + reason })
    }
    child.on('error', (error) => end(1, `cannot run ${tool}: ${error.message}\n`))
    child.on('close', (code, signal) => end(code ?? 1, signal === null ? '' : `${tool}: ${signal}`))
  })
}

/** Asks every tool that still runs to end. */
export function endTools(): void {
  for (const child of running) child.kill('SIGTERM')
}

function pathWithOurNode(): string {
  const inherited = process.env['PATH'] ?? ''
  return [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), inherited].join(delimiter)
}
