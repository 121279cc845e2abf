import { expect, test } from 'vitest'
import type { Fact } from '#engine/fact.ts'
import { BrokerError, type Broker } from '#brokers/broker.ts'
import { FeedError, type Feed } from '#feeds/feed.ts'
import { perform, type Stage } from '#runtime/perform.ts'
import { id, MORNING } from '#test/support/engine-world.ts'

test('a feed that cannot quote is answered with no quotes, and its words are logged', async () => {
  const { stage, facts, logged } = staged({
    quotes: () => Promise.reject(new FeedError('timeout', 'no quotes within 15 s')),
  })
  perform({ type: 'RequestQuotes', requestId: 7, instruments: [id('AAA')] }, stage)
  await settled()
  expect(facts).toEqual([{ type: 'QuoteBatch', at: MORNING, requestId: 7, quotes: [] }])
  expect(logged).toEqual(['quotes could not be had: timeout: no quotes within 15 s'])
})

test.each([
  ['not-connected', 'not-sent'],
  ['withheld', 'not-sent'],
  ['uncertain', 'uncertain'],
  ['timeout', 'uncertain'],
] as const)('a cancel that failed as %s is %s', async (kind, outcome) => {
  const { stage, facts } = staged({}, { cancel: () => Promise.reject(new BrokerError(kind, 'test')) }) // prettier-ignore
  const clientOrderId = '0a1b2c3d-r1-A1-1' as never
  perform({ type: 'CancelOrder', clientOrderId, reason: 'test' }, stage)
  await settled()
  expect(facts).toMatchObject([{ type: 'CancelEnded', clientOrderId, outcome }])
})

test('a snapshot that failed says why', async () => {
  const { stage, facts } = staged({}, { snapshot: () => Promise.reject(new BrokerError('timeout', 'positions')) }) // prettier-ignore
  perform({ type: 'RequestSnapshot', requestId: 3, purpose: 'test' }, stage)
  await settled()
  expect(facts).toEqual([{ type: 'SnapshotFailed', at: MORNING, requestId: 3, reason: 'timeout: positions' }]) // prettier-ignore
})

const unused = (): never => {
  throw new Error('not in this test')
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

function staged(feed: Partial<Feed>, broker: Partial<Broker> = {}) {
  const facts: Fact[] = []
  const logged: string[] = []
  const stage: Stage = {
    broker: broker as Broker,
    feed: feed as Feed,
    now: () => MORNING,
    take: (fact) => facts.push(fact),
    maySend: unused,
    instruments: () => Promise.resolve([]),
    computePlan: unused,
    timers: { set: unused, clear: unused },
    announce: unused,
    answer: unused,
    alert: unused,
    logFailure: (what, error) => logged.push(`${what}: ${error instanceof Error ? error.message : ''}`),
    follow: unused,
  } // prettier-ignore
  return { stage, facts, logged }
}
