import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DAY_MS, isoDateOf, isoInstantOf, type EpochMs } from '#model/time.ts'
import {
  closesEarly,
  isTradingDay,
  newYorkDate,
  newYorkInstant,
  newYorkOffset,
  newYorkWallTime,
  nextTradingDay,
  previousTradingDay,
  sessionAt,
  sessionOn,
  tradingDays,
  type SessionKind,
} from '#marketdata/calendar.ts'
import { table } from '#test/support/table.ts'

const XNYS = '../shared/data/calendars/xnys.json'
const CMES = '../shared/data/calendars/cmes.json'
const LEAN = '../shared/data/calendars/lean_market_hours_subset.json'
const SPY = '../shared/data/calendars/observed_spy_sessions.json'

test.skipIf(!existsSync(XNYS))(`every closure and early close of ${XNYS}`, () => {
  const { first, last, ...recorded } = JSON.parse(readFileSync(XNYS, 'utf8')) as {
    first: string
    last: string
    sessions: number
    weekday_holidays: string[]
    early_closes: Record<string, string>
  }
  const days = tradingDays(first, last)
  expect(days).toHaveLength(recorded.sessions)
  expect(recorded.weekday_holidays.filter((date) => isTradingDay(date))).toEqual([])
  expect(days.filter((date) => closesEarly(date))).toEqual(
    Object.keys(recorded.early_closes).toSorted(),
  )
})

test.skipIf(!existsSync(SPY))(`every day on which SPY traded, by ${SPY}`, () => {
  const seen = JSON.parse(readFileSync(SPY, 'utf8')) as {
    first: string
    last: string
    sessions: string[]
  }
  expect(tradingDays(seen.first, seen.last)).toEqual(seen.sessions)
})

interface RecordedCalendar {
  readonly first: string
  readonly last: string
  readonly sessions: number
  readonly weekday_holidays: readonly string[]
  readonly early_closes: Readonly<Record<string, string>>
}

/** Sessions of Globex from `first` to `last`, and those that end before 17:00 New York, by end. */
function globexFrom(first: string, last: string) {
  const sessions = daysBetween(first, last).flatMap((date) => sessionOn(date, 'globex') ?? [])
  const ends = sessions.map(({ date, closesAt }) => [date, newYorkWallTime(closesAt).slice(11, 16)] as const) // prettier-ignore
  return { sessions, early: new Map(ends.filter(([, end]) => end !== '17:00')) }
}

const daysBetween = (first: string, last: string): readonly string[] =>
  Array.from({ length: (Date.parse(last) - Date.parse(first)) / DAY_MS + 1 }, (_, i) => isoDateOf(Date.parse(first) + i * DAY_MS)) // prettier-ignore

test.skipIf(!existsSync(CMES))(`every closure and early close of ${CMES}`, () => {
  const recorded = JSON.parse(readFileSync(CMES, 'utf8')) as RecordedCalendar
  const { sessions, early } = globexFrom(recorded.first, recorded.last)
  expect(sessions).toHaveLength(recorded.sessions)
  const open = new Set(sessions.map(({ date }) => date))
  expect(recorded.weekday_holidays.filter((date) => open.has(date))).toEqual([])
  // The record has no 3 July, which LEAN's hours and CME's own notices end at 12:15 Chicago.
  const recordedEarly = Object.keys(recorded.early_closes).toSorted()
  expect([...early.keys()].filter((date) => !date.endsWith('-07-03') || recordedEarly.includes(date))).toEqual(recordedEarly) // prettier-ignore
  // It has 12:00 for all: the day after Thanksgiving and Christmas Eve end at 12:15 likewise.
  const ends = new Set(recordedEarly.map((date) => `${recorded.early_closes[date] ?? ''} ${early.get(date) ?? ''}`)) // prettier-ignore
  expect([...ends].toSorted()).toEqual(['12:00 13:00', '12:00 13:15'])
})

/** Where LEAN's hours of ES say otherwise: two holidays of 2014, and the Good Fridays of a payroll report. */
const LEAN_APART: readonly (readonly [string, string])[] = [
  ['2014-01-20', '11:30'],
  ['2014-02-17', '11:30'],
  ['2015-04-03', '09:15'],
  ['2021-04-02', '09:15'],
  ['2023-04-07', '09:15'],
  ['2026-04-03', '09:15'],
]

/** Cut short by CME's notices, whole in LEAN's hours. */
const LEAN_WHOLE: readonly string[] = ['2023-07-03', '2024-07-03', '2024-11-29']

test.skipIf(!existsSync(LEAN))(
  `ES in ${LEAN}: the same early ends from 2014 on, but for days named here`,
  () => {
    const { entries } = JSON.parse(readFileSync(LEAN, 'utf8')) as {
      entries: Record<string, { earlyCloses?: Record<string, string> }>
    }
    const lean = Object.entries(entries['Future-cme-ES']?.earlyCloses ?? {})
      .map(([date, end]) => [isoOf(date), end.slice(0, 5)] as const)
      .filter(([date, end]) => date >= '2014-01-01' && date <= '2026-12-31' && end !== '17:00')
    const { early } = globexFrom('2014-01-01', '2026-12-31')
    const apart = lean.filter(([date, end]) => early.get(date) !== end)
    expect(lean.length).toBeGreaterThan(100)
    expect(apart).toEqual(LEAN_APART)
    const named = new Set(lean.map(([date]) => date))
    expect([...early.keys()].filter((date) => !named.has(date))).toEqual(LEAN_WHOLE)
  },
)

/** LEAN writes 12/24/2026. */
function isoOf(date: string): string {
  const [month = '', day = '', year = ''] = date.split('/')
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

test.each(
  table(`
  kind     | date       | opens                    | closes                   | why
  globex   | 2018-01-15 | 2018-01-14T23:00:00.000Z | 2018-01-15T18:00:00.000Z | a holiday: until noon in Chicago
  globex   | 2018-03-30 |                          |                          | Good Friday
  globex   | 2018-11-23 | 2018-11-22T23:00:00.000Z | 2018-11-23T18:15:00.000Z | the day after Thanksgiving
  globex   | 2012-10-29 | 2012-10-28T22:00:00.000Z | 2012-10-29T21:00:00.000Z | hurricane Sandy, NYSE is closed
  globex   | 2018-02-04 |                          |                          | a Sunday belongs to Monday
  idealpro | 2018-03-30 | 2018-03-29T21:15:00.000Z | 2018-03-30T21:00:00.000Z | Good Friday is a day like any
  idealpro | 2018-11-22 | 2018-11-21T22:15:00.000Z | 2018-11-22T22:00:00.000Z | Thanksgiving too
  idealpro | 2018-12-25 |                          |                          | Christmas Day
  idealpro | 2019-01-01 |                          |                          | New Year’s Day
  idealpro | 2018-12-26 | 2018-12-25T22:15:00.000Z | 2018-12-26T22:00:00.000Z | opens on the evening of Christmas
`),
)('$kind on $date: $why', ({ kind, date, opens, closes }) => {
  const session = sessionOn(date, kind as SessionKind)
  expect(session ? [isoInstantOf(session.opensAt), isoInstantOf(session.closesAt)] : ['', '']).toEqual([opens, closes]) // prettier-ignore
})

test.each(
  table(`
  date       | opens                    | closes
  2018-02-05 | 2018-02-05T14:30:00.000Z | 2018-02-05T21:00:00.000Z
  2018-03-12 | 2018-03-12T13:30:00.000Z | 2018-03-12T20:00:00.000Z
  2006-04-03 | 2006-04-03T13:30:00.000Z | 2006-04-03T20:00:00.000Z
  2006-10-30 | 2006-10-30T14:30:00.000Z | 2006-10-30T21:00:00.000Z
  2019-11-29 | 2019-11-29T14:30:00.000Z | 2019-11-29T18:00:00.000Z
  2028-07-03 | 2028-07-03T13:30:00.000Z | 2028-07-03T17:00:00.000Z
`),
)('$date trades from $opens to $closes', ({ date, opens, closes }) => {
  const session = sessionOn(date, 'us-equity')
  expect(session && isoInstantOf(session.opensAt)).toBe(opens)
  expect(session && isoInstantOf(session.closesAt)).toBe(closes)
})

// NYSE Group, "Holidays & Trading Hours": announced for 2026 to 2028.
test.each(
  table(`
  year | closed
  2026 | 01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25
  2027 | 01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24
  2028 | 01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25
`),
)('the announced holidays of $year', ({ year, closed }) => {
  const open = new Set(tradingDays(`${year}-01-01`, `${year}-12-31`))
  const weekdays = [...datesOf(year)].filter((date) => ![0, 6].includes(new Date(date).getUTCDay()))
  expect(weekdays.filter((date) => !open.has(date))).toEqual(
    closed.split(' ').map((day) => `${year}-${day}`),
  )
})

function* datesOf(year: string): Generator<string> {
  const end = Date.UTC(Number(year) + 1, 0, 1)
  for (let at = Date.UTC(Number(year), 0, 1); at < end; at += 86_400_000)
    yield new Date(at).toISOString().slice(0, 10)
}

test('New York’s clock agrees with the zone data base at every hour around each change', () => {
  const zone = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/New_York',
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  const wall = (at: EpochMs) => zone.format(at).replace(', ', ' ')
  for (let year = 1993; year <= 2028; year++)
    for (const [month, days] of [
      [2, 45],
      [9, 45],
    ] as const)
      // prettier-ignore
      for (let hour = 0; hour < days * 24; hour += 1) {
        const at = Date.UTC(year, month, 1) + hour * 3_600_000
        expect(newYorkOffset(at)).toBe(Date.parse(`${wall(at)}Z`) - at)
      }
})

test('an instant holds its session until the close, then the next one', () => {
  const friday = newYorkInstant('2018-02-02', 15 * 60 + 59)
  expect(sessionAt(friday, 'us-equity').date).toBe('2018-02-02')
  expect(sessionAt(friday + 60_000, 'us-equity').date).toBe('2018-02-05')
  expect(sessionAt(friday + 60_000, 'us-equity-extended').date).toBe('2018-02-02')
  expect(sessionAt(newYorkInstant('2018-02-04', 19 * 60), 'globex').date).toBe('2018-02-05')
})

test('days before and after jump over holidays and weekends', () => {
  expect(previousTradingDay('2019-01-02')).toBe('2018-12-31')
  expect(nextTradingDay('2001-09-10')).toBe('2001-09-17')
})

test('wall time prints as IBKR prints it', () => {
  const at = Date.UTC(2016, 9, 6, 13, 30)
  expect(newYorkWallTime(at)).toBe('2016-10-06 09:30:00')
  expect(newYorkDate(Date.UTC(2016, 9, 6, 3, 59))).toBe('2016-10-05')
})
