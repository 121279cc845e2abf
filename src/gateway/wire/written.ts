/**
 * Messages that are text before anybody asks for their fields.
 *
 * What is told often, or many times over, is written out at once; its fields have names again only where a fault, the
 * log or a link that is down looks at them. Several that leave together are one run of bytes.
 */
import { Buffer } from 'node:buffer'
import { textOf, type Field, type Group, type Message } from '#gateway/wire/field.ts'

export interface Written {
  /** Its fields in wire order, each with its NUL. */
  readonly text: string
  /** The message as others see it. */
  message(): Message
}

/** A message, written out. */
export const written = (message: Message): Written => ({
  text: textWithEnds(message),
  message: () => message,
})

/** The fields of a message, groups flattened in order, each with its NUL. */
export function textWithEnds(message: Group): string {
  let text = ''
  for (const name in message) {
    const value = message[name]
    if (value !== undefined) text += valueWithEnds(value)
  }
  return text
}

/** A field with the NUL that ends it, and none before; a group's fields likewise. */
export function valueWithEnds(value: Field | readonly Group[]): string {
  if (typeof value === 'object') return value.map(textWithEnds).join('')
  const text = textOf(value)
  return text.includes('\0') ? `${text.replaceAll('\0', ' ')}\0` : `${text}\0`
}

const LENGTH_BYTES = 4

/** The frames of messages, in order, as one run of bytes. */
export function framesOfWritten(messages: readonly Pick<Written, 'text'>[]): Buffer {
  let size = 0
  for (const { text } of messages) size += LENGTH_BYTES + Buffer.byteLength(text, 'utf8')
  const frames = Buffer.allocUnsafe(size)
  let at = 0
  for (const { text } of messages) {
    const from = at + LENGTH_BYTES
    const length = frames.write(text, from, 'utf8')
    frames.writeUInt32BE(length, at)
    at = from + length
  }
  return frames
}
