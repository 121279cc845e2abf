import { describe, expect, test } from 'vitest'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { openDesk, type Desk } from '#gateway/desk.ts'
import { toNumber } from '#model/border.ts'
import { money, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Option } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import { startedClient, type WireClient } from '#test/support/wire-client.ts'

const STARTS = newYorkInstant('2026-01-05', 600)
const market = syntheticClasses({
  seed: 3,
  stocks: syntheticUniverse({ seed: 3, count: 4 }),
  firstDate: '2025-09-02',
  lastDate: '2026-03-31',
  entryDate: '2026-01-05',
})

/** The call on the first stock that is deepest in the money, of the second expiry. */
function deepCall(): Option {
  const stock = market.instruments.find(({ assetClass }) => assetClass === 'STK')
  invariant(stock !== undefined, 'a market lists stocks')
  const [chain] = market.directory?.chains(stock.id, '2026-01-05') ?? []
  const expiry = chain?.expiries[1]?.replaceAll('-', '') ?? ''
  const id = `${stock.symbol}.OPT.${expiry}.C.${toNumber(chain?.strikes[0] ?? quantity('0'))}.USD`
  const option = market.directory?.byId(id as InstrumentId)
  invariant(option?.assetClass === 'OPT', 'the chain lists it')
  return option
}

const call = deepCall()

function world(): { readonly desk: Desk; readonly client: WireClient } {
  const desk = openDesk(
    createExchange({
      seed: 3,
      account: 'DU1234567' as AccountId,
      baseCurrency: 'USD',
      startAt: STARTS,
      market,
      cash: new Map([['USD', money('1000000', 'USD')]]),
      positions: [{ instrument: call.id, quantity: quantity('2') }],
      halted: [],
    }),
  )
  return { desk, client: startedClient(desk) }
}

const ask = (client: WireClient, more: Partial<Record<'action' | 'contracts' | 'account' | 'override', string>> = {}) => // prettier-ignore
  client.say(21, 2, 9, call.conId, '', 'OPT', '', 0, '', '', 'SMART', '', '', '', more.action ?? 1, more.contracts ?? 1, more.account ?? '', more.override ?? 0) // prettier-ignore

describe('EXERCISE_OPTIONS', () => {
  test('an option in the money becomes stock at the strike that night', () => {
    const { desk, client } = world()
    ask(client)
    expect(client.heardOf(4)).toEqual([])
    desk.advance(newYorkInstant('2026-01-05', 17 * 60))
    const held = new Map(desk.venue.positions().map((of) => [of.instrument, of.quantity]))
    expect(held.get(call.underlying)).toBe(quantity('100'))
    expect(held.get(call.id)).toBe(quantity('1'))
    expect(desk.venue.audit()).toEqual([])
  })

  test.each([
    ['another account', { account: 'DU7654321' }, '321', /Invalid account code/],
    ['an action that is none', { action: '3' }, '321', /Exercise action must be 1/],
    ['more than is held', { contracts: '3' }, '322', /exceeds the long position/],
    ['none at all', { contracts: '0' }, '322', /exceeds the long position/],
    ['letting lapse what is in the money', { action: '2' }, '322', /set override to lapse it/],
  ])('%s is refused', (_what, more, code, text) => {
    const { client } = world()
    ask(client, more)
    expect(client.heardOf(4)).toMatchObject([
      ['4', '2', '9', code, expect.stringMatching(text), ''],
    ])
  })

  test.each([
    ['the rest of the position was sold', '2', 1, '1'],
    ['all of it was sold', '1', 2, '0'],
  ])('%s: the night refuses it, and nothing is exercised', (_why, contracts, sold, left) => {
    const { desk, client } = world()
    ask(client, { contracts })
    const sale = { instrument: call.id, action: 'SELL', quantity: quantity(String(sold)), orderType: 'MKT', timeInForce: 'DAY', outsideRegularHours: false } as const // prettier-ignore
    desk.publish(desk.venue.controls.placeByHand(sale))
    desk.advance(newYorkInstant('2026-01-05', 17 * 60))
    const told = client.heardOf(4).filter(([, , reqId]) => reqId === '9')
    expect(told).toEqual([
      [
        '4',
        '2',
        '9',
        '322',
        `Error processing request: The quantity ${contracts} exceeds the long position, which is ${left} after the close. Nothing was exercised.`,
        '',
      ],
    ])
    expect(desk.venue.positions().map(({ instrument }) => instrument)).not.toContain(
      call.underlying,
    )
    expect(desk.venue.audit()).toEqual([])
  })

  test('override lets it lapse, and nothing is delivered', () => {
    const { desk, client } = world()
    ask(client, { action: '2', contracts: '2', override: '1' })
    desk.advance(newYorkInstant(call.expiry, 18 * 60))
    expect(client.heardOf(4).map(([, , , code]) => code)).not.toContain('322')
    expect(desk.venue.positions()).toEqual([])
  })
})
