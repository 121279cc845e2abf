import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { instantOf, isoInstantOf } from '#model/time.ts'
import { readWireDate, readWireTime, wireTimeOf, zoneOfGreeting } from '#tws/wire-time.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  text                                   | zoneless         | instant
  20240131 09:30:00 US/Eastern           | UTC              | 2024-01-31T14:30:00.000Z
  20240701 09:30:00 US/Eastern           | UTC              | 2024-07-01T13:30:00.000Z
  20240701 09:30:00 America/New_York     | UTC              | 2024-07-01T13:30:00.000Z
  20240701 09:30:00 EST                  | UTC              | 2024-07-01T13:30:00.000Z
  20240701 08:30:00 US/Central           | UTC              | 2024-07-01T13:30:00.000Z
  20240701 22:30:00 Japan                | UTC              | 2024-07-01T13:30:00.000Z
  20240701 15:30:00 MET                  | UTC              | 2024-07-01T13:30:00.000Z
  20240701 13:30:00 Greenwich Mean Time  | Asia/Tokyo       | 2024-07-01T13:30:00.000Z
  20240701-13:30:00                      | US/Eastern       | 2024-07-01T13:30:00.000Z
  20240701  09:30:00                     | US/Eastern       | 2024-07-01T13:30:00.000Z
  20240701 13:30:00                      | UTC              | 2024-07-01T13:30:00.000Z
  1719840600                             | US/Eastern       | 2024-07-01T13:30:00.000Z
  20241103 00:30:00 US/Eastern           | UTC              | 2024-11-03T04:30:00.000Z
  20241103 02:30:00 US/Eastern           | UTC              | 2024-11-03T07:30:00.000Z
  20240310 01:59:59 US/Eastern           | UTC              | 2024-03-10T06:59:59.000Z
  20240310 03:00:00 US/Eastern           | UTC              | 2024-03-10T07:00:00.000Z
`),
)('$text (else $zoneless) is $instant', ({ text, zoneless, instant }) => {
  expect(readWireTime(text, zoneless)).toBe(instantOf(instant))
})

test.each(['', 'soon', '20240701', '20240701 09:30', '20240701 09:30:00 Atlantis/Poseidonis'])(
  '"%s" is no time',
  (text) => {
    expect(readWireTime(text, 'UTC')).toBeUndefined()
  },
)

test('what we write is read back as the same second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      expect(readWireTime(wireTimeOf(seconds * 1000), 'Asia/Tokyo')).toBe(seconds * 1000)
    }),
  )
  expect(wireTimeOf(instantOf('2024-07-01T13:30:00.999Z') ?? 0)).toBe('20240701-13:30:00')
})

test.each([
  ['20250323 22:21:01 Greenwich Mean Time', 'Greenwich Mean Time'],
  ['20250323 22:21:01 US/Eastern', 'US/Eastern'],
  ['20250323 22:21:01 Middle Earth Time', 'UTC'],
  ['20250323 22:21:01', 'UTC'],
])('the zone of the greeting "%s" is %s', (greeting, zone) => {
  expect(zoneOfGreeting(greeting)).toBe(zone)
})

test('the day of a bar', () => {
  expect(readWireDate('20240131')).toBe('2024-01-31')
  expect(readWireDate('2024-01-31')).toBeUndefined()
  expect(isoInstantOf(readWireTime('20240131-00:00:00', 'UTC') ?? 0)).toContain('2024-01-31')
})
