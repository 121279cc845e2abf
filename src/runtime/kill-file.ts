/**
 * The kill switch that needs no program of ours: a file named `HALT` in the state folder. Present,
 * or not to be told apart from present, is halt. Deleting it releases nothing.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'

export const KILL_FILE = 'HALT'
/** A stat of one file costs microseconds; half a second is faster than a person. */
const LOOK_EVERY_MS = 500

/**
 * Looks for the file now and then; tells once.
 *
 * @returns after the first look: stops looking
 */
export async function watchKillFile(
  stateFolder: string,
  onHalt: (reason: string) => void,
): Promise<() => void> {
  const path = join(stateFolder, KILL_FILE)
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const look = async (): Promise<void> => {
    const reason = await reasonToHalt(path)
    if (stopped) return
    if (reason !== undefined) return onHalt(reason)
    timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref()
  }
  await look()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

/** Undefined only where the file is surely not there. */
async function reasonToHalt(path: string): Promise<string | undefined> {
  try {
    await stat(path)
    return `the kill-switch file ${path} is there`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOENT' ? undefined : `the kill-switch file ${path} cannot be looked for: ${String(error)}` // prettier-ignore
  }
}
