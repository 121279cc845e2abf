import { Buffer } from 'node:buffer'
import {
  array,
  assert,
  constantFrom,
  integer,
  nat,
  oneof,
  property,
  record,
  string,
  tuple,
  uint8Array,
} from 'fast-check'
import { expect, test } from 'vitest'
import { INCOMING, NOT_SIMULATED } from '#gateway/messages/message-ids.ts'
import { frameOf, framed } from '#gateway/wire/frame.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'
import { hello, newWire, smallDesk, startedClient } from '#test/support/wire-client.ts'

/** Field texts that clients send, and some that none does. */
const anyField = oneof(
  constantFrom(
    '',
    '0',
    '1',
    '-1',
    '2',
    '100',
    '265598',
    'AAPL',
    'STK',
    'SMART',
    'USD',
    'DU1234567',
  ),
  constantFrom(
    '1.7976931348623157e+308',
    '2147483647',
    '1e309',
    'NaN',
    '-0',
    '99999999999999999999',
  ),
  constantFrom(
    '1 day',
    '1 D',
    'TRADES',
    '20260102 16:00:00 US/Eastern',
    'BAG',
    'LMT',
    'GTD',
    '\u{1f4b8}',
  ),
  string({ maxLength: 8 }),
)

const knownId = constantFrom(...Object.values(INCOMING), ...NOT_SIMULATED.keys()).map(String)

/** A known message with any fields. */
const anyRequest = tuple(knownId, array(anyField, { maxLength: 24 })).map(([id, fields]) =>
  frameOf([id, ...fields]),
)

/** An order with some fields replaced, and perhaps one lost. */
const anyOrder = record({
  changes: array(tuple(nat(113), anyField), { maxLength: 4 }),
  lost: oneof(constantFrom(-1), nat(113)),
}).map(({ changes, lost }) => {
  const fields = placeOrderFields({ orderId: '1' })
  for (const [i, text] of changes) if (i > 0) fields[i] = text
  return frameOf(fields.filter((_, i) => i !== lost || i === 0))
})

/** Bytes in a frame that is well formed, and bytes in none. */
const anyFrame = uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => framed(Buffer.from(bytes))) // prettier-ignore
const anyBytes = uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))

const SEED = 20_260_105

test('whatever one client sends, the gateway stands and another client is served', () => {
  const desk = smallDesk()
  const witness = startedClient(desk, 1)
  witness.placeOrder({ orderId: '1', lmtPrice: '1.5', tif: 'GTC', orderRef: 'witness' })
  witness.heard()
  let id = 2
  assert(
    property(
      array(oneof(anyRequest, anyRequest, anyRequest, anyOrder, anyFrame), {
        minLength: 1,
        maxLength: 12,
      }),
      integer({ min: 1, max: 200 }),
      (frames, step) => {
        const garbler = startedClient(desk, (id += 1))
        const bytes = Buffer.concat(frames)
        for (let at = 0; at < bytes.length; at += step)
          garbler.sayBytes(bytes.subarray(at, at + step))
        garbler.heard()
        garbler.leave()
        desk.advance(desk.venue.now + 1)
        witness.say(49, 1)
        expect(witness.heardOf(49)).toHaveLength(1)
      },
    ),
    { numRuns: 1200, seed: SEED },
  )
  expect(witness.ended()).toBeUndefined()
  expect(desk.sessions.size).toBe(1)
})

test('bytes that are no frames end their connection, or wait for more; none is thrown at us', () => {
  const desk = smallDesk()
  const witness = startedClient(desk, 1)
  assert(
    property(array(anyBytes, { minLength: 1, maxLength: 8 }), nat(2), (chunks, stage) => {
      const garbler = stage === 0 ? newWire(desk) : startedClient(desk, 9)
      if (stage === 1) garbler.sayBytes(hello())
      for (const chunk of chunks) garbler.sayBytes(chunk)
      garbler.leave()
      witness.say(17, 1)
      expect(witness.heardOf(15)).toHaveLength(1)
    }),
    { numRuns: 500, seed: SEED },
  )
})
