import { describe, expect, test } from 'vitest'
import { historyDesk, type PacedRequest } from '#gateway/history/history-desk.ts'
import { IBKR_DATA_PACING, NO_DATA_PACING, type DataPacing } from '#gateway/market-data/terms.ts'
import type { Session } from '#gateway/session.ts'
import { table } from '#test/support/table.ts'

const desk = (pacing: DataPacing = IBKR_DATA_PACING, historyMs = 0) => historyDesk({ pacing, historyMs }) // prettier-ignore

const request = (identity: string, more: Partial<PacedRequest> = {}): PacedRequest => ({
  identity,
  contract: identity,
  seconds: 5,
  weight: 1,
  ...more,
})

/** How many requests of a weight pass, and whether one passes ten minutes later. */
const untilRefused = (weight: 1 | 2) => {
  const history = desk()
  let n = 0
  while (!history.violates(request(`r${n}`, { weight }), n)) n += 1
  return { n, free: !history.violates(request('later', { weight }), 600_000 + n) }
}

/** A queue that a test empties by hand. */
const byHand = () => {
  const due: (() => void)[] = []
  return { due, later: (_ms: number, run: () => void) => due.push(run) }
}

describe('a request comes too soon', () => {
  test.each(
    table(`
      situation                              | asked at             | refused
      the same within 15 s                   | A@0 A@14999          | A@14999
      the same after 15 s                    | A@0 A@15000          |
      another at once                        | A@0 B@0              |
      what was refused does not count        | A@0 A@14999 A@15001  | A@14999
    `),
  )('$situation', ({ 'asked at': asked, refused }) => {
    const history = desk()
    const late = asked.split(' ').filter((one) => {
      const [name = '', at] = one.split('@')
      return history.violates(request(name), Number(at))
    })
    expect(late.join(' ')).toBe(refused)
  })

  test('the sixth of a contract, exchange and kind within two seconds', () => {
    const history = desk()
    const answers = Array.from({ length: 7 }, (_, i) => history.violates(request(`r${i}`, { contract: 'AAPL' }), i * 100)) // prettier-ignore
    expect(answers).toEqual([false, false, false, false, false, true, true])
    expect(history.violates(request('later', { contract: 'AAPL' }), 2_500)).toBe(false)
  })

  test('the sixty-first within ten minutes; BID_ASK counts twice', () => {
    expect([untilRefused(1), untilRefused(2)]).toEqual([
      { n: 60, free: true },
      { n: 30, free: true },
    ])
  })

  test('bars of a minute and more never do', () => {
    const history = desk()
    const answers = Array.from({ length: 200 }, () => history.violates(request('A', { seconds: 60 }), 0)) // prettier-ignore
    expect(answers).not.toContain(true)
  })

  test('nothing does where nothing is paced', () => {
    const history = desk(NO_DATA_PACING)
    const answers = Array.from({ length: 200 }, () => history.violates(request('A'), 0))
    expect(answers).not.toContain(true)
    expect([history.repeats('A', 0), history.repeats('A', 0)]).toEqual([false, false])
  })

  test('single ticks of an instrument again within 15 s', () => {
    const history = desk()
    expect([0, 14_999, 15_000].map((at) => history.repeats('AAPL', at))).toEqual([false, true, false]) // prettier-ignore
    expect(history.repeats('IBM', 0)).toBe(false)
  })
})

describe('requests under way', () => {
  // Only its identity is looked at.
  const session = {} as Session

  test('are fifty at once; the next begins when one is done', () => {
    const history = desk(IBKR_DATA_PACING, 100)
    const queue = byHand()
    let done = 0
    for (let i = 0; i < 51; i += 1) history.work(session, i, queue, () => (done += 1))
    expect([queue.due.length, history.isUnderWay(session, 50)]).toEqual([50, true])
    queue.due.shift()?.()
    expect([queue.due.length, done]).toEqual([50, 1])
  })

  test('can be cancelled, and then are not answered', () => {
    const history = desk(IBKR_DATA_PACING, 100)
    const queue = byHand()
    let done = 0
    history.work(session, 1, queue, () => (done += 1))
    expect([history.cancel(session, 1), history.cancel(session, 1)]).toEqual([true, false])
    queue.due.shift()?.()
    expect([done, history.isUnderWay(session, 1)]).toEqual([0, false])
  })

  test('are none where answers take no time', () => {
    const history = desk()
    let done = 0
    history.work(session, 1, byHand(), () => (done += 1))
    expect([done, history.cancel(session, 1)]).toEqual([1, false])
  })
})
