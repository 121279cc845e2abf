import { Buffer } from 'node:buffer'
import { array, assert, integer, property, string, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_REQUEST, PREAMBLE, fieldsOf, frameOf, frameReader } from '#gateway/wire/frame.ts'

test('frames survive any split of the stream', () => {
  assert(
    property(
      array(array(string({ maxLength: 12 }), { minLength: 1, maxLength: 5 }), { maxLength: 6 }),
      array(integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
      (messages, cuts) => {
        const clean = messages.map((fields) => [...fields.map((text) => text.replaceAll('\0', ' ')), 'end']) // prettier-ignore
        const stream = Buffer.concat([PREAMBLE, ...clean.map((fields) => frameOf(fields))])
        expect(readIn(stream, cuts)).toEqual(clean)
      },
    ),
    { numRuns: 200 },
  )
})

test('garbage is refused or awaited, never thrown at us', () => {
  assert(
    property(array(uint8Array({ maxLength: 40 })), (chunks) => {
      const reader = frameReader()
      for (const chunk of chunks) if (!reader.push(Buffer.from(chunk)).ok) break
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['no preamble', Buffer.from('GET / HTTP/1.1\r\n'), 'does not begin'],
  ['a preamble that goes wrong later', Buffer.from('APX'), 'does not begin'],
  ['a frame of no bytes', withLength(0), '0 bytes'],
  ['a frame longer than the limit', withLength(LONGEST_REQUEST + 1), 'expected 1 to'],
  ['a length that is text', Buffer.concat([PREAMBLE, Buffer.from('HELO')]), 'expected 1 to'],
])('%s is refused', (_situation, bytes, reason) => {
  expect(frameReader().push(bytes)).toEqual({ ok: false, error: expect.stringContaining(reason) })
})

test('a NUL inside a field cannot end it', () => {
  expect(fieldsOf(frameOf(['a\0b', 'c']).subarray(4))).toEqual(['a b', 'c'])
})

test('an empty last field is kept', () => {
  expect(fieldsOf(frameOf(['1', '']).subarray(4))).toEqual(['1', ''])
})

/** Reads a stream in pieces of the given sizes, over and over. */
function readIn(stream: Buffer, sizes: readonly number[]): (readonly string[])[] {
  const reader = frameReader()
  const read: (readonly string[])[] = []
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    const frames = reader.push(stream.subarray(at, at + size))
    if (!frames.ok) throw new Error(frames.error)
    read.push(...frames.value.map((payload) => fieldsOf(payload)))
    at += size
  }
  return read
}

function withLength(length: number): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(length)
  return Buffer.concat([PREAMBLE, prefix])
}
