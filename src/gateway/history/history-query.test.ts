import { expect, test } from 'vitest'
import {
  hasHistory,
  parseBarSize,
  parseDuration,
  parsePeriod,
  parseWhatToShow,
  stepObjection,
} from '#gateway/history/history-query.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
    text     | duration
    1 Y      | 1 Y
    30 D     | 30 D
    3600 S   | 3600 S
    2 w      | 2 W
    6 M      | 6 M
    365 D    | 365 D
    366 D    | must be made in years
    1Y       | expected such as
    0 D      | expected such as
    -1 D     | expected such as
    1 Q      | expected such as
    99 Y     | at most
    86400 S  | 86400 S
    86401 S  | must be made in days
    53 W     | must be made in years
    13 M     | must be made in years
  `),
)('the duration "$text": $duration', ({ text, duration }) => {
  const read = parseDuration(text)
  if (read.ok) expect(`${read.value.count} ${read.value.unit}`).toBe(duration)
  else expect(read.error).toEqual({ code: 321, text: expect.stringContaining(duration) })
})

test.each(
  table(`
    text    | size
    1 day   | day
    1 week  | week
    1W      | week
    1 month | month
    1 secs  | 1
    30 secs | 30
    1 min   | 60
    5 mins  | 300
    1 hour  | 3600
    4 hours | 14400
    7 mins  | refused
    2 days  | refused
    day     | refused
    1 m     | refused
  `),
)('the bar size "$text": $size', ({ text, size }) => {
  const read = parseBarSize(text)
  const shown = !read.ok ? 'refused' : read.value.kind === 'intraday' ? read.value.seconds : read.value.kind // prettier-ignore
  expect(String(shown)).toBe(size)
  if (!read.ok) expect(read.error.code).toBe(321)
})

test.each(
  table(`
    text                  | answer
    TRADES                | TRADES
    midpoint              | MIDPOINT
    ADJUSTED_LAST         | ADJUSTED_LAST
    HISTORICAL_VOLATILITY | HISTORICAL_VOLATILITY
    schedule              | SCHEDULE
    YIELD_BID             | 162
    DREAMS                | 321
  `),
)('what to show "$text": $answer', ({ text, answer }) => {
  const read = parseWhatToShow(text, 'AAPL@SMART')
  expect(String(read.ok ? read.value : read.error.code)).toBe(answer)
})

test.each(
  table(`
    size    | duration | step
    1 secs  | 2000 S   | fine
    1 secs  | 2001 S   | invalid step: 1
    1 secs  | 1 D      | invalid step: 1
    5 secs  | 14400 S  | fine
    5 secs  | 1 D      | invalid step: 5
    30 secs | 1 D      | fine
    30 secs | 1 W      | invalid step: 30
    1 min   | 1 Y      | fine
    1 day   | 60 Y     | fine
  `),
)('bars of $size over $duration: $step', ({ size, duration, step }) => {
  const [bars, back] = [parseBarSize(size), parseDuration(duration)]
  if (!bars.ok || !back.ok) throw new Error('both can be read')
  const objection = stepObjection(bars.value, back.value)
  expect(objection?.text.split(':').slice(1).join(':') ?? 'fine').toBe(step)
})

test.each(
  table(`
    kind                  | classes
    TRADES                | STK OPT FUT IND
    ADJUSTED_LAST         | STK
    BID                   | STK OPT FUT CASH
    HISTORICAL_VOLATILITY | STK IND
    FEE_RATE              | STK
    SCHEDULE              | STK OPT FUT CASH IND
  `),
)('$kind is of $classes', ({ kind, classes }) => {
  const show = parseWhatToShow(kind, 'X')
  const having = (['STK', 'OPT', 'FUT', 'CASH', 'IND'] as const).filter((of) => show.ok && hasHistory(of, show.value)) // prettier-ignore
  expect(having.join(' ')).toBe(classes)
})

test.each(
  table(`
    text     | period
    3 days   | 3 D
    1 week   | 1 W
    2months  | 2 M
    1 YEAR   | 1 Y
    0 days   | refused
    3 hours  | 10800 S
    9 moons  | refused
    days     | refused
  `),
)('the period "$text": $period', ({ text, period }) => {
  const read = parsePeriod(text)
  expect(read.ok ? `${read.value.count} ${read.value.unit}` : 'refused').toBe(period)
})
