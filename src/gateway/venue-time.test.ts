import { expect, test } from 'vitest'
import { parseWireTime, wireClock, wireMinute, wireTime, wireUtc } from '#gateway/venue-time.ts'
import { isoInstantOf, instantOf } from '#model/time.ts'
import { table } from '#test/support/table.ts'

const WINTER = instantOf('2018-02-05T14:30:00Z') ?? 0
const SUMMER = instantOf('2018-07-05T13:30:00Z') ?? 0

test('an instant is written in New York time, in summer too', () => {
  expect(wireTime(WINTER)).toBe('20180205 09:30:00 US/Eastern')
  expect(wireTime(SUMMER)).toBe('20180705 09:30:00 US/Eastern')
  expect(wireClock(WINTER)).toBe('09:30')
  expect(wireMinute(WINTER)).toBe('20180205:0930')
  expect(wireUtc(WINTER)).toBe('20180205-14:30:00')
})

test.each(
  table(`
    text                                  | instant
    20180205 09:30:00 US/Eastern          | 2018-02-05T14:30:00.000Z
    20180205 09:30:00 America/New_York    | 2018-02-05T14:30:00.000Z
    20180205 09:30:00                     | 2018-02-05T14:30:00.000Z
    20180205  09:30:00                    | 2018-02-05T14:30:00.000Z
    20180705 09:30:00                     | 2018-07-05T13:30:00.000Z
    20180205-14:30:00                     | 2018-02-05T14:30:00.000Z
    20180205 14:30:00 UTC                 | 2018-02-05T14:30:00.000Z
    20180205 23:30:00 Asia/Tokyo          | 2018-02-05T14:30:00.000Z
    20180705 15:30:00 Europe/Berlin       | 2018-07-05T13:30:00.000Z
    20181028 02:30:00 Europe/Berlin       | 2018-10-28T00:30:00.000Z
    20180325 02:30:00 Europe/Berlin       | 2018-03-25T01:30:00.000Z
    20180205 09:30                        | 2018-02-05T14:30:00.000Z
    20180205                              | 2018-02-05T05:00:00.000Z
    20180230 09:30:00                     | no time
    20180205 24:00:00                     | no time
    20180205 09:30:00 Mars/Base           | no time
    20180205-14:30:00 UTC                 | no time
    yesterday                             | no time
  `),
)('$text is $instant', ({ text, instant }) => {
  const at = parseWireTime(text)
  expect(at === undefined ? 'no time' : isoInstantOf(at)).toBe(instant)
})
