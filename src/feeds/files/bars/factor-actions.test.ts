import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { format } from '#model/fixed.ts'
import { readFactorActions } from '#feeds/files/bars/factor-actions.ts'
import { table } from '#test/support/table.ts'

const FACTORS = '../shared/data/corporate_actions/factor_files.csv'
const folder = mkdtempSync(join(tmpdir(), 'ballast-actions-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const HEADER = 'symbol,date,price_factor,split_factor,reference_price'

test('what happens after a row is how the next one differs', () => {
  const factors = written(
    'factors.csv',
    `${HEADER}
A,2014-01-02,0.9,0.25,1
A,2014-06-06,0.99,0.25,200
A,2014-06-13,1,0.5,100
A,2050-12-31,1,1,0
`,
  )
  expect(readFactorActions(factors)).toEqual([
    { type: 'dividend', instrument: 'A.STK.USD', date: '2014-06-09', amount: 2_000_000_000n },
    { type: 'split', instrument: 'A.STK.USD', date: '2014-06-09', ratio: 2 },
    { type: 'split', instrument: 'A.STK.USD', date: '2014-06-16', ratio: 2 },
  ])
})

test('an instrument goes by the ticker of its day', () => {
  const factors = written('f.csv', `${HEADER}\nNEW,2000-01-03,1,1,1\nNEW,2010-01-04,1,0.5,10\nNEW,2050-12-31,1,1,0\n`) // prettier-ignore
  const map = written('m.csv', 'permtick,date,ticker,exchange\nNEW,2000-01-03,OLD,Q\nNEW,2012-06-29,OLD,Q\nNEW,2050-12-31,NEW,Q\n') // prettier-ignore
  expect(readFactorActions(factors, map)).toEqual([
    { type: 'split', instrument: 'OLD.STK.USD', date: '2010-01-05', ratio: 2 },
    { type: 'ticker-change', instrument: 'OLD.STK.USD', date: '2012-07-02', newInstrument: 'NEW.STK.USD' }, // prettier-ignore
  ])
  const wrong = written('w.csv', 'permtick,date,ticker\nNEW,never,OLD\n')
  expect(() => readFactorActions(factors, wrong)).toThrow('w.csv:2 date: was "never", expected a day such as 2014-04-02') // prettier-ignore
  const other = written('o.csv', 'security,date\n')
  expect(() => readFactorActions(factors, other)).toThrow('was columns security, date, expected permtick, date, ticker') // prettier-ignore
})

// The companies' own announcements.
test.skipIf(!existsSync(FACTORS)).each(
  table(`
  date       | instrument    | type          | what
  2014-05-08 | AAPL.STK.USD  | dividend      | 3.29
  2014-06-09 | AAPL.STK.USD  | split         | 7
  2020-08-31 | AAPL.STK.USD  | split         | 4
  2020-11-06 | AAPL.STK.USD  | dividend      | 0.205
  2014-04-03 | GOOG.STK.USD  | ticker-change | GOOGL.STK.USD
  2004-12-01 | QQQ.STK.USD   | ticker-change | QQQQ.STK.USD
`),
)(`${FACTORS}: $instrument, $date, $type`, ({ date, instrument, type, what }) => {
  const on = readFactorActions(FACTORS).filter((action) => action.date === date && action.instrument === instrument && action.type === type) // prettier-ignore
  expect(on).toHaveLength(1)
  const [action] = on
  if (action?.type === 'split') expect(action.ratio).toBe(Number(what))
  else if (action?.type === 'dividend')
    expect(Number(format(action.amount))).toBeCloseTo(Number(what), 3) // prettier-ignore
  else expect(action).toMatchObject({ newInstrument: what })
})
