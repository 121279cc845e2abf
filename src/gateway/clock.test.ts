import { describe, expect, test } from 'vitest'
import { LONGEST_SLICE_MS, offsetClock, steppedClock } from '#gateway/clock.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { DAY_MS, HOUR_MS } from '#model/time.ts'
import { TEN_O_CLOCK, smallDesk, startedClient } from '#test/support/wire-client.ts'

/** A machine on which everything takes longer than a slice may. */
function slowMachine(): () => number {
  let now = 0
  return () => (now += LONGEST_SLICE_MS)
}

/** The venue's days at which somebody else got a turn before `leap` was over. */
async function turnsDuring(leap: Promise<void>, day: () => string): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  let isOver = false
  const over = leap.finally(() => {
    isOver = true
  })
  const look = () => {
    if (isOver) return
    seen.add(day())
    setImmediate(look)
  }
  look()
  await over
  return seen
}

/** A client with a stream, profits and an order that trades, is moved and ends on the way. */
function worldWithAClient() {
  const desk = smallDesk()
  const client = startedClient(desk)
  client.say(1, 11, 9, 265598, 'AAPL', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', '', 0, '', 0, 0, '') // prettier-ignore
  client.say(92, 7, 'DU1234567', '')
  client.placeOrder({ orderId: '5', orderType: 'TRAIL', lmtPrice: '', auxPrice: '0.05', action: 'SELL', tif: 'GTC' }) // prettier-ignore
  return { desk, client }
}

describe('a long leap of the stepped clock', () => {
  test('lets others have their turn on every day of it, though nobody listens', async () => {
    const desk = smallDesk()
    const leap = steppedClock(desk, slowMachine()).leapTo(TEN_O_CLOCK + 5 * DAY_MS)
    const days = await turnsDuring(leap, () => newYorkDate(desk.venue.now))
    expect([...days]).toEqual(['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09', '2026-01-10']) // prettier-ignore
    expect(desk.venue.now).toBe(TEN_O_CLOCK + 5 * DAY_MS)
  })

  test('says to the clients what it says in one go', async () => {
    const [whole, sliced] = [worldWithAClient(), worldWithAClient()]
    whole.desk.advance(TEN_O_CLOCK + HOUR_MS / 4)
    await steppedClock(sliced.desk, slowMachine()).leapTo(TEN_O_CLOCK + HOUR_MS / 4)
    const heard = sliced.client.heard()
    expect(heard.length).toBeGreaterThan(100)
    expect(heard).toEqual(whole.client.heard())
    expect(sliced.desk.venue.executions()).toEqual(whole.desk.venue.executions())
  })

  test('is waited for by the next one', async () => {
    const desk = smallDesk()
    const clock = steppedClock(desk, slowMachine())
    const ends: number[] = []
    const leapTo = async (days: number) => {
      await clock.leapTo(TEN_O_CLOCK + days * DAY_MS)
      ends.push((desk.venue.now - TEN_O_CLOCK) / DAY_MS)
    }
    await Promise.all([leapTo(3), leapTo(4)])
    expect(ends).toEqual([3, 4])
  })

  test('ends where it is when the clock is stopped', async () => {
    const desk = smallDesk()
    const clock = steppedClock(desk, slowMachine())
    const leap = clock.leapTo(TEN_O_CLOCK + 5 * DAY_MS)
    setImmediate(() => clock.stop())
    await leap
    expect(desk.venue.now).toBeLessThan(TEN_O_CLOCK + 5 * DAY_MS)
  })
})

test('a clock that runs by itself cannot leap', async () => {
  const clock = offsetClock(smallDesk())
  await expect(clock.leapTo(TEN_O_CLOCK)).rejects.toThrow(
    'start the gateway with the stepped clock',
  )
  clock.stop()
})
