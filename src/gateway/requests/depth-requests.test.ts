import { describe, expect, test } from 'vitest'
import type { WireClient } from '#test/support/wire-client.ts'
import { askBook, dataClient, errorsIn, subscribed } from '#test/support/data-client.ts'
import { table } from '#test/support/table.ts'

interface Row {
  readonly price: number
  readonly size: string
  readonly maker: string
}

/** A client's copy of one book, by side: 1 the bids, 0 the asks. */
function bookOf(): {
  take: (messages: readonly (readonly string[])[]) => void
  sides: Record<string, Row[]>
} {
  // prettier-ignore
  const sides: Record<string, Row[]> = { '0': [], '1': [] }
  return {
    sides,
    take: (messages) => {
      for (const fields of messages) {
        if (fields[0] !== '12' && fields[0] !== '13') continue
        const named = fields[0] === '13'
        const [position, maker, operation, side, price, size] = named ? fields.slice(3) : [fields[3], '', ...fields.slice(4)] // prettier-ignore
        const row = { price: Number(price), size: size ?? '', maker: maker ?? '' }
        const rows = sides[side ?? ''] ?? []
        if (operation === '2') rows.splice(Number(position), 1)
        else rows.splice(Number(position), operation === '0' ? 0 : 1, row)
      }
    },
  }
}

const askedBook = (client: WireClient) => {
  const book = bookOf()
  book.take(client.heard())
  return book
}

describe('a smart book', () => {
  test('begins with a word on its exchanges, then rows with their makers', () => {
    const { client } = dataClient()
    askBook(client, 1, 'AAPL')
    const heard = client.heard()
    expect(heard[0]?.slice(2, 4)).toEqual(['1', '2152'])
    expect(heard[0]?.[4]).toMatch(/^Exchanges - Depth: .*NASDAQ; .*Top: .*MEMX; /)
    const rows = heard.slice(1)
    expect(rows.every((fields) => fields[0] === '13' && fields[9] === '1')).toBe(true)
    expect(rows.filter((fields) => fields[6] === '1')).toHaveLength(5)
    expect(rows[0]?.slice(0, 4)).toEqual(['13', '1', '1', '0'])
  })

  test('is at every moment what stands at the venue', () => {
    const { client, desk } = dataClient()
    askBook(client, 1, 'AAPL', { rows: 4 })
    const { take, sides } = askedBook(client)
    for (let i = 0; i < 60; i += 1) {
      desk.advance(desk.venue.now + 1_000)
      take(client.heard())
      const shown = desk.venue.depth(instrument(desk), 4)
      expect(sides['1']?.map(({ price }) => price)).toEqual(prices(shown?.bids))
      expect(sides['0']?.map(({ price }) => price)).toEqual(prices(shown?.asks))
    }
  })

  test('of a slow client leads from what it holds to what stands', () => {
    const { client, desk } = dataClient()
    askBook(client, 1, 'AAPL', { rows: 4 })
    const { take, sides } = askedBook(client)
    client.fallBehind(300_000)
    desk.advance(desk.venue.now + 60_000)
    expect(client.heard()).toEqual([])
    client.fallBehind(0)
    desk.advance(desk.venue.now + 30_000)
    take(client.heard())
    const shown = desk.venue.depth(instrument(desk), 4)
    expect(sides['1']?.map(({ price }) => price)).toEqual(shown?.bids.map(({ price }) => Number(price) / 1e9)) // prettier-ignore
  })

  test('ends with a halt, and cannot begin in one', () => {
    const { client, desk } = dataClient()
    askBook(client, 1, 'AAPL')
    client.heard()
    desk.publish([{ type: 'TradingHalted', instrument: instrument(desk), cause: 'volatility' }])
    expect(errorsIn(client.heard())).toBe('1:316')
    client.say(11, 1, 1, 1)
    askBook(client, 2, 'HALTD')
    expect(errorsIn(client.heard())).toBe('1:310 2:316')
  })

  test('is emptied when the day turns, and filled anew', () => {
    const { client, desk } = dataClient({}, Date.UTC(2026, 0, 6, 4, 59))
    askBook(client, 1, 'AAPL')
    client.heard()
    desk.advance(desk.venue.now + 120_000)
    const heard = client.heard()
    const reset = heard.findIndex((fields) => fields[3] === '317')
    expect(reset).toBeGreaterThan(-1)
    const { take, sides } = bookOf()
    take(heard.slice(reset))
    const shown = desk.venue.depth(instrument(desk), 5)
    expect(sides['1']).toHaveLength(shown?.bids.length ?? 0)
  })
})

const prices = (levels: readonly { readonly price: bigint }[] = []): readonly number[] =>
  levels.map(({ price }) => Number(price) / 1e9)

const instrument = (desk: ReturnType<typeof dataClient>['desk']) => {
  const found = desk.venue.instruments.find(({ symbol }) => symbol === 'AAPL')
  if (found === undefined) throw new Error('AAPL is listed')
  return found.id
}

describe('one market alone', () => {
  test('of Nasdaq names its market makers', () => {
    const { client } = dataClient()
    askBook(client, 1, 'AAPL', { exchange: 'ISLAND', smart: 0, rows: 20 })
    const heard = client.heard()
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.every((fields) => fields[0] === '13' && fields[4] === 'NSDQ' && fields[9] === '0')).toBe(true) // prettier-ignore
  })

  test('of another has rows without names', () => {
    const { client } = dataClient()
    askBook(client, 1, 'AAPL', { exchange: 'ARCA', smart: 0, rows: 20 })
    const heard = client.heard()
    expect(heard.length).toBeGreaterThan(0)
    expect(heard.every((fields) => fields[0] === '12' && fields.length === 8)).toBe(true)
  })
})

test.each(
  table(`
    situation                        | terms | asked            | errors
    a fourth book                    | all   | 1 2 3 4          | 1:2152 2:2152 3:2152 4:309
    an id twice                      | all   | 1 1              | 1:2152 1:322
    no subscription                  | none  | 1                | 1:354
  `),
)('$situation: $errors', ({ terms, asked, errors }) => {
  const { client } = dataClient(subscribed(terms))
  for (const id of asked.split(' ')) askBook(client, Number(id), 'AAPL')
  expect(errorsIn(client.heard())).toBe(errors)
})

test.each([
  ['no rows', { rows: 0 }, '1:321'],
  ['the smart route without smart depth', { smart: 0 as const }, '1:10092'],
])('%s is refused', (_what, more, errors) => {
  const { client } = dataClient()
  askBook(client, 1, 'AAPL', more)
  expect(errorsIn(client.heard())).toBe(errors)
})

test('a book that is cancelled says nothing more, and frees its place', () => {
  const { client, desk } = dataClient()
  for (const id of [1, 2, 3]) askBook(client, id, 'AAPL')
  for (const id of [1, 2, 3]) client.say(11, 1, id, 1)
  client.heard()
  desk.advance(desk.venue.now + 30_000)
  expect(client.heard()).toEqual([])
  askBook(client, 4, 'AAPL')
  expect(errorsIn(client.heard())).toBe('4:2152')
})

test('exchanges that offer depth are told with their class and kind', () => {
  const { client } = dataClient()
  client.say(82)
  const [heard] = client.heardOf(80)
  expect(Number(heard?.[1])).toBe((heard?.length ?? 0) / 5 - 2 / 5)
  expect(heard?.join(',')).toContain('NASDAQ,STK,,Deep2,1')
  expect(heard?.join(',')).toContain('ARCA,STK,,Deep,1')
})

test('the letters of a contract are told by the set that its request named', () => {
  const { client } = dataClient()
  client.say(83, 5, '9c0001')
  client.say(83, 6, 'nothing')
  const heard = client.heard()
  expect(heard[0]?.slice(0, 2)).toEqual(['82', '5'])
  expect(heard[0]?.join(',')).toContain('12,NASDAQ,Q')
  expect(errorsIn(heard)).toBe('6:321')
})
