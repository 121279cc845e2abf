import { describe, expect, test } from 'vitest'
import { openDesk } from '#gateway/desk.ts'
import { TEN_O_CLOCK, smallDesk, startedClient } from '#test/support/wire-client.ts'
import { askQuotes, dataClient, errorsIn, hoursOn, subscribed } from '#test/support/data-client.ts'
import { table } from '#test/support/table.ts'
import { days, euro, venue } from '#test/support/venue.ts'

/** The tick types heard, in order. */
const ticksIn = (messages: readonly (readonly string[])[]): string[] =>
  messages.flatMap((fields) => (TICKS.has(fields[0] ?? '') ? [fields[0] === '21' ? (fields[2] ?? '') : (fields[3] ?? '')] : [])) // prettier-ignore
const TICKS = new Set(['1', '2', '21', '45', '46'])
const valueOf = (messages: readonly (readonly string[])[], tick: number): string | undefined =>
  messages.find((fields) => TICKS.has(fields[0] ?? '') && fields[3] === String(tick))?.[4]

const bidsIn = (messages: readonly (readonly string[])[]) => messages.filter((fields) => fields[0] === '1' && fields[3] === '1') // prettier-ignore

describe('generic ticks', () => {
  test.each(
    table(`
      asked | heard             | what
      165   | 15 16 17 18 19 20 21 | ranges of 13, 26 and 52 weeks, average volume
      104   | 23                | historical volatility
      411   | 58                | the same, in real time
      221   | 37                | the mark
      232   | 37                | the mark
      619   | 79                | the slow mark
      233   | 48                | trades with volume and average
      375   | 77                | trades that are reported
      236   | 46 89             | whether it can be shorted, and how much
      293   | 54                | trades today
      294   | 55                | trades a minute
      295   | 56                | volume a minute
      318   | 57                | the last regular trade
      456   | 59                | dividends
      595   | 63 64 65          | volume of 3, 5 and 10 minutes
      292   |                   | news: nobody brings any
      258   |                   | ratios without a file
      588   |                   | open interest of what has none
    `),
  )('$asked asks for $what', ({ asked, heard }) => {
    const { client } = dataClient()
    askQuotes(client, 1, 'AAPL')
    const usual = ticksIn(client.heard())
    client.say(2, 1, 1)
    askQuotes(client, 2, 'AAPL', asked)
    const more = ticksIn(client.heard()).filter((tick) => !usual.includes(tick))
    expect(more.join(' ')).toBe(heard)
  })

  test('RTVolume says price, size, time, volume, average and flag', () => {
    const { client } = dataClient()
    askQuotes(client, 1, 'AAPL', '233')
    const heard = client.heard()
    const [price, size, at, volume, average, flag] = (valueOf(heard, 48) ?? '').split(';')
    expect([price, size, volume]).toEqual([valueOf(heard, 4), valueOf(heard, 5), valueOf(heard, 8)])
    expect(Number(at)).toBeLessThanOrEqual(TEN_O_CLOCK)
    expect([Number(average) > 0, flag]).toEqual([true, 'true'])
    expect(Math.abs(Number(average) / Number(price) - 1)).toBeLessThan(0.1)
  })

  test('ratios come from the file', () => {
    const fundamentals = new Map([['AAPL', new Map([['ratios', 'NPRICE=190.25;TTMEPSXCLX=6.1']])]])
    const { client } = dataClient({ fundamentals })
    askQuotes(client, 1, 'AAPL', '258')
    expect(valueOf(client.heard(), 47)).toBe('NPRICE=190.25;TTMEPSXCLX=6.1')
  })

  test('a line hears what it asked for, not what another did', () => {
    const { client, desk } = dataClient()
    askQuotes(client, 1, 'AAPL')
    askQuotes(client, 2, 'AAPL', '233')
    desk.advance(desk.venue.now + 60_000)
    const rtVolumes = client.heard().filter((fields) => fields[3] === '48')
    expect(new Set(rtVolumes.map((fields) => fields[2]))).toEqual(new Set(['2']))
  })
})

describe('lines', () => {
  test('of several clients hear the same changes, each under its own id', () => {
    const desk = smallDesk()
    const [one, two] = [startedClient(desk, 1), startedClient(desk, 2)]
    askQuotes(one, 7, 'AAPL')
    askQuotes(two, 9, 'AAPL')
    one.heard()
    two.heard()
    desk.advance(desk.venue.now + 60_000)
    const heard = one.heard()
    expect(heard.length).toBeGreaterThan(20)
    expect(two.heard()).toEqual(heard.map((fields) => fields.map((field, at) => (at === 2 ? '9' : field)))) // prettier-ignore
  })

  test('are told what is another, never the same again', () => {
    const { client, desk } = dataClient()
    askQuotes(client, 1, 'AAPL')
    desk.advance(desk.venue.now + 60_000)
    const told = new Map<string, string>()
    for (const [id = '', , , tick = '', ...values] of client.heard()) {
      // A price says its size beside it, and says itself again only when it is another.
      const said = id === '1' ? (values[0] ?? '') : values.join(' ')
      if (tick !== '45' && TICKS.has(id)) expect([tick, told.get(tick) === said]).toEqual([tick, false]) // prettier-ignore
      told.set(tick, said)
    }
    expect(told.size).toBeGreaterThan(12)
  })

  test('of a slow client wait and then tell the latest only; the other misses nothing', () => {
    const desk = smallDesk()
    const [slow, quick] = [startedClient(desk, 1), startedClient(desk, 2)]
    askQuotes(slow, 1, 'AAPL')
    askQuotes(quick, 1, 'AAPL')
    for (const client of [slow, quick]) client.heard()
    slow.fallBehind(300_000)
    desk.advance(desk.venue.now + 60_000)
    const told = quick.heard()
    expect(slow.heard()).toEqual([])
    slow.fallBehind(0)
    desk.advance(desk.venue.now + 1_000)
    const caughtUp = slow.heard()
    expect(bidsIn(caughtUp).length).toBeLessThan(bidsIn(told).length)
    expect(bidsIn(caughtUp)[0]?.[4]).toBe(bidsIn([...told, ...quick.heard()]).findLast((fields) => fields[4] === bidsIn(caughtUp)[0]?.[4])?.[4]) // prettier-ignore
  })

  test('are counted over all clients', () => {
    const desk = dataClient({ lines: 2 }).desk
    const [one, two] = [startedClient(desk, 11), startedClient(desk, 12)]
    askQuotes(one, 1, 'AAPL')
    askQuotes(two, 1, 'IBM')
    one.heard()
    two.heard()
    askQuotes(two, 2, 'KO')
    expect(errorsIn(two.heard())).toBe('2:101')
    one.say(2, 1, 1)
    askQuotes(two, 3, 'KO')
    expect(errorsIn(two.heard())).toBe('')
  })

  test('that ended say nothing more', () => {
    const { client, desk } = dataClient()
    askQuotes(client, 1, 'AAPL')
    client.say(2, 1, 1)
    client.heard()
    desk.advance(desk.venue.now + 60_000)
    expect(client.heard()).toEqual([])
  })

  test('may use an id again that is free, and not one that is not', () => {
    const { client } = dataClient()
    askQuotes(client, 1, 'AAPL')
    askQuotes(client, 1, 'IBM')
    client.say(2, 1, 1)
    askQuotes(client, 1, 'IBM')
    client.say(2, 1, 99)
    expect(errorsIn(client.heard())).toBe('1:102 99:300')
  })
})

describe('delayed data', () => {
  test('has ticks of its own, and is as it was a quarter of an hour ago', () => {
    const early = dataClient({}, TEN_O_CLOCK - 900_000)
    askQuotes(early.client, 1, 'AAPL')
    const then = early.client.heard()
    const { client } = dataClient(subscribed('none'))
    client.say(59, 1, 3)
    askQuotes(client, 1, 'AAPL')
    const now = client.heard()
    expect(errorsIn(now)).toBe('1:10167')
    expect(now.filter(([id]) => id === '58')).toEqual([['58', '1', '1', '3']])
    const late = [[1, 66], [2, 67], [4, 68], [9, 75], [14, 76]] as const // prettier-ignore
    for (const [live, delayed] of late) expect(valueOf(now, delayed)).toBe(valueOf(then, live))
    expect(ticksIn(now).every((tick) => Number(tick) >= 66)).toBe(true)
  })

  test('goes on, and stops with its line', () => {
    const { client, desk } = dataClient(subscribed('none'))
    client.say(59, 1, 3)
    askQuotes(client, 1, 'AAPL')
    client.heard()
    desk.advance(desk.venue.now + 60_000)
    expect(ticksIn(client.heard()).filter((tick) => tick === '66').length).toBeGreaterThan(2)
    client.say(2, 1, 1)
    desk.advance(desk.venue.now + 60_000)
    expect(client.heard()).toEqual([])
  })

  test('is not shown unasked', () => {
    const { client } = dataClient(subscribed('none'))
    askQuotes(client, 1, 'AAPL')
    const heard = client.heard()
    expect([errorsIn(heard), ticksIn(heard)]).toEqual(['1:354', []])
  })

  test('a regulatory snapshot is paid for by the piece', () => {
    const { client } = dataClient(subscribed('none'))
    askQuotes(client, 1, 'AAPL', '', 0, 1)
    const heard = client.heard()
    expect([errorsIn(heard), ticksIn(heard).includes('1'), heard.at(-1)?.[0]]).toEqual(['', true, '57']) // prettier-ignore
  })

  test('in part: only what needs no subscription', () => {
    const { client } = dataClient(subscribed('STK=part'))
    askQuotes(client, 1, 'AAPL', '236,104')
    const heard = client.heard()
    expect([errorsIn(heard), ticksIn(heard)]).toEqual(['1:10090', ['46', '89', '23']])
  })
})

/** From the beginning of trading at 04:00 to the regular open. */
const FIVE_AND_A_HALF_HOURS = 19_800_000

describe('frozen data', () => {
  const night = hoursOn('2026-01-05').closesAt + 6 * 3_600_000

  test('is the end of the session, after it', () => {
    const lastMoment = dataClient({}, hoursOn('2026-01-05').closesAt - 1)
    askQuotes(lastMoment.client, 1, 'AAPL')
    const { client } = dataClient({}, night)
    client.say(59, 1, 2)
    askQuotes(client, 1, 'AAPL')
    const heard = client.heard()
    expect(heard.filter(([id]) => id === '58')).toEqual([['58', '1', '1', '2']])
    expect(Number(valueOf(heard, 1))).toBeGreaterThan(0)
  })

  test('thaws when trading begins', () => {
    const { client, desk } = dataClient(
      {},
      hoursOn('2026-01-06').opensAt - FIVE_AND_A_HALF_HOURS - 10_000,
    )
    client.say(59, 1, 2)
    askQuotes(client, 1, 'AAPL')
    expect(client.heardOf(58)).toEqual([['58', '1', '1', '2']])
    desk.advance(desk.venue.now + 20_000)
    expect(client.heardOf(58)).toEqual([['58', '1', '1', '1']])
  })
})

describe('a snapshot', () => {
  test('of what is not quoted ends after eleven seconds', () => {
    const { client, desk } = dataClient()
    askQuotes(client, 1, 'HALTD', '', 1)
    desk.advance(desk.venue.now + 10_999)
    expect(client.heardOf(57)).toEqual([])
    desk.advance(desk.venue.now + 1)
    expect(client.heardOf(57)).toEqual([['57', '1', '1']])
    askQuotes(client, 1, 'AAPL')
    expect(errorsIn(client.heard())).toBe('')
  })

  test('that is cancelled does not end any more', () => {
    const { client, desk } = dataClient()
    askQuotes(client, 1, 'HALTD', '', 1)
    client.say(2, 1, 1)
    client.heard()
    desk.advance(desk.venue.now + 20_000)
    expect(client.heard()).toEqual([])
  })

  test('takes no line', () => {
    const { client } = dataClient({ lines: 1 })
    askQuotes(client, 1, 'HALTD', '', 1)
    askQuotes(client, 2, 'AAPL')
    expect(errorsIn(client.heard())).toBe('')
  })
})

test('a pair has a bid, an ask and a range, and no last price: nobody reports its trades', () => {
  const desk = openDesk(venue({ instruments: [euro], bars: new Map([[euro.id, days(1.25)]]) }))
  const client = startedClient(desk)
  client.say(1, 11, 7, 0, 'EUR', 'CASH', '', 0, '', '', 'IDEALPRO', '', 'USD', '', '', 0, '318', 0, 0, '') // prettier-ignore
  desk.advance(desk.venue.now + 60_000)
  const ticks = new Set(client.heard().filter(([id]) => id === '1' || id === '2').map(([, , , type]) => type)) // prettier-ignore
  expect(ticks).toEqual(new Set(['0', '1', '14', '2', '3', '6', '7', '9']))
})
