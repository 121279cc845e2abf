import { expect, test } from 'vitest'
import { format, price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { DESK_DEFAULTS } from '#gateway/desk.ts'
import { scheduleOperations } from '#gateway/sessions/daily-operations.ts'
import { IBKR_PACING, pacing, type PacingSettings } from '#gateway/sessions/pacing.ts'
import { TEN_O_CLOCK, hello, newWire, smallDesk, startedClient } from '#test/support/wire-client.ts'

const paced = (more: Partial<PacingSettings>) =>
  smallDesk(undefined, { ...DESK_DEFAULTS, pacing: { ...IBKR_PACING, ...more } })

test('the fiftieth message of a second passes, the next waits for the second to end', () => {
  const allowance = pacing(IBKR_PACING)
  for (let i = 0; i < 50; i++) expect(allowance.take(i * 10).type).toBe('pass')
  expect(allowance.take(500)).toEqual({ type: 'wait', ms: 500 })
  expect(allowance.take(1_500)).toMatchObject({ type: 'pass' })
})

test('a throttled client is warned, and its requests are answered late, in order', () => {
  const desk = paced({ mode: 'throttle' })
  const client = startedClient(desk)
  for (let i = 0; i < 60; i++) client.say(49, 1)
  const heard = client.heard()
  expect(heard.filter(([id]) => id === '49')).toHaveLength(50)
  expect(heard.find(([id]) => id === '4')?.slice(3, 5)).toEqual([
    '0',
    'Warning: Approaching max rate of 50 messages per second (44)',
  ])
  desk.advance(desk.venue.now + 1_000)
  expect(client.heardOf(49)).toHaveLength(10)
})

test('where TWS rejects, the client reads 100 and is dropped when it goes on', () => {
  const desk = paced({ mode: 'reject', patience: 3 })
  const client = startedClient(desk)
  for (let i = 0; i < 60; i++) client.say(49, 1)
  const errors = client.heard().filter(([id]) => id === '4')
  expect(errors.filter(([, , , code]) => code === '100')).toHaveLength(3)
  expect(client.ended()).toBe('the client writes too fast')
})

test('a read-only gateway refuses orders and answers questions', () => {
  const desk = smallDesk(undefined, { ...DESK_DEFAULTS, readOnly: true })
  const client = startedClient(desk)
  client.placeOrder({ orderId: '1' })
  client.say(4, 1, 1, '')
  client.say(58, 1)
  client.say(21, 2, 7, 'AAPL')
  client.say(4, 1, 'x')
  client.say(49, 1)
  const heard = client.heard()
  expect(heard.slice(0, 5).map(([, , id, code]) => `${id}:${code}`)).toEqual(['1:321', '1:321', '-1:321', '7:321', '-1:321']) // prettier-ignore
  expect(heard.at(-1)?.[0]).toBe('49')
  expect(desk.venue.openOrders()).toEqual([])
})

test('the nightly reset loses IBKR for some seconds and makes figures unready', () => {
  const desk = smallDesk(newYorkInstant('2026-01-05', 23 * 60 + 44))
  scheduleOperations(desk, { nightlyReset: 23 * 60 + 45 })
  const client = startedClient(desk)
  client.say(6, 2, 1, '')
  client.heard()
  desk.advance(desk.venue.now + 61_000)
  expect(client.heard().filter(([id]) => id === '4').map(([, , , code]) => code)).toEqual(['1100']) // prettier-ignore
  desk.advance(desk.venue.now + 20_000)
  const codes = client.heard().filter(([id]) => id === '4').map(([, , , code]) => code) // prettier-ignore
  expect(codes).toEqual(['1102', '2104', '2106', '2158'])
  client.say(6, 2, 1, '')
  expect(client.heard().find(([id, , key]) => id === '6' && key === 'AccountReady')?.[3]).toBe(
    'false',
  )
  desk.advance(desk.venue.now + 240_000)
  client.say(6, 2, 1, '')
  expect(client.heard().find(([id, , key]) => id === '6' && key === 'AccountReady')?.[3]).toBe('true') // prettier-ignore
})

test('the daily restart comes every day', () => {
  const desk = smallDesk()
  const restarts: number[] = []
  desk.network = { restart: () => restarts.push(desk.venue.now) }
  scheduleOperations(desk, { dailyRestart: 23 * 60 + 55 })
  desk.advance(newYorkInstant('2026-01-07', 12 * 60))
  expect(restarts).toEqual([
    newYorkInstant('2026-01-05', 23 * 60 + 55),
    newYorkInstant('2026-01-06', 23 * 60 + 55),
  ])
})

test.each([true, false])(
  'what fills while the link is down is told when it is back (data kept: %s)',
  (keepsData) => {
    // prettier-ignore
    const desk = smallDesk()
    const client = startedClient(desk)
    client.say(
      1,
      11,
      7,
      0,
      'AAPL',
      'STK',
      '',
      0,
      '',
      '',
      'SMART',
      '',
      'USD',
      '',
      '',
      0,
      '',
      0,
      0,
      '',
    )
    const bid = desk.venue.quote('AAPL.STK.USD' as InstrumentId)?.bid ?? price('0')
    client.placeOrder({ orderId: '1', orderType: 'LMT', lmtPrice: format(bid), totalQuantity: '5' })
    client.heard()
    desk.connectivity.lose(desk)
    desk.advance(desk.venue.now + 3_600_000)
    expect(client.heard().map(([id, , , code]) => [id, code])).toEqual([['4', '1100']])
    expect(desk.venue.executions()).toHaveLength(1)

    desk.connectivity.restore(desk, keepsData)
    const after = client.heard()
    expect(after[0]?.[3]).toBe(keepsData ? '1102' : '1101')
    const told = after.map(([id]) => id)
    expect(told.filter((id) => id === '11')).toHaveLength(1)
    expect(told.filter((id) => id === '59')).toHaveLength(1)
    expect(after.findLast(([id]) => id === '3')?.[2]).toBe('Filled')

    desk.advance(desk.venue.now + 60_000)
    expect(client.heard().some(([id]) => id === '1')).toBe(keepsData)
  },
)

test('thirty-three ids are no more than thirty-two clients', () => {
  const desk = smallDesk(TEN_O_CLOCK)
  for (let clientId = 1; clientId <= 32; clientId++) startedClient(desk, clientId)
  const another = newWire(desk)
  another.sayBytes(hello())
  another.say(71, 2, 33, '')
  expect(another.ended()).toMatch(/32 clients/)
})
