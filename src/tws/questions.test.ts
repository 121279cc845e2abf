import type { IBApi } from '@stoqey/ib'
import { expect, test } from 'vitest'
import type { TwsMessage } from '#tws/messages.ts'
import { createQuestions, type Question } from '#tws/questions.ts'
import { TwsError } from '#tws/tws-error.ts'
import { manualPacingClock } from '#test/support/manual-pacing-clock.ts'

/** Questions over a wire that takes everything at once and does nothing with it. */
function talk() {
  const clock = manualPacingClock()
  const sent: string[] = []
  const questions = createQuestions(
    (_, call) => {
      call({} as IBApi)
      return Promise.resolve()
    },
    clock,
    1_000_000,
  )
  const numbered = (what: string): Question<readonly string[]> => {
    const rows: string[] = []
    return {
      what,
      numbered: true,
      send: (_, reqId) => sent.push(`${what} ${reqId}`),
      take(message) {
        if (message.type === 'summaryRow') rows.push(message.value)
        return message.type === 'end' ? { value: rows } : undefined
      },
      stop: (_, reqId) => sent.push(`stop ${what} ${reqId}`),
    }
  }
  const positions = (): Question<readonly string[]> => {
    const rows: string[] = []
    return {
      what: 'positions',
      numbered: false,
      kind: 'positions',
      send: () => sent.push('positions'),
      take(message) {
        if (message.type === 'position') rows.push(message.account)
        return message.type === 'positionsEnd' ? { value: rows } : undefined
      },
    }
  }
  return { clock, sent, questions, numbered, positions }
}

const row = (reqId: number, value: string): TwsMessage => ({ type: 'summaryRow', reqId, account: 'DU1', tag: 'T', value, currency: '' }) // prettier-ignore
const end = (reqId: number): TwsMessage => ({ type: 'end', reqId })
const notice = (reqId: number, code: number): TwsMessage => ({ type: 'notice', reqId, code, text: 'words' }) // prettier-ignore
const position = (account: string): TwsMessage => ({ type: 'position', account, contract: {}, quantity: 1, averageCost: 1 }) // prettier-ignore

test('each numbered question hears its own rows only, and is stopped once', async () => {
  const { questions, numbered, sent } = talk()
  const first = questions.ask(numbered('a'), 1_000)
  const second = questions.ask(numbered('b'), 1_000)
  for (const message of [row(1_000_001, 'x'), row(1_000_000, 'y'), end(1_000_001), end(1_000_000)])
    questions.deliver(message)
  expect(await first).toEqual(['y'])
  expect(await second).toEqual(['x'])
  questions.deliver(end(1_000_000)) // again: nobody listens
  expect(sent).toEqual(['a 1000000', 'b 1000001', 'stop b 1000001', 'stop a 1000000'])
})

test('an error ends the question it names, and no other', async () => {
  const { questions, numbered } = talk()
  const first = questions.ask(numbered('a'), 1_000)
  const second = questions.ask(numbered('b'), 1_000)
  questions.deliver(notice(1_000_000, 200))
  questions.deliver(end(1_000_001))
  await expect(first).rejects.toMatchObject({ kind: 'refused', code: 200, message: 'a: 200: words' }) // prettier-ignore
  expect(await second).toEqual([])
})

test('a warning lets its question live', async () => {
  const { questions, numbered } = talk()
  const asked = questions.ask(numbered('a'), 1_000)
  for (const message of [notice(1_000_000, 10167), row(1_000_000, 'x'), end(1_000_000)])
    questions.deliver(message)
  expect(await asked).toEqual(['x'])
})

test('half an answer is no answer: the time is up, and TWS is told to stop', async () => {
  const { questions, numbered, clock, sent } = talk()
  const asked = questions.ask(numbered('a'), 1_000)
  questions.deliver(row(1_000_000, 'x'))
  clock.advance(1_000)
  await expect(asked).rejects.toMatchObject({ kind: 'timeout', message: 'no whole answer about a within 1000 ms' }) // prettier-ignore
  expect(sent.at(-1)).toBe('stop a 1000000')
})

test('of one unnumbered kind one question is out at a time', async () => {
  const { questions, positions, sent } = talk()
  const first = questions.ask(positions(), 1_000)
  const second = questions.ask(positions(), 1_000)
  expect(sent).toEqual(['positions'])
  questions.deliver(position('first'))
  questions.deliver({ type: 'positionsEnd' })
  expect(sent).toEqual(['positions', 'positions'])
  questions.deliver(position('second'))
  questions.deliver({ type: 'positionsEnd' })
  expect([await first, await second]).toEqual([['first'], ['second']])
})

test('a late answer is let pass, and not taken for the next one', async () => {
  const { questions, positions, clock, sent } = talk()
  const first = questions.ask(positions(), 1_000)
  questions.deliver(position('stale'))
  clock.advance(1_000)
  await expect(first).rejects.toMatchObject({ kind: 'timeout' })
  const second = questions.ask(positions(), 10_000)
  expect(sent).toEqual(['positions']) // waits for the late end
  questions.deliver(position('stale'))
  questions.deliver({ type: 'positionsEnd' })
  expect(sent).toEqual(['positions', 'positions'])
  questions.deliver(position('fresh'))
  questions.deliver({ type: 'positionsEnd' })
  expect(await second).toEqual(['fresh'])
})

test('an answer that never comes blocks its kind for half a minute at most', async () => {
  const { questions, positions, clock } = talk()
  const first = questions.ask(positions(), 1_000)
  clock.advance(1_000)
  await expect(first).rejects.toThrow()
  const second = questions.ask(positions(), 60_000)
  clock.advance(30_000)
  questions.deliver(position('fresh'))
  questions.deliver({ type: 'positionsEnd' })
  expect(await second).toEqual(['fresh'])
})

test('a message that could not be decoded ends all that is out: nothing is whole any more', async () => {
  const { questions, numbered, positions } = talk()
  const asked = [questions.ask(numbered('a'), 1_000), questions.ask(positions(), 1_000)]
  questions.deliver(notice(-1, 505))
  for (const one of asked) await expect(one).rejects.toMatchObject({ kind: 'unreadable' })
})

test('news of the system ends nothing', async () => {
  const { questions, numbered } = talk()
  const asked = questions.ask(numbered('a'), 1_000)
  questions.deliver(notice(-1, 1100))
  questions.deliver(end(1_000_000))
  expect(await asked).toEqual([])
})

test('the end of the connection ends questions, those that wait too, and streams', async () => {
  const { questions, numbered, positions } = talk()
  const heard: TwsMessage[] = []
  questions.open({ what: 's', send: () => {}, stop: () => {}, take: (message) => heard.push(message) }) // prettier-ignore
  const asked = [
    questions.ask(numbered('a'), 1_000),
    questions.ask(positions(), 1_000),
    questions.ask(positions(), 1_000),
  ]
  questions.close('gone')
  for (const one of asked) await expect(one).rejects.toBeInstanceOf(TwsError)
  for (const one of asked) await expect(one).rejects.toMatchObject({ kind: 'not-connected' })
  expect(heard).toEqual([{ type: 'closed', reason: 'gone' }])
})
