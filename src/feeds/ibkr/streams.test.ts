import { expect, test } from 'vitest'
import type { Quote } from '#marketdata/quote.ts'
import { createStreams } from '#feeds/ibkr/streams.ts'
import type { TwsMessage } from '#tws/messages.ts'
import type { Stream } from '#tws/questions.ts'
import type { TwsSession } from '#tws/session.ts'
import { stock } from '#test/support/engine-world.ts'

const BID = 1
const ASK = 2
const VOLUME = 8

test('what was known before the connection was lost is not taken for news after it', () => {
  const opened: Stream[] = []
  const session = { isOpen: () => true, open: (stream: Stream) => (opened.push(stream), () => {}) } as unknown as TwsSession // prettier-ignore
  const heard: Quote[] = []
  let now = 0
  const streams = createStreams({ now: () => now, onChange: (quote) => heard.push(quote), onNotice: () => {} }) // prettier-ignore
  const tick = (message: object): void =>
    opened.at(-1)?.take({ reqId: 1, ...message } as TwsMessage)
  const aaa = stock('AAA')
  streams.replace(session, [aaa])
  tick({ type: 'tickPrice', field: BID, price: 99 })
  tick({ type: 'tickPrice', field: ASK, price: 101 })
  expect(streams.quote(aaa.id)).toMatchObject({ bid: 99, ask: 101, at: 0 })

  now = 600_000
  streams.reopen(session)
  tick({ type: 'tickSize', field: VOLUME, size: 1_000 })
  expect(streams.quote(aaa.id)).toBeUndefined()
  tick({ type: 'tickPrice', field: BID, price: 94 })
  expect(streams.quote(aaa.id)).toMatchObject({ bid: 94, ask: undefined, at: now })
  tick({ type: 'tickPrice', field: ASK, price: 95 })
  expect(streams.quote(aaa.id)).toMatchObject({ bid: 94, ask: 95 })
})
