import { Buffer } from 'node:buffer'
import {
  array,
  assert,
  boolean,
  constant,
  double,
  oneof,
  property,
  record,
  string,
} from 'fast-check'
import { expect, test } from 'vitest'
import { textsOf, type Message } from '#gateway/wire/field.ts'
import { frameOf } from '#gateway/wire/frame.ts'
import { framesOfWritten, written } from '#gateway/wire/written.ts'

const field = oneof(string(), boolean(), double({ noNaN: true, noDefaultInfinity: true }), constant('é\0ü')) // prettier-ignore

test('what is written out is what the fields would be, frame by frame', () => {
  const message = record({ msgId: constant(5), first: field, rows: array(record({ a: field, b: field }), { maxLength: 3 }), last: field }) // prettier-ignore
  assert(
    property(array(message, { maxLength: 4 }), (messages: readonly Message[]) => {
      const whole = Buffer.concat(messages.map((one) => frameOf(textsOf(one))))
      expect(framesOfWritten(messages.map(written))).toEqual(whole)
    }),
    { numRuns: 200 },
  )
})
