import { expect, test } from 'vitest'
import { table } from '#test/support/table.ts'
import { price, quantity } from '#model/fixed.ts'
import { nearestWord } from '#feeds/files/inputs/nearest-word.ts'
import { readPositions } from '#feeds/files/inputs/positions.ts'
import { checkWeightSums, readTargets } from '#feeds/files/inputs/targets.ts'

/** `\n` in a cell of a table is a new line in the file. */
const lines = (text: string) => text.replaceAll('\\n', '\n')

test('targets by CSV: bare tickers, bands, shorts, comments, quotes, a byte order mark', () => {
  const text =
    '\uFEFFinstrument,weight,lower,upper\r\n# core\r\nAAPL,0.05,0.04,0.06\r\n"BRK.B.STK.USD",-0.02,,\r\n'
  expect(readTargets(text, 't.csv')).toEqual({
    ok: true,
    value: [
      { instrument: 'AAPL.STK.USD', weight: 0.05, lower: 0.04, upper: 0.06 },
      { instrument: 'BRK.B.STK.USD', weight: -0.02 },
    ],
  })
})

test.each([
  ['a map', 'AAPL: 0.05\nNO: 0.10 # a ticker, not false\n'],
  ['a list', '- { instrument: AAPL, weight: 0.05 }\n- instrument: NO\n  weight: 0.10\n'],
  ['a map under targets with its sum', 'sum: 0.15\ntargets:\n  AAPL: 0.05\n  NO: 0.10\n'],
])('targets by YAML: %s', (_, text) => {
  expect(readTargets(text, 't.yaml')).toEqual({
    ok: true,
    value: [
      { instrument: 'AAPL.STK.USD', weight: 0.05 },
      { instrument: 'NO.STK.USD', weight: 0.1 },
    ],
  })
})

test.each(
  table(`
    file   | text                                           | message
    t.csv  |                                                | t.csv: is empty, expected a header: instrument,weight,lower,upper
    t.csv  | instrument,weight                              | t.csv: has no targets, expected at least one row such as AAPL,0.05
    t.csv  | instrument,wieght\\nAAPL,0.05                  | t.csv:1 header: unknown column "wieght", did you mean weight?
    t.csv  | instrument\\nAAPL                              | t.csv:1 header: expected also the column weight
    t.csv  | instrument,weight,weight\\nA,1,1               | t.csv:1 header: column "weight" is there twice, expected once
    t.csv  | instrument,weight\\n\\nAAPL,5%                 | t.csv:3 weight: was "5%", expected a fraction of net asset value such as 0.05 (5 %)
    t.csv  | instrument,weight\\nAAPL,12                    | t.csv:2 weight: was "12", expected a fraction of net asset value such as 0.05 (5 %)
    t.csv  | instrument,weight\\nAAPL,                      | t.csv:2 weight: was "", expected a fraction of net asset value such as 0.05 (5 %)
    t.csv  | instrument,weight\\naapl,0.1                   | t.csv:2 instrument: was "aapl", expected an instrument such as AAPL, AAPL.STK.USD or ESZ6.FUT.USD
    t.csv  | instrument,weight\\nSPX.IND.USD,0.1            | t.csv:2 instrument: was "SPX.IND.USD", expected what can be held, which an index cannot: a fund on it such as SPY, or a future such as ESZ6.FUT.USD
    t.yaml | SPX.IND.USD: 0.1                               | t.yaml:1 instrument: was "SPX.IND.USD", expected what can be held, which an index cannot: a fund on it such as SPY, or a future such as ESZ6.FUT.USD
    t.csv  | instrument,weight\\nAAPL,0.1,7                 | t.csv:2: has 3 cells, expected 2 as the header has
    t.csv  | instrument,weight\\nAAPL,0.1\\nAAPL.STK.USD,0.2 | t.csv:3 instrument: AAPL.STK.USD is in line 2 already, expected each once
    t.csv  | instrument,weight,lower\\nAAPL,0.1,0.05        | t.csv:2: has one of lower and upper, expected both or neither
    t.csv  | instrument,weight,lower,upper\\nAAPL,.1,.2,.3  | t.csv:2 weight: was 0.1, expected between lower 0.2 and upper 0.3
    t.csv  | instrument,weight\\n"AAPL,0.1                  | t.csv: is no CSV: Quote Not Closed: the parsing is finished with an opening quote at line 2
    t.yaml | AAPL: x                                        | t.yaml:1 weight: was "x", expected a fraction of net asset value such as 0.05 (5 %)
    t.yaml | AAPL: 0.1\\nAAPL.STK.USD: 0.1                  | t.yaml:2 instrument: AAPL.STK.USD is in line 1 already, expected each once
    t.yaml | - { instrument: AAPL, weigt: 0.1 }              | t.yaml:1 weigt: unknown field, did you mean weight?
    t.yaml | - AAPL                                         | t.yaml:1: was "AAPL", expected a row such as { instrument: AAPL, weight: 0.05 }
    t.yaml | sum: 1\\ntargets:\\n  AAPL: 0.9                 | t.yaml:1 sum: the weights sum to 0.9, expected 1 as the file says
    t.yaml | smu: 1\\ntargets:\\n  AAPL: 0.9                 | t.yaml:1 smu: unknown field, did you mean sum?
    t.yaml | 7                                              | t.yaml: expected a map such as "AAPL: 0.05" or a list of rows with instrument and weight
    t.yaml | A: [                                           | t.yaml:1: is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5:
  `),
)('wrong targets: $message', ({ file, text, message }) => {
  expect(readTargets(lines(text), file)).toEqual({ ok: false, error: message })
})

test('every wrong row is named, the first ten of them', () => {
  const rows = Array.from({ length: 14 }, (_, i) => `X${i},much`).join('\n')
  const read = readTargets(`instrument,weight\n${rows}`, 't.csv')
  const errors = read.ok ? [] : read.error.split('\n')
  expect(errors).toHaveLength(11)
  expect(errors[9]).toMatch(/^t\.csv:11 /)
  expect(errors[10]).toBe('… and 4 more errors')
})

test.each(
  table(`
    weights        | net | gross | buffer | message
    0.5 0.48       | 1.0 | 2.0   | 0.02   |
    0.7 0.2 0.1    | 1.0 | 2.0   | 0      |
    0.7 0.55       | 1.0 | 2.0   | 0.02   | t.csv weight: the weights sum to 1.25, expected at most 0.98: limits.netLeverage 1 less policy.cashBuffer 0.02
    0.7 0.55       | 1.5 | 2.0   | 0.02   |
    5 5            | 1.0 | 2.0   | 0      | t.csv weight: the weights sum to 10, expected at most 1: limits.netLeverage 1 less policy.cashBuffer 0 (are these percentages? 5 % is 0.05)
    -0.7 -0.6      | 1.0 | 2.0   | 0      | t.csv weight: the weights sum to -1.3, expected at least -1 by limits.netLeverage
    1.3 -1.2       | 1.0 | 2.0   | 0      | t.csv weight: long and short weights add up to 2.5, expected at most 2 by limits.grossLeverage
  `),
)('weights $weights under net $net, gross $gross, buffer $buffer', (row) => {
  const weights = row.weights.split(' ').map((weight, i) => `N${i},${weight}`)
  const read = readTargets(['instrument,weight', ...weights].join('\n'), 't.csv')
  const rows = read.ok ? read.value : []
  const bounds = { net: Number(row.net), gross: Number(row.gross), cashBuffer: Number(row.buffer) }
  const checked = checkWeightSums(rows, 't.csv', bounds)
  expect(checked.ok ? '' : checked.error).toBe(row.message)
})

test('positions, with and without a cost', () => {
  const text = 'instrument,quantity,averageCost,currency\nAAPL,100,187.32,USD\nMSFT,-50,,\n'
  expect(readPositions(text, 'p.csv')).toEqual({
    ok: true,
    value: [
      { instrument: 'AAPL.STK.USD', quantity: quantity('100'), averageCost: price('187.32'), currency: 'USD' }, // prettier-ignore
      { instrument: 'MSFT.STK.USD', quantity: quantity('-50'), averageCost: undefined, currency: 'USD' }, // prettier-ignore
    ],
  })
})

test.each(
  table(`
    row            | message
    AAPL,0,,       | p.csv:2 quantity: was "0", expected a quantity other than 0 such as 100 or -50
    AAPL,1e3,,     | p.csv:2 quantity: was "1e3", expected a quantity other than 0 such as 100 or -50
    AAPL,1,-2,     | p.csv:2 averageCost: was "-2", expected a price per unit such as 187.32
    AAPL,1,,CHF    | p.csv:2 currency: was "CHF", expected USD as in AAPL.STK.USD
    SPX.IND.USD,1,, | p.csv:2 instrument: was "SPX.IND.USD", expected what can be held, which an index cannot: a fund on it such as SPY, or a future such as ESZ6.FUT.USD
  `),
)('a wrong position: $row', ({ row, message }) => {
  const text = `instrument,quantity,averageCost,currency\n${row}`
  expect(readPositions(text, 'p.csv')).toEqual({ ok: false, error: message })
})

test.each(
  table(`
    typed     | meant
    lowr      | lower
    lwoer     | lower
    Weight    | weight
    sector    |
  `),
)('the nearest word to $typed', ({ typed, meant }) => {
  expect(nearestWord(typed, ['instrument', 'weight', 'lower', 'upper']) ?? '').toBe(meant)
})
