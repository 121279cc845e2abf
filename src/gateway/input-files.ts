/** Reads the files a person named on the command line. */
import { GatewayError } from '#gateway/options.ts'
import { readFile } from 'node:fs/promises'

/** @throws GatewayError `unreadable`, saying which file and why */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GatewayError('unreadable', `cannot read ${path}: ${reason}`, { cause })
  }
}
