/** The world as the command line sees it, passed in so that a verb can be run in a test as it is. */
import { createInterface } from 'node:readline/promises'
import { inkFor, type Ink } from '#cli/render/ink.ts'

export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Absolute; where a person's relative paths start. */
  readonly workingFolder: string
  /** Somebody can be asked and can see progress. */
  readonly interactive: boolean
  /** Colour for standard output. */
  readonly ink: Ink
  /** Standard output: the answer. */
  out(text: string): void
  /** Standard error: what went wrong, progress of a `--json` verb, notes. */
  note(text: string): void
  /** Standard output when a terminal: replaced by the next call, gone on `''`. Elsewhere nothing. */
  status(text: string): void
  /** Asks on the terminal. Only when interactive. */
  ask(question: string): Promise<string>
  /** Ctrl-C, SIGTERM and the end of the terminal, until released. */
  onInterrupt(listener: () => void): () => void
  /** An exception or a rejection that nobody caught, until released. */
  onCrash(listener: (error: Error) => void): () => void
  /** Ends the process at once. */
  exit(code: number): void
}

/** The process's own streams, signals and environment. */
export function processContext(): CliContext {
  const { stdout, stderr, stdin, env } = process
  const interactive = stdout.isTTY && stdin.isTTY
  let shown = false
  const clear = () => {
    if (shown) stdout.write('\r\u001b[2K')
    shown = false
  }
  return {
    environment: env,
    workingFolder: process.cwd(),
    interactive,
    ink: inkFor(stdout, env),
    out: (text) => {
      clear()
      stdout.write(`${text}\n`)
    },
    note: (text) => {
      clear()
      stderr.write(`${text}\n`)
    },
    status: (text) => {
      if (!stdout.isTTY) return
      clear()
      if (text === '') return
      stdout.write(text)
      shown = true
    },
    ask: async (question) => {
      const terminal = createInterface({ input: stdin, output: stderr })
      try {
        return await terminal.question(question)
      } finally {
        terminal.close()
      }
    },
    onInterrupt: (listener) => {
      for (const signal of INTERRUPTS) process.on(signal, listener)
      return () => {
        for (const signal of INTERRUPTS) process.off(signal, listener)
      }
    },
    onCrash: (listener) => {
      const heard = (thrown: unknown) =>
        listener(thrown instanceof Error ? thrown : new Error(String(thrown)))
      process.on('uncaughtException', heard)
      process.on('unhandledRejection', heard)
      return () => {
        process.off('uncaughtException', heard)
        process.off('unhandledRejection', heard)
      }
    },
    exit: (code) => process.exit(code),
  }
}

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
