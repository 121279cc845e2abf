/**
 * A recorded session: every byte of every connection, both ways, in order, as lines of JSON.
 *
 * The first line names the format; each further line is one piece of one connection, its bytes in base64, with
 * venue and wall time. What was recorded can be served again to a client, byte for byte.
 */
import { Buffer } from 'node:buffer'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { GatewayError } from '#gateway/options.ts'
import { err, ok, type Result } from '#model/result.ts'
import { isoInstantOf, type EpochMs } from '#model/time.ts'

export const RECORDING_FORMAT = 'ballast-recording 1'

/** One piece of a recorded connection. */
export interface RecordedPiece {
  /** Connections are numbered as they came, from 1. */
  readonly connection: number
  readonly direction: 'in' | 'out'
  readonly bytes: Buffer
}

export interface Recorder {
  piece(connection: number, direction: 'in' | 'out', bytes: Buffer, at: EpochMs): void
  /** Resolves when everything is on disk. */
  close(): Promise<void>
}

/** @throws GatewayError `unreadable` when the file cannot be written; an existing one is not overwritten */
export async function recorderTo(file: string): Promise<Recorder> {
  try {
    await (await open(file, 'wx', 0o600)).close()
  } catch (cause) {
    throw new GatewayError('unreadable', `--record: cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}; name a new file in a folder that exists`, { cause }) // prettier-ignore
  }
  const stream = createWriteStream(file, { flags: 'a' })
  stream.write(`${JSON.stringify({ format: RECORDING_FORMAT })}\n`)
  return {
    piece(connection, direction, bytes, at) {
      const wall = isoInstantOf(Date.now())
      const line = { connection, direction, venue: isoInstantOf(at), wall, bytes: bytes.toString('base64') } // prettier-ignore
      stream.write(`${JSON.stringify(line)}\n`)
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        stream.end(() => resolve())
      })
    },
  }
}

const HEADER = z.object({ format: z.literal(RECORDING_FORMAT) })
const PIECE = z.object({
  connection: z.int().min(1),
  direction: z.enum(['in', 'out']),
  bytes: z.base64(),
})

/**
 * @param file - as the person named it, for the messages
 * @returns the pieces in order, or the first line that is none
 */
export function readRecording(text: string, file: string): Result<readonly RecordedPiece[]> {
  const [first = '', ...lines] = text.trimEnd().split('\n')
  if (!HEADER.safeParse(jsonOrNothing(first)).success)
    return err(`${file}:1: expected {"format":"${RECORDING_FORMAT}"}`)
  const pieces: RecordedPiece[] = []
  for (const [i, line] of lines.entries()) {
    const read = PIECE.safeParse(jsonOrNothing(line))
    if (!read.success) {
      const [issue] = read.error.issues
      return err(`${file}:${i + 2} ${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'cannot be read'}`) // prettier-ignore
    }
    const { connection, direction, bytes } = read.data
    pieces.push({ connection, direction, bytes: Buffer.from(bytes, 'base64') })
  }
  return ok(pieces)
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
