import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkSubscriptions, marketDataOf } from '#gateway/market-data-options.ts'
import { IBKR_DATA_PACING } from '#gateway/market-data/terms.ts'
import { GATEWAY_DEFAULTS, type GatewayOptions } from '#gateway/options.ts'
import { stock } from '#test/support/venue.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const read = (options: Partial<GatewayOptions>) => marketDataOf({ ...GATEWAY_DEFAULTS, ...options })

test('nothing said is nothing changed', async () => {
  expect(await read({})).toEqual({})
})

test('lines, pacing and subscriptions', async () => {
  const terms = await read({ marketDataLines: 3_000, dataPacing: 'ibkr', marketDataSubscriptions: 'none' }) // prettier-ignore
  expect(terms).toMatchObject({ lines: 3_000, pacing: IBKR_DATA_PACING, subscriptions: { others: 'none' } }) // prettier-ignore
  await expect(read({ marketDataSubscriptions: 'OPT=maybe' })).rejects.toThrow('--market-data-subscriptions: was "OPT=maybe", expected all, none') // prettier-ignore
})

test.each([
  ['STK,OPT=part', undefined],
  ['NASDAQ', undefined],
  ['IBIS', 'was "IBIS", expected all, none, no-delayed, one of STK, OPT'],
  ['stocks=full', 'was "STOCKS"'],
])('subscriptions to %s in a market of US stocks', (marketDataSubscriptions, problem) => {
  const check = () => checkSubscriptions({ ...GATEWAY_DEFAULTS, marketDataSubscriptions }, [stock('AAPL')]) // prettier-ignore
  if (problem === undefined) expect(check).not.toThrow()
  else expect(check).toThrow(`--market-data-subscriptions: ${problem}`)
})

describe('fundamentals', () => {
  test('come from a folder, by symbol and report', async () => {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'AAPL.ReportSnapshot.xml'), '<ReportSnapshot/>\n')
    writeFileSync(join(folder, 'AAPL.ratios.txt'), 'NPRICE=190.25;\n')
    writeFileSync(join(folder, 'BRK.B.ReportSnapshot.xml'), '<B/>')
    writeFileSync(join(folder, 'README.md'), 'not a report')
    const { fundamentals } = await read({ fundamentals: folder })
    expect(fundamentals?.get('AAPL')?.get('ReportSnapshot')).toBe('<ReportSnapshot/>')
    expect(fundamentals?.get('AAPL')?.get('ratios')).toBe('NPRICE=190.25;')
    expect(fundamentals?.get('BRK.B')?.get('ReportSnapshot')).toBe('<B/>')
    expect(fundamentals?.size).toBe(2)
  })

  test('come from a file', async () => {
    const file = join(scratchFolder(), 'reports.json')
    writeFileSync(file, '{"AAPL": {"ReportSnapshot": "<x/>"}}')
    const { fundamentals } = await read({ fundamentals: file })
    expect(fundamentals?.get('AAPL')?.get('ReportSnapshot')).toBe('<x/>')
  })

  test.each([
    ['no JSON', '<x/>', 'expected {"AAPL"'],
    ['a list', '[]', 'expected {"AAPL"'],
    ['a report that is no text', '{"AAPL": {"ReportSnapshot": 5}}', 'AAPL: expected'],
    ['a symbol without reports', '{"AAPL": "x"}', 'AAPL: expected'],
  ])('%s is refused with its file', async (_what, text, complaint) => {
    const file = join(scratchFolder(), 'reports.json')
    writeFileSync(file, text)
    await expect(read({ fundamentals: file })).rejects.toThrow(complaint)
    await expect(read({ fundamentals: file })).rejects.toThrow(file)
  })

  test('of nowhere, and of an empty folder, are refused', async () => {
    const folder = scratchFolder()
    await expect(read({ fundamentals: join(folder, 'none') })).rejects.toThrow('cannot read')
    mkdirSync(join(folder, 'empty'))
    await expect(read({ fundamentals: join(folder, 'empty') })).rejects.toThrow('has no reports')
  })
})
