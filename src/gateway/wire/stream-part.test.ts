import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { depthChangeArbitrary } from '#test/support/any-depth.ts'
import * as fc from 'fast-check'
import { marketDepthL2 } from '#gateway/messages/outgoing/depth.ts'
import { tickPrice, tickString } from '#gateway/messages/outgoing/market-data.ts'
import { textsOf } from '#gateway/wire/field.ts'
import { frameOf } from '#gateway/wire/frame.ts'
import { framesOf, streamPart } from '#gateway/wire/stream-part.ts'

test('a part with a request id is the very frame that the message is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1, max: 2 ** 31 - 1 }),
      depthChangeArbitrary,
      (reqId, change) => {
        const message = marketDepthL2(reqId, change, true)
        const part = streamPart(marketDepthL2(0, change, true))
        expect(framesOf([{ reqId, part }])).toEqual(frameOf(textsOf(message)))
        expect(textsOf(part.message(reqId))).toEqual(textsOf(message))
      },
    ),
  )
})

test('several leave as one run of bytes, long ones too', () => {
  const parts = [
    { reqId: 7, part: streamPart(tickPrice(0, 1, '190.24', '300', 1)) },
    { reqId: 8, part: streamPart(tickString(0, 47, 'x'.repeat(70_000))) },
  ]
  const frames = [tickPrice(7, 1, '190.24', '300', 1), tickString(8, 47, 'x'.repeat(70_000))]
  expect(framesOf(parts).equals(Buffer.concat(frames.map((of) => frameOf(textsOf(of)))))).toBe(true)
})

test('text beyond ASCII is not plain', () => {
  expect(streamPart(tickString(0, 47, 'Société')).isPlain).toBe(false)
  expect(streamPart(tickString(0, 47, 'Societe')).isPlain).toBe(true)
})
