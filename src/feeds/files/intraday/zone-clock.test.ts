import { expect, test } from 'vitest'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { isoInstantOf } from '#model/time.ts'
import { zoneClock } from '#feeds/files/intraday/zone-clock.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  zone             | wall                | utc                      | why
  UTC              | 2018-02-05T09:30:00 | 2018-02-05T09:30:00.000Z | as it stands
  America/New_York | 2018-02-05T09:30:00 | 2018-02-05T14:30:00.000Z | winter
  America/New_York | 2018-07-05T09:30:00 | 2018-07-05T13:30:00.000Z | summer
  America/New_York | 2018-03-11T01:59:00 | 2018-03-11T06:59:00.000Z | the last minute of winter
  America/New_York | 2018-03-11T03:00:00 | 2018-03-11T07:00:00.000Z | the first of summer
  America/New_York | 2018-03-11T02:30:00 | 2018-03-11T07:30:00.000Z | skipped
  America/New_York | 2018-11-04T00:59:00 | 2018-11-04T04:59:00.000Z | before the repeated hour
  America/New_York | 2018-11-04T01:30:00 | 2018-11-04T05:30:00.000Z | repeated: the first time
  America/New_York | 2018-11-04T02:00:00 | 2018-11-04T07:00:00.000Z | after it
  Europe/London    | 2018-07-05T08:00:00 | 2018-07-05T07:00:00.000Z | summer
  Asia/Kolkata     | 2018-07-05T09:15:00 | 2018-07-05T03:45:00.000Z | half hours
  Asia/Tokyo       | 1999-12-31T23:59:59 | 1999-12-31T14:59:59.000Z | seconds
`),
)('$zone $wall: $why', ({ zone, wall, utc }) => {
  expect(isoInstantOf(zoneClock(zone)(Date.parse(`${wall}Z`)))).toBe(utc)
})

test('New York is the calendar’s New York, every half hour of thirty years’ changes', () => {
  const clock = zoneClock('America/New_York')
  for (let year = 1998; year <= 2028; year++)
    for (const month of ['03', '04', '10', '11'])
      for (let day = 1; day <= 15; day++)
        for (const minutes of [0, 60, 90, 120, 180, 570]) {
          const date = `${year}-${month}-${String(day).padStart(2, '0')}`
          expect(clock(Date.parse(date) + minutes * 60_000)).toBe(newYorkInstant(date, minutes))
        }
})

test('a zone that does not exist is refused with one that does', () => {
  expect(() => zoneClock('New York')).toThrow('time zone: was "New York", expected a name such as America/New_York') // prettier-ignore
})
