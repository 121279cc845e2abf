import { describe, expect, test } from 'vitest'
import type { WireClient } from '#test/support/wire-client.ts'
import { contractOf, dataClient, errorsIn } from '#test/support/data-client.ts'
import { table } from '#test/support/table.ts'

const askScan = (client: WireClient, reqId: number, code: string, more: { rows?: number; instrument?: string; above?: string } = {}): void => // prettier-ignore
  client.say(22, reqId, more.rows ?? 50, more.instrument ?? 'STK', 'STK.US.MAJOR', code, more.above ?? '', ...Array.from({ length: 18 }, () => '')) // prettier-ignore

/** The symbols of a scan, the first one first. */
const ranked = (message: readonly string[] | undefined): string[] =>
  Array.from({ length: Number(message?.[3] ?? 0) }, (_, row) => message?.[4 + row * 16 + 2] ?? '')

const askReport = (client: WireClient, symbol: string, report: string): void =>
  client.say(52, 2, 7, 0, symbol, 'STK', 'SMART', '', 'USD', '', report, '')

describe('fundamentals', () => {
  const fundamentals = new Map([['AAPL', new Map([['ReportSnapshot', '<ReportSnapshot/>']])]])
  test('are the file’s', () => {
    const { client } = dataClient({ fundamentals })
    askReport(client, 'AAPL', 'ReportSnapshot')
    expect(client.heard()).toEqual([['51', '1', '7', '<ReportSnapshot/>']])
  })

  test.each(
    table(`
      symbol | report          | errors
      AAPL   | ReportsFinStatements | 7:430
      IBM    | ReportSnapshot  | 7:430
      NOPE   | ReportSnapshot  | 7:200
    `),
  )('of $symbol, $report: $errors', ({ symbol, report, errors }) => {
    const { client } = dataClient({ fundamentals })
    askReport(client, symbol, report)
    expect(errorsIn(client.heard())).toBe(errors)
  })
})

describe('a scan', () => {
  test('ranks what is listed, the losers the other way round', () => {
    const { client, desk } = dataClient()
    askScan(client, 1, 'TOP_PERC_GAIN')
    askScan(client, 2, 'TOP_PERC_LOSE')
    const [gainers, losers] = client.heard().map(ranked)
    expect(gainers?.length).toBeGreaterThan(3)
    expect(losers).toEqual(gainers?.toReversed())
    const change = (symbol: string) => {
      const { id } = desk.venue.instruments.find((of) => of.symbol === symbol) ?? {}
      const { last = 0n, previousClose = 1n } = id === undefined ? {} : (desk.venue.quote(id) ?? {})
      return Number(last) / Number(previousClose)
    }
    expect(gainers).toEqual(gainers?.toSorted((a, b) => change(b) - change(a)))
  })

  test('is told again every half minute until it is cancelled', () => {
    const { client, desk } = dataClient()
    askScan(client, 1, 'MOST_ACTIVE', { rows: 2 })
    desk.advance(desk.venue.now + 61_000)
    const heard = client.heard()
    expect(heard.map((fields) => [fields[0], fields[3]])).toEqual([['20', '2'], ['20', '2'], ['20', '2']]) // prettier-ignore
    client.say(23, 1, 1)
    desk.advance(desk.venue.now + 61_000)
    expect(client.heard()).toEqual([])
    client.say(23, 1, 1)
    expect(errorsIn(client.heard())).toBe('1:365')
  })

  test('keeps to its prices and its class', () => {
    const { client } = dataClient()
    askScan(client, 1, 'MOST_ACTIVE', { above: '1000000' })
    askScan(client, 2, 'MOST_ACTIVE', { instrument: 'FUT.US' })
    expect(client.heard().map(ranked)).toEqual([[], []])
  })

  test('of a code that is none, and an id twice, are refused', () => {
    const { client } = dataClient()
    askScan(client, 1, 'DREAMS')
    askScan(client, 2, 'HALTED')
    askScan(client, 2, 'HALTED')
    const heard = client.heard()
    expect(errorsIn(heard)).toBe('1:162 2:322')
    expect(ranked(heard[1])).toEqual(['HALTD'])
  })
})

test.each([
  ['news providers', [85], ['85', '0']],
  ['historical news', [86, 5, 1, 'BRFG', '', '', 10, ''], ['87', '5', '0']],
  ['soft dollar tiers', [79, 5], ['77', '5', '0']],
  ['family codes', [80], ['78', '1', 'DU1234567', '']],
] as const)('%s are empty, and said to be', (_what, said, answer) => {
  const { client } = dataClient()
  client.say(...said)
  expect(client.heard()).toEqual([[...answer]])
})

test.each([
  ['a news article', [84, 5, 'BRFG', 'x', ''], '5:10172'],
  ['Wall Street Horizon', [100, 5], '5:10276'],
  ['its events', [102, 5, 1, '', 0, 0, 0, '', '', ''], '5:10276'],
  ['an option calculation of a stock', [54, 2, 5, ...contractOf('AAPL'), '5', '200', ''], '5:321'],
] as const)('%s is refused in IBKR’s words', (_what, said, errors) => {
  const { client } = dataClient()
  client.say(...said)
  expect(errorsIn(client.heard())).toBe(errors)
})

test('bulletins that never come, and cancels of what is answered at once, are heard in silence', () => {
  const { client } = dataClient()
  for (const said of [[12, 1, 1], [13, 1], [53, 1, 5], [56, 1, 5], [57, 1, 5], [89, 5], [101, 5], [103, 5]]) client.say(...said) // prettier-ignore
  expect(client.heard()).toEqual([])
})
