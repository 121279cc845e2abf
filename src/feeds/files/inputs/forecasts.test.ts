import { describe, expect, test } from 'vitest'
import { readForecasts } from '#feeds/files/inputs/forecasts.ts'
import { table } from '#test/support/table.ts'

const HEADER = 'instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source'

const APPLE = {
  instrument: 'AAPL.STK.USD',
  expectedReturn: 0.02,
  horizonDays: 21,
  confidence: 0.6,
  halfLifeDays: 63,
  asOf: Date.UTC(2018, 1, 5),
  source: 'momentum',
}
const FUTURE = {
  ...APPLE,
  instrument: 'ESZ6.FUT.USD',
  expectedReturn: -0.5,
  halfLifeDays: Number.POSITIVE_INFINITY,
  asOf: Date.UTC(2018, 1, 5, 21, 30),
  source: 'macro desk',
}

const CSV = `${HEADER}
AAPL,0.02,21,0.6,63,2018-02-05,momentum
# by hand
ESZ6.FUT.USD,-.5,21,0.6,,2018-02-05T21:30:00Z,macro desk
`
const JSON_TEXT = `[
  { "instrument": "AAPL", "expectedReturn": 0.02, "horizonDays": 21, "confidence": 0.6,
    "halfLifeDays": 63, "asOf": "2018-02-05", "source": "momentum" },
  { "instrument": "ESZ6.FUT.USD", "expectedReturn": -0.5, "horizonDays": 21, "confidence": 0.6,
    "halfLifeDays": null, "asOf": "2018-02-05T16:30:00-05:00", "source": "macro desk" }
]`

describe('forecasts', () => {
  test.each([
    ['by CSV', 'f.csv', CSV],
    ['by JSON', 'f.json', JSON_TEXT],
    ['by CSV from a command', 'output of predict', CSV],
    ['by JSON from a command', 'output of predict', `\n${JSON_TEXT}`],
  ])('%s', (_, file, text) => {
    expect(readForecasts(text, file)).toEqual({ ok: true, value: [APPLE, FUTURE] })
  })

  test.each(
    table(`
      asOf                                | instant
      2018-02-05                          | 2018-02-05T00:00:00.000Z
      2018-02-05T14:30:00Z                | 2018-02-05T14:30:00.000Z
      2018-02-05T14:30Z                   | 2018-02-05T14:30:00.000Z
      2018-02-05 14:30:00.123456+00:00    | 2018-02-05T14:30:00.123Z
      2018-02-05T09:30:00.5-05:00         | 2018-02-05T14:30:00.500Z
      2018-02-05T20:00:00+0530            | 2018-02-05T14:30:00.000Z
    `),
  )('made at $asOf', ({ asOf, instant }) => {
    const read = readForecasts(`${HEADER}\nAAPL,0.02,21,0.6,63,${asOf},x`, 'f.csv')
    expect(read.ok && new Date(read.value[0]!.asOf).toISOString()).toBe(instant)
  })

  test('that never fade', () => {
    const read = readForecasts(`${HEADER}\nAAPL,0.02,21,0.6,never,2018-02-05,x`, 'f.csv')
    expect(read.ok && read.value[0]!.halfLifeDays).toBe(Number.POSITIVE_INFINITY)
  })

  test('more than doubling in a year is a forecast, if a bold one', () => {
    expect(readForecasts(`${HEADER}\nAAPL,1.5,252,0.1,63,2018-02-05,x`, 'f.csv').ok).toBe(true)
  })
})

const unescaped = (cell: string) => cell.replaceAll('\\n', '\n').replaceAll('\\\\', '\\')

const AS_OF = 'a day such as 2018-02-05, or an instant with its zone such as 2018-02-05T21:00:00Z'

test.each(
  table(`
    row                                     | message
    AAPL,2,21,0.6,63,2018-02-05,x           | expectedReturn: was 2 in 21 trading days, expected a fraction such as 0.02 (2 %): is it a percentage?
    AAPL,-1,21,0.6,63,2018-02-05,x          | expectedReturn: was -1 in 21 trading days, expected a fraction such as 0.02 (2 %): is it a percentage?
    AAPL,-1.5,252,0.6,63,2018-02-05,x       | expectedReturn: was "-1.5", expected a fraction from -1 to 10 such as 0.02 (2 %)
    AAPL,2%,21,0.6,63,2018-02-05,x          | expectedReturn: was "2%", expected a fraction from -1 to 10 such as 0.02 (2 %)
    AAPL,NaN,21,0.6,63,2018-02-05,x         | expectedReturn: was "NaN", expected a fraction from -1 to 10 such as 0.02 (2 %)
    AAPL,,21,0.6,63,2018-02-05,x            | expectedReturn: was "", expected a fraction from -1 to 10 such as 0.02 (2 %)
    AAPL,0.02,0,0.6,63,2018-02-05,x         | horizonDays: was "0", expected trading days above 0, at most 2520, such as 21
    AAPL,0.02,-5,0.6,63,2018-02-05,x        | horizonDays: was "-5", expected trading days above 0, at most 2520, such as 21
    AAPL,0.02,never,0.6,63,2018-02-05,x     | horizonDays: was "never", expected trading days above 0, at most 2520, such as 21
    AAPL,0.02,21,60,63,2018-02-05,x         | confidence: was "60", expected a chance from 0 to 1 such as 0.6 (60 %)
    AAPL,0.02,21,-0.1,63,2018-02-05,x       | confidence: was "-0.1", expected a chance from 0 to 1 such as 0.6 (60 %)
    AAPL,0.02,21,0.6,0,2018-02-05,x         | halfLifeDays: was "0", expected trading days above 0 such as 63, or never
    AAPL,0.02,21,0.6,63,05/02/2018,x        | asOf: was "05/02/2018", expected ${AS_OF}
    AAPL,0.02,21,0.6,63,2018-02-30,x        | asOf: was "2018-02-30", expected ${AS_OF}
    AAPL,0.02,21,0.6,63,2018-02-05T09:30,x  | asOf: was "2018-02-05T09:30", expected ${AS_OF}
    AAPL,0.02,21,0.6,63,2018-02-05T09:30:00+25:00,x | asOf: was "2018-02-05T09:30:00+25:00", expected ${AS_OF}
    AAPL,0.02,21,0.6,63,2018-02-05,         | source: was "", expected who made it, at most 64 characters, such as momentum
    aapl,0.02,21,0.6,63,2018-02-05,x        | instrument: was "aapl", expected an instrument such as AAPL, AAPL.STK.USD or ESZ6.FUT.USD
    SPX.IND.USD,0.02,21,0.6,63,2018-02-05,x | instrument: was "SPX.IND.USD", expected what can be held, which an index cannot: a fund on it such as SPY, or a future such as ESZ6.FUT.USD
  `),
)('refused: $message', ({ row, message }) => {
  expect(readForecasts(`${HEADER}\n${row}`, 'f.csv')).toEqual({ ok: false, error: `f.csv:2 ${message}` }) // prettier-ignore
})

test.each(
  table(`
    file   | text                                        | message
    f.csv  |                                             | f.csv: is empty, expected a header: ${HEADER}
    f.csv  | ${HEADER}                                   | f.csv: has no forecasts, expected at least one row such as AAPL,0.02,21,0.6,63,2018-02-05,momentum
    f.csv  | ${HEADER.replace('confidence', 'confidance')} | f.csv:1 header: unknown column "confidance", did you mean confidence?
    f.json | []                                          | f.json: has no forecasts, expected at least one row such as AAPL,0.02,21,0.6,63,2018-02-05,momentum
    f.json | [{}, 7]                                     | f.json: element 2 was 7, expected an object such as EXAMPLE
    f.json | {}                                          | f.json: expected a list of objects such as [EXAMPLE]
    f.json | [\\n {"instrument":"","expectedReturn":0.02,"horizonDays":21,"confidence":0.6,"asOf":"2018-02-05","source":"x"},\\n { "instrumnt": "AAPL" }]      | f.json:2 instrument: was "", expected an instrument such as AAPL, AAPL.STK.USD or ESZ6.FUT.USD\\nf.json:3 instrumnt: unknown field, did you mean instrument?
    f.json | [\\n { "source": ["{\\\\"["] },\\n { "source": {} }]         | f.json:2 source: was ["{\\\\"["], expected text or a number\\nf.json:3 source: was {}, expected text or a number
  `),
)('wrong as a whole: $message', ({ file, text, message }) => {
  const example = '{ "instrument": "AAPL", "expectedReturn": 0.02, "horizonDays": 21, "confidence": 0.6, "halfLifeDays": 63, "asOf": "2018-02-05", "source": "momentum" }' // prettier-ignore
  expect(readForecasts(unescaped(text), file)).toEqual({
    ok: false,
    error: unescaped(message).replaceAll('EXAMPLE', example),
  })
})

test('every wrong cell of a row is told', () => {
  const read = readForecasts(`${HEADER}\nAAPL,3%,0,60,-3,2018-13-01,`, 'f.csv')
  const lines = read.ok ? [] : read.error.split('\n')
  const columns = ['expectedReturn', 'horizonDays', 'confidence', 'halfLifeDays', 'asOf', 'source']
  expect(lines.map((line) => /^f\.csv:2 (\w+):/.exec(line)?.[1])).toEqual(columns)
})

test('what Python prints for a missing number is no JSON', () => {
  const read = readForecasts('[{ "instrument": "AAPL", "expectedReturn": NaN }]', 'f.json')
  expect(read).toMatchObject({ ok: false, error: expect.stringMatching(/^f\.json: is no JSON: /) })
})
