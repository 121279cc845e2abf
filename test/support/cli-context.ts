/** A command line without a terminal or a process: what a verb printed, and a Ctrl-C to send it. */
import type { CliContext } from '#cli/context.ts'
import { PLAIN } from '#cli/render/ink.ts'

export interface RecordedContext extends CliContext {
  readonly printed: readonly string[]
  readonly noted: readonly string[]
  /** Sends Ctrl-C to whoever listens. */
  interrupt(): void
}

/**
 * @param workingFolder - where relative paths start
 * @param answers - what a person types, in order; given: interactive
 */
export function recordedContext(workingFolder: string, answers?: string[]): RecordedContext {
  const printed: string[] = []
  const noted: string[] = []
  const listeners = new Set<() => void>()
  return {
    printed,
    noted,
    environment: {},
    workingFolder,
    interactive: answers !== undefined,
    ink: PLAIN,
    out: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    status: () => {},
    ask: () => Promise.resolve(answers?.shift() ?? ''),
    onInterrupt: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onCrash: () => () => {},
    exit: (code) => {
      throw new Error(`the process would have ended with ${code}`)
    },
    interrupt: () => {
      for (const listener of listeners) listener()
    },
  }
}
