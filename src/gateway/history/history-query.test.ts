import { expect, test } from 'vitest'
import { parseBarSize, parseDuration, parseWhatToShow } from '#gateway/history/history-query.ts'
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
    HISTORICAL_VOLATILITY | 162
    DREAMS                | 321
  `),
)('what to show "$text": $answer', ({ text, answer }) => {
  const read = parseWhatToShow(text, 'AAPL@SMART')
  expect(String(read.ok ? read.value : read.error.code)).toBe(answer)
})
