/**
 * Frames of the TWS wire: a four-byte big-endian length, then that many bytes of text in which
 * every field ends with NUL.
 *
 * TCP knows no frames: one segment may hold several, or a byte of one. The reader keeps what is
 * incomplete and holds at most one frame of `limit` bytes more than a segment, whatever a client
 * sends. Layout: IBKR’s EClientSocket and `EMessage`.
 */
import { Buffer } from 'node:buffer'
import { err, ok, type Result } from '#model/result.ts'

/** The longest frame a client may send. The largest real one, an order with conditions, is under 4 kB. */
export const LONGEST_REQUEST = 65_536

/** What a client sends before its first frame, to say that it speaks frames at all (v100 and later). */
export const PREAMBLE = Buffer.from('API\0', 'latin1')

const LENGTH_BYTES = 4

/** A frame holding these fields, ready for the socket. */
export function frameOf(fields: readonly string[]): Buffer {
  const clean = fields.some((field) => field.includes('\0'))
    ? fields.map((field) => field.replaceAll('\0', ' '))
    : fields
  const text = `${clean.join('\0')}\0`
  const length = Buffer.byteLength(text, 'utf8')
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + length)
  frame.writeUInt32BE(length, 0)
  frame.write(text, LENGTH_BYTES, length, 'utf8')
  return frame
}

/** Bytes behind their length. */
export function framed(payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + payload.length)
  frame.writeUInt32BE(payload.length, 0)
  payload.copy(frame, LENGTH_BYTES)
  return frame
}

/**
 * The fields of a frame's payload; the last NUL ends the last field. A payload that lacks it (the
 * version range a client opens with) is one field.
 */
export function fieldsOf(payload: Buffer): readonly string[] {
  const fields = payload.toString('utf8').split('\0')
  if (fields.at(-1) === '') fields.pop()
  return fields
}

/** Reads one connection's bytes, from its preamble on. */
export interface FrameReader {
  /**
   * Takes what arrived.
   *
   * @returns the payloads that are now whole, in order; or what is wrong, after which the
   *   connection cannot be understood any more
   */
  push(chunk: Buffer): Result<readonly Buffer[]>
}

/**
 * A reader at the start of a connection.
 *
 * @param limit - the longest payload, bytes; 0 is refused as well
 */
export function frameReader(limit: number = LONGEST_REQUEST): FrameReader {
  let pending: Buffer = Buffer.alloc(0)
  let greeted = false

  function push(chunk: Buffer): Result<readonly Buffer[]> {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    if (!greeted) {
      if (!startsLikePreamble(pending)) return err('the connection does not begin with API\\0')
      if (pending.length < PREAMBLE.length) return ok([])
      pending = pending.subarray(PREAMBLE.length)
      greeted = true
    }
    return wholeFrames()
  }

  function wholeFrames(): Result<readonly Buffer[]> {
    const payloads: Buffer[] = []
    while (pending.length >= LENGTH_BYTES) {
      const length = pending.readUInt32BE(0)
      if (length === 0 || length > limit)
        return err(`a frame of ${length} bytes, expected 1 to ${limit}`)
      if (pending.length < LENGTH_BYTES + length) break
      payloads.push(pending.subarray(LENGTH_BYTES, LENGTH_BYTES + length))
      pending = pending.subarray(LENGTH_BYTES + length)
    }
    return ok(payloads)
  }

  return { push }
}

function startsLikePreamble(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PREAMBLE.length)
  return bytes.subarray(0, length).equals(PREAMBLE.subarray(0, length))
}
