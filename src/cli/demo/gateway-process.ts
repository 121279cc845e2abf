/**
 * The demo's gateway: a process of its own, that ends when we do, however we end: it reads its
 * standard input, which closes with us.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { CliError } from '#cli/exit-codes.ts'
import type { DemoGateway } from '#cli/demo/folder.ts'

export interface GatewayProcess extends DemoGateway {
  /** Ends it and waits until it has. */
  close(): Promise<void>
}

/** Reading sixteen years of bars takes seconds; a minute is a fault. */
const READY_WITHIN_MS = 60_000
/** A gateway that does not end by itself is killed after this. */
const ENDS_WITHIN_MS = 3_000

const READY = z.object({
  ready: z.literal(true),
  host: z.string(),
  port: z.number(),
  clockOffsetMs: z.number(),
})

/**
 * @param words - of the `gateway` verb, without its name
 * @param onNote - what it says on standard error
 * @throws CliError when it ends or says nothing before it listens
 */
export async function startGatewayProcess(
  words: readonly string[],
  onNote: (text: string) => void,
): Promise<GatewayProcess> {
  const main = fileURLToPath(import.meta.resolve('#cli/main.ts'))
  const command = [...process.execArgv, main, 'gateway', '--json', '--until-stdin-closes', ...words]
  // A group of its own: Ctrl-C at the terminal is for us; we end it when we are done with it.
  const child = spawn(process.execPath, command, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  createInterface({ input: child.stderr }).on('line', onNote)
  try {
    const { host, port, clockOffsetMs } = await readyLineOf(child)
    return { host, port, clockOffsetMs, close: () => ended(child) }
  } catch (error) {
    await ended(child)
    throw error
  }
}

function readyLineOf(child: ChildProcess): Promise<z.infer<typeof READY>> {
  const { promise, resolve, reject } = Promise.withResolvers<z.infer<typeof READY>>()
  const fail = (why: string) => reject(new CliError(`the simulated gateway ${why}`))
  const timer = setTimeout(() => fail(`did not listen within ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS) // prettier-ignore
  child.once('error', (error) => fail(`could not be started: ${error.message}`))
  child.once('exit', (code) => fail(`ended before it listened (exit code ${code ?? 'none'})`))
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).once('line', (line) => {
      const ready = READY.safeParse(parsed(line))
      if (ready.success) resolve(ready.data)
      else fail(`said "${line.slice(0, 80)}", expected its ready line`)
    })
  return promise.finally(() => clearTimeout(timer))
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS)
    child.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    child.stdin?.end()
  })
}
