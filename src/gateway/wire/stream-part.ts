/**
 * Messages that many clients hear, encoded once: everything but the request id.
 *
 * A stream of quotes is the same text to every client but for one field. Each change is turned into text once;
 * what a client gets is its request id in between, and one run of bytes for all that a moment brought.
 */
import { Buffer } from 'node:buffer'
import type { Message } from '#gateway/wire/field.ts'
import { valueWithEnds } from '#gateway/wire/written.ts'

/** One message without its request id. */
export interface StreamPart {
  /** The fields before the request id, each with its NUL. */
  readonly head: string
  /** The fields after it. */
  readonly tail: string
  /** Whether a character takes a byte: only then can lengths be counted before encoding. */
  readonly isPlain: boolean
  /** The message as others see it: for faults, logs and slow ways. */
  message(reqId: number): Message
}

/** A part and whom it is for. */
export interface AddressedPart {
  readonly reqId: number
  readonly part: StreamPart
}

/** @param message - with any request id, in a field of that name */
export function streamPart(message: Message): StreamPart {
  let head = ''
  let tail = ''
  let past = false
  for (const name in message) {
    const value = message[name]
    if (name === 'reqId') past = true
    else if (value === undefined) continue
    else if (past) tail += valueWithEnds(value)
    else head += valueWithEnds(value)
  }
  return {
    head,
    tail,
    isPlain: PLAIN.test(tail),
    message: (reqId) => ({ ...message, reqId }),
  }
}

// oxlint-disable-next-line no-control-regex -- NUL ends a field
const PLAIN = /^[\0-\x7f]*$/

/** The frames of plain parts, in order, as one run of bytes. */
export function framesOf(parts: readonly AddressedPart[]): Buffer {
  let text = ''
  for (const { reqId, part } of parts) {
    const id = String(reqId)
    text += lengthText(part.head.length + id.length + 1 + part.tail.length)
    text += part.head + id + '\0' + part.tail
  }
  return Buffer.from(text, 'latin1')
}

/** Four bytes, the most significant first, each a character of Latin-1. */
function lengthText(length: number): string {
  const known = LENGTHS[length]
  if (known !== undefined) return known
  return String.fromCharCode((length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255) // prettier-ignore
}

/** Ticks are short. */
const LENGTHS: readonly string[] = Array.from({ length: 256 }, (_, length) =>
  String.fromCharCode(0, 0, 0, length),
)
