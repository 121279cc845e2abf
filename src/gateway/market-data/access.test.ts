import { describe, expect, test } from 'vitest'
import { accessTo, isSubscribed } from '#gateway/market-data/access.ts'
import { mostDepth, mostTickByTick, parseSubscriptions } from '#gateway/market-data/terms.ts'
import { table } from '#test/support/table.ts'
import { euro, future, option, stock } from '#test/support/venue.ts'

const LISTED = { STK: stock('AAPL'), NYSE: stock('IBM', { primaryExchange: 'NYSE' }), OPT: option, FUT: future, CASH: euro } // prettier-ignore

const subscribed = (text: string) => {
  const read = parseSubscriptions(text)
  if (!read.ok) throw new Error(read.error)
  return read.value
}

describe('what is answered', () => {
  test.each(
    table(`
      subscriptions        | asked | type | answer
      all                  | STK   | 1    | live
      all                  | STK   | 3    | live
      none                 | STK   | 1    | refused 354
      none                 | STK   | 2    | refused 354
      none                 | STK   | 3    | delayed 10167
      none                 | STK   | 4    | delayed 10167
      none                 | CASH  | 1    | live
      none,CASH=none       | CASH  | 1    | refused 354
      none,no-delayed      | STK   | 1    | refused 10186
      none,no-delayed      | STK   | 3    | refused 10168
      STK                  | STK   | 1    | live
      STK                  | OPT   | 1    | refused 354
      CME                  | FUT   | 1    | live
      all,OPT=none         | OPT   | 1    | refused 354
      all,OPT=none         | STK   | 1    | live
      all,NYSE=none        | STK   | 1    | live
      all,NYSE=none        | NYSE  | 1    | refused 354
      NASDAQ=none          | NYSE  | 1    | live
      STK=tws              | STK   | 1    | refused 10089
      STK=tws              | STK   | 3    | delayed 10167
      STK=part             | STK   | 1    | part 10090
      STK=part             | STK   | 3    | delayed 10090
      STK=tws-part         | STK   | 1    | part 10091
    `),
  )('$subscriptions, $asked with type $type: $answer', ({ subscriptions, asked, type, answer }) => {
    const of = LISTED[asked as keyof typeof LISTED]
    const access = accessTo(of, Number(type), subscribed(subscriptions))
    const said = 'refusal' in access ? `refused ${access.refusal.code}` : [access.shown, access.notice?.code].join(' ').trim() // prettier-ignore
    expect(said).toBe(answer)
  })

  test('the words name what is missing, and say what there is instead', () => {
    const access = accessTo(LISTED.STK, 1, subscribed('none'))
    expect('refusal' in access && access.refusal.text).toBe('Requested market data is not subscribed.Delayed market data is available.AAPL NASDAQ.NMS/TOP/ALL') // prettier-ignore
  })

  test('history needs every price live', () => {
    expect(isSubscribed(LISTED.STK, subscribed('STK=part'))).toBe(false)
    expect(isSubscribed(LISTED.STK, subscribed('STK'))).toBe(true)
  })
})

test.each(
  table(`
    text           | found
    STK=maybe      | "STK=maybe"
    S T            | "S T"
    all,,none      | ""
  `),
)('"$text" is refused', ({ text, found }) => {
  const read = parseSubscriptions(text)
  expect(read.ok ? 'read' : read.error).toContain(`was ${found}, expected all, none`)
})

test.each(
  table(`
    lines | books | single ticks
    100   | 3     | 5
    40    | 3     | 3
    450   | 4     | 22
    9000  | 60    | 450
  `),
)('$lines lines allow $books books', ({ lines, books, 'single ticks': ticks }) => {
  expect([mostDepth(Number(lines)), mostTickByTick(Number(lines))].map(String)).toEqual([books, ticks]) // prettier-ignore
})
