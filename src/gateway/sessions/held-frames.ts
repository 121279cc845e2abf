/**
 * Frames that are kept back from a client, in order. How many bytes they are is counted as they come: it is asked for
 * with every frame, and thousands may be held.
 */
import { Buffer } from 'node:buffer'

export interface HeldFrames {
  /** Of all that are held. */
  readonly bytes: number
  add(frame: Buffer): void
  /** All that were held, in one piece, which are held no more; undefined for none. */
  take(): Buffer | undefined
}

/** @returns none */
export function heldFrames(): HeldFrames {
  let frames: Buffer[] = []
  let bytes = 0
  return {
    get bytes() {
      return bytes
    },
    add(frame) {
      frames.push(frame)
      bytes += frame.length
    },
    take() {
      const whole = frames.length === 0 ? undefined : Buffer.concat(frames, bytes)
      frames = []
      bytes = 0
      return whole
    },
  }
}
