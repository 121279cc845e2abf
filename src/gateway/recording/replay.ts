/**
 * One recorded connection, played back: what the client says must be what was said then, and what it hears is,
 * byte for byte, what was heard. The first byte that differs ends it, with the frame it lies in.
 */
import { Buffer } from 'node:buffer'
import type { RecordedPiece } from '#gateway/recording/recording.ts'
import { fieldsOf } from '#gateway/wire/frame.ts'

export interface Playback {
  /** Takes what the client says. @returns what it hears now, or where it differs from the recording */
  receive(chunk: Buffer): PlaybackStep
  /** What is heard before anything is said. */
  begin(): PlaybackStep
}

export type PlaybackStep =
  | { readonly type: 'go-on'; readonly bytes: Buffer; readonly isOver: boolean }
  | { readonly type: 'diverged'; readonly where: string }

/** @param pieces - of one connection, in order */
export function playback(pieces: readonly RecordedPiece[]): Playback {
  let next = 0
  /** Bytes of the piece to come that the client has said. */
  let said = 0
  let heard = 0

  function speak(): Buffer {
    const out: Buffer[] = []
    for (let piece = pieces[next]; piece?.direction === 'out'; piece = pieces[++next])
      out.push(piece.bytes)
    return Buffer.concat(out)
  }

  const step = (): PlaybackStep => ({
    type: 'go-on',
    bytes: speak(),
    isOver: next >= pieces.length,
  })

  return {
    begin: step,
    receive(chunk) {
      const out: Buffer[] = []
      let rest = chunk
      while (rest.length > 0) {
        const piece = pieces[next]
        if (piece === undefined)
          return { type: 'diverged', where: `after the recording's end: ${shown(rest)}` }
        const expected = piece.bytes.subarray(said)
        const length = Math.min(expected.length, rest.length)
        const place = firstDifference(expected, rest, length)
        if (place < length)
          return { type: 'diverged', where: `byte ${heard + place}: heard ${shown(rest.subarray(place))}, recorded ${shown(expected.subarray(place))}` } // prettier-ignore
        said += length
        heard += length
        rest = rest.subarray(length)
        if (said < piece.bytes.length) break
        said = 0
        next += 1
        out.push(speak())
      }
      return { type: 'go-on', bytes: Buffer.concat(out), isOver: next >= pieces.length }
    },
  }
}

function firstDifference(a: Buffer, b: Buffer, length: number): number {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i
  return length
}

/** The fields a piece holds, as far as it can be read. */
const shown = (bytes: Buffer): string => JSON.stringify(fieldsOf(bytes.subarray(0, 60)).join(' '))
