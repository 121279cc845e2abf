/** Every fault on the wire: what a client reads with it, and does not read without it. */
import { describe, expect, test } from 'vitest'
import { DESK_DEFAULTS, type Desk } from '#gateway/desk.ts'
import { FAULTS } from '#gateway/faults/registry.ts'
import { FAULT_SPEC } from '#gateway/faults/spec.ts'
import {
  hello,
  newWire,
  smallDesk,
  startedClient,
  type WireClient,
} from '#test/support/wire-client.ts'

type Heard = readonly (readonly string[])[]

/** One fault: how it is armed, what happens, and what of it shows on the wire. */
interface Row {
  readonly fault: string
  readonly more?: object
  /** What the client does, and how far venue time goes. */
  readonly scene: (stage: Stage) => void
  /** Whether what was heard shows the fault; asked of the faultless run too, where it must not. */
  readonly shows: (heard: Heard, stage: Stage) => boolean
}

interface Stage {
  readonly desk: Desk
  readonly client: WireClient
  readonly wait: (ms: number) => void
  /** Fields of everything heard so far. */
  readonly heard: (readonly string[])[]
  readonly listen: () => void
}

const BUY = { orderId: '1', orderType: 'MKT', totalQuantity: '10', tif: 'DAY' }
const RESTING = { orderId: '1', orderType: 'LMT', lmtPrice: '20', totalQuantity: '10', tif: 'DAY' }

const ids = { tick: '1', status: '3', error: '4', open: '5', value: '6', nextId: '9', execution: '11', history: '17', time: '49', executionsEnd: '55', commission: '59', position: '61', positionEnd: '62', completed: '101' } // prettier-ignore

const of = (heard: Heard, id: string): Heard => heard.filter(([first]) => first === id)
const errorsOf = (heard: Heard): readonly string[] => of(heard, ids.error).map(([, , , code]) => code ?? '') // prettier-ignore
const hasError =
  (...codes: number[]) =>
  (heard: Heard): boolean =>
    codes.every((code) => errorsOf(heard).includes(String(code)))
const statuses = (heard: Heard): readonly string[] =>
  of(heard, ids.status).map(([, , status]) => status ?? '')
const firstAt = (heard: Heard, id: string): number => heard.findIndex(([first]) => first === id)

const buys: Row['scene'] = ({ client, wait }) => {
  client.placeOrder(BUY)
  wait(15_000)
}
const rests: Row['scene'] = ({ client, wait }) => {
  client.placeOrder(RESTING)
  wait(1_000)
}
const changes: Row['scene'] = (stage) => {
  rests(stage)
  stage.client.placeOrder({ ...RESTING, lmtPrice: '21' })
  stage.wait(1_000)
}
const cancels: Row['scene'] = (stage) => {
  rests(stage)
  stage.client.say(4, 1, 1, '')
  stage.wait(3_000)
}
const watches: Row['scene'] = ({ client, wait }) => {
  client.say(1, 11, 7, 0, 'AAPL', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', '', 0, '', 0, 0, '')
  wait(5_000)
}
const asksHistory: Row['scene'] = ({ client, wait }) => {
  client.say(20, 8, 0, 'AAPL', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', '', 0, '', '1 day', '5 D', 1, 'TRADES', 1, 0, '') // prettier-ignore
  wait(1_000)
}
const waits: Row['scene'] = ({ wait }) => wait(5_000)
const asksPositions: Row['scene'] = ({ client, wait }) => {
  client.say(61, 1)
  wait(1_000)
}

const ROWS: readonly Row[] = [
  {
    fault: 'client-id-lingers',
    scene: ({ desk, client, heard }) => {
      client.leave()
      const again = newWire(desk)
      again.sayBytes(hello())
      again.say(71, 2, 1, '')
      heard.push(...again.heard())
    },
    shows: hasError(326),
  },
  {
    fault: 'connectivity-lost',
    more: { for: '3s', with: { dataLost: true, repeats: 1, every: '1s' } },
    scene: waits,
    shows: (heard) => errorsOf(heard).join(' ').startsWith('1100 1100 1101 2104'),
  },
  {
    fault: 'connectivity-lost',
    more: { for: '3s' },
    scene: (stage) => {
      stage.client.placeOrder({ ...BUY })
      stage.wait(1_000)
      stage.listen()
      stage.wait(4_000)
    },
    shows: (heard) => hasError(1102)(heard),
  },
  {
    fault: 'farm-flap',
    more: { for: '2s' },
    scene: waits,
    shows: (heard) => errorsOf(heard).join(' ') === '2103 2104',
  },
  {
    fault: 'farm-messages',
    scene: waits,
    shows: hasError(2119, 2108, 2107, 2105, 2157, 2104, 2106, 2158),
  },
  { fault: 'socket-cut', scene: waits, shows: (_heard, { client }) => client.ended() === 'cut' },
  {
    fault: 'cut-mid-frame',
    more: { when: { message: 'CURRENT_TIME' } },
    scene: ({ client }) => client.say(49, 1),
    shows: (_heard, { client }) => client.ended()?.includes('middle of a frame') === true,
  },
  {
    fault: 'frame-split',
    more: { when: { message: 'CURRENT_TIME' }, with: { pause: '500ms' } },
    scene: ({ client, wait }) => {
      client.say(49, 1)
      wait(1_000)
    },
    shows: (heard, { client }) => of(heard, ids.time).length === 1 && client.segments().length > 1,
  },
  {
    fault: 'frames-joined',
    more: { for: '2s' },
    scene: ({ client, wait }) => {
      client.say(49, 1)
      client.say(49, 1)
      wait(3_000)
    },
    shows: (heard, { client }) =>
      of(heard, ids.time).length === 2 && client.segments().length === 1,
  },
  {
    fault: 'gateway-frozen',
    more: { for: '60s' },
    scene: ({ client, wait }) => {
      client.say(49, 1)
      wait(10_000)
    },
    shows: (heard) => of(heard, ids.time).length === 0,
  },
  {
    fault: 'gateway-restart',
    more: { when: { after: '2s' }, with: { rollBack: 4 } },
    scene: (stage) => {
      for (const orderId of ['1', '2', '3', '4', '5'])
        stage.client.placeOrder({ ...RESTING, orderId })
      stage.wait(5_000)
      stage.listen()
      stage.client.leave()
      const again = newWire(stage.desk)
      again.sayBytes(hello())
      again.say(71, 2, 1, '')
      stage.heard.push(...again.heard())
    },
    shows: (heard) => of(heard, ids.nextId).at(-1)?.[2] === '2',
  },
  { fault: 'port-reset', scene: waits, shows: hasError(1300) },
  { fault: 'rate-exceeded', scene: waits, shows: hasError(100) },
  {
    fault: 'garbage-frame',
    scene: waits,
    shows: (heard) => heard.some(([id]) => !/^\d+$/.test(id ?? '')),
  },
  {
    fault: 'wrong-length-frame',
    scene: waits,
    shows: (_heard, { client }) => client.ended()?.includes('wrong length') === true,
  },

  {
    fault: 'placement-lost',
    scene: rests,
    shows: (_heard, { desk }) => desk.venue.openOrders().length === 0,
  },
  {
    fault: 'placement-unacknowledged',
    more: { times: 'always' },
    scene: rests,
    shows: (heard, { desk }) => heard.length === 0 && desk.venue.openOrders().length === 1,
  },
  {
    fault: 'cut-before-placement',
    scene: rests,
    shows: (_heard, { client, desk }) =>
      client.ended() === 'cut' && desk.venue.openOrders().length === 0,
  },
  {
    fault: 'cut-after-placement',
    scene: rests,
    shows: (heard, { client, desk }) =>
      client.ended() === 'cut' && heard.length === 0 && desk.venue.openOrders().length === 1,
  },
  { fault: 'order-held', scene: rests, shows: hasError(399) },
  { fault: 'price-refused', scene: rests, shows: hasError(110) },
  {
    fault: 'price-refused',
    more: { when: { message: 'PLACE_ORDER', nth: 2 } },
    scene: changes,
    shows: (heard, { desk }) => hasError(110)(heard) && desk.venue.openOrders().length === 1,
  },
  {
    fault: 'margin-rejected',
    scene: rests,
    shows: (heard) => hasError(201)(heard) && statuses(heard).join() === 'Inactive',
  },
  {
    fault: 'margin-rejected',
    more: { with: { as: 'Cancelled' } },
    scene: rests,
    shows: (heard) => hasError(201)(heard) && statuses(heard).join() === 'Cancelled',
  },
  { fault: 'duplicate-order-id', scene: rests, shows: hasError(103) },
  { fault: 'placement-refused', more: { with: { code: 200 } }, scene: rests, shows: hasError(200) },
  {
    fault: 'preset-changed-order',
    scene: rests,
    shows: (heard, { desk }) => hasError(10349)(heard) && desk.venue.openOrders().length === 1,
  },
  {
    fault: 'change-shown-as-cancel',
    scene: changes,
    shows: (heard, { desk }) =>
      statuses(heard).at(-1) === 'Cancelled' && desk.venue.openOrders().length === 1,
  },
  {
    fault: 'change-too-early',
    more: { when: { message: 'PLACE_ORDER', nth: 2 } },
    scene: changes,
    shows: hasError(2102),
  },
  {
    fault: 'two-perm-ids',
    scene: changes,
    shows: (heard, { desk }) =>
      desk.venue.openOrders().length === 2 &&
      new Set(of(heard, ids.status).map((status) => status[6])).size === 2,
  },
  {
    fault: 'cancel-unacknowledged',
    scene: cancels,
    shows: (_heard, { desk }) => desk.venue.openOrders().length === 1,
  },
  {
    fault: 'cancel-late',
    scene: (stage) => {
      cancels(stage)
      expect(stage.desk.venue.openOrders().length).toBeLessThanOrEqual(1)
    },
    shows: (_heard, { desk }) => desk.venue.openOrders().length === 1,
  },
  { fault: 'cancel-not-found', scene: cancels, shows: hasError(10147) },
  { fault: 'cancel-too-late', scene: cancels, shows: hasError(10148) },
  {
    fault: 'status-duplicated',
    more: { with: { copies: 2 } },
    scene: rests,
    shows: (heard) => of(heard, ids.status).length === 3,
  },
  {
    fault: 'status-missing',
    more: { times: 'always' },
    scene: rests,
    shows: (heard) => of(heard, ids.status).length === 0 && of(heard, ids.open).length > 0,
  },
  {
    fault: 'status-late',
    more: { with: { by: '1m' } },
    scene: changes,
    shows: (heard) => of(heard, ids.status).length < of(heard, ids.open).length,
  },
  {
    fault: 'fill-before-open-order',
    more: { times: 'always', with: { by: '3s' } },
    scene: buys,
    shows: (heard) =>
      firstAt(heard, ids.execution) < firstAt(heard, ids.open) && firstAt(heard, ids.open) >= 0,
  },
  {
    fault: 'fill-after-cancel',
    scene: buys,
    shows: (heard) =>
      hasError(202)(heard) &&
      heard.findIndex(([id, , status]) => id === ids.status && status === 'Cancelled') <
        firstAt(heard, ids.execution),
  },
  {
    fault: 'perm-id-late',
    more: { times: 2 },
    scene: rests,
    shows: (heard) => of(heard, ids.status)[0]?.[6] === '0',
  },
  {
    fault: 'order-id-zero',
    more: { times: 'always' },
    scene: rests,
    shows: (heard) => of(heard, ids.open)[0]?.[1] === '0',
  },
  {
    fault: 'filled-quantity-unset',
    more: { times: 'always' },
    scene: (stage) => {
      buys(stage)
      stage.client.say(99, 0)
    },
    shows: (heard) => of(heard, ids.completed)[0]?.[86] === '',
  },

  {
    fault: 'execution-duplicated',
    scene: buys,
    shows: (heard) =>
      of(heard, ids.execution).length > new Set(of(heard, ids.execution).map((one) => one[14])).size, // prettier-ignore
  },
  {
    fault: 'execution-missing',
    more: { times: 'always' },
    scene: buys,
    shows: (heard) => of(heard, ids.execution).length === 0 && statuses(heard).includes('Filled'),
  },
  {
    fault: 'execution-corrected',
    scene: buys,
    shows: (heard) => of(heard, ids.execution).some((one) => one[14]?.endsWith('.02') === true),
  },
  {
    fault: 'execution-busted',
    scene: buys,
    shows: (_heard, { desk }) =>
      desk.venue.executions().length === 0 ||
      desk.venue.positions().find(({ instrument }) => instrument.startsWith('AAPL'))?.quantity ===
        300_000_000_000n,
  },
  {
    fault: 'commission-late',
    more: { times: 'always', with: { by: '1m' } },
    scene: buys,
    shows: (heard) => of(heard, ids.commission).length === 0 && statuses(heard).includes('Filled'),
  },
  {
    fault: 'commission-early',
    more: { times: 'always' },
    scene: buys,
    shows: (heard) => firstAt(heard, ids.commission) < firstAt(heard, ids.execution),
  },
  {
    fault: 'commission-missing',
    more: { times: 'always' },
    scene: buys,
    shows: (heard) => of(heard, ids.commission).length === 0 && statuses(heard).includes('Filled'),
  },
  {
    fault: 'commission-unset',
    scene: buys,
    shows: (heard) => of(heard, ids.commission)[0]?.[3] === '1.7976931348623157E308',
  },
  {
    fault: 'commission-pending',
    scene: buys,
    shows: (heard) => of(heard, ids.commission)[0]?.[3] === '-1.0',
  },
  {
    fault: 'executions-hang',
    scene: ({ client, wait }) => {
      client.say(7, 3, 5, 0, '', '', '', '', '', '')
      wait(1_000)
    },
    shows: (heard) => of(heard, ids.executionsEnd).length === 0,
  },

  {
    fault: 'positions-late',
    more: { times: 'always', with: { by: '1m' } },
    scene: asksPositions,
    shows: (heard) => of(heard, ids.position).length === 0 && of(heard, ids.positionEnd).length > 0,
  },
  {
    fault: 'positions-empty',
    more: { times: 'always' },
    scene: asksPositions,
    shows: (heard) => of(heard, ids.position).length === 0 && of(heard, ids.positionEnd).length > 0,
  },
  {
    fault: 'unknown-security-type',
    scene: asksPositions,
    shows: (heard) => of(heard, ids.position).some((one) => one.includes('SLB')),
  },
  {
    fault: 'account-values-stale',
    more: { times: 'always' },
    scene: ({ client, wait }) => {
      client.say(6, 2, 1, '')
      wait(1_000)
    },
    shows: (heard) => of(heard, ids.value).length === 0,
  },
  {
    fault: 'account-not-ready',
    more: { times: 'always' },
    scene: ({ client, wait }) => {
      client.say(6, 2, 1, '')
      wait(1_000)
    },
    shows: (heard) =>
      of(heard, ids.value).some(([, , key, value]) => key === 'AccountReady' && value === 'false'),
  },
  {
    fault: 'account-unsubscribed',
    scene: waits,
    shows: hasError(2100),
  },
  {
    fault: 'slow-answers',
    scene: ({ client, wait }) => {
      client.say(49, 1)
      wait(1_000)
    },
    shows: (heard) => of(heard, ids.time).length === 0,
  },
  {
    fault: 'request-lost',
    scene: ({ client, wait }) => {
      client.say(49, 1)
      wait(10_000)
    },
    shows: (heard) => of(heard, ids.time).length === 0,
  },
  {
    fault: 'clock-skew',
    scene: ({ client }) => client.say(49, 1),
    shows: (heard, { desk }) =>
      of(heard, ids.time)[0]?.[2] === String(Math.floor(desk.venue.now / 1000) + 30),
  },

  {
    fault: 'competing-session',
    more: { when: { after: '2s' }, for: '1m' },
    scene: watches,
    shows: (heard) => errorsOf(heard).filter((code) => code === '10197').length >= 10,
  },
  {
    fault: 'data-not-subscribed',
    more: { with: { code: 10168 } },
    scene: watches,
    shows: hasError(10168),
  },
  { fault: 'data-delayed', scene: watches, shows: hasError(10167) },
  { fault: 'history-pacing', scene: asksHistory, shows: hasError(162) },
  { fault: 'history-empty', scene: asksHistory, shows: hasError(162) },
  {
    fault: 'feed-silent',
    more: { for: '1m' },
    scene: watches,
    shows: (heard) => of(heard, ids.tick).length === 0,
  },
  ...(
    [
      ['quotes-crossed', { increments: 5 }, (bid: number, ask: number) => bid > ask],
      ['quotes-zero', {}, (bid: number, ask: number) => bid === 0 && ask === 0],
      ['quotes-wide', { factor: 60 }, (bid: number, ask: number) => ask / bid > 1.01],
      ['quotes-one-sided', { side: 'bid' }, (bid: number) => bid === -1],
    ] as const
  ).map(([fault, params, isSo]): Row => ({
    fault,
    more: { with: { symbol: 'AAPL', ...params } },
    scene: watches,
    shows: (heard) => {
      const price = (type: string) =>
        Number(of(heard, ids.tick).findLast((tick) => tick[3] === type)?.[4] ?? Number.NaN)
      return isSo(price('1'), price('2'))
    },
  })),
  {
    fault: 'quotes-stale',
    more: { with: { symbol: 'AAPL' } },
    scene: (stage) => {
      watches(stage)
      stage.listen()
      stage.heard.length = 0
      stage.wait(60_000)
    },
    shows: (heard) => of(heard, ids.tick).length === 0,
  },
  {
    fault: 'price-jumps',
    more: { with: { symbol: 'AAPL', fraction: 0.3 } },
    scene: waits,
    // Thirty per cent is beyond the price bands: nobody offers at the upper one.
    shows: (_heard, { desk }) => desk.venue.quote(AAPL)?.ask === undefined,
  },
  {
    fault: 'partial-then-nothing',
    more: { with: { symbol: 'AAPL', units: 4 } },
    scene: buys,
    shows: (heard, { desk }) =>
      of(heard, ids.execution).length > 0 && desk.venue.openOrders()[0]?.filled === 4_000_000_000n,
  },
  {
    fault: 'symbol-halted',
    more: { with: { symbol: 'AAPL' } },
    scene: watches,
    shows: (_heard, { desk }) => desk.venue.quote(AAPL)?.halted === true,
  },

  {
    fault: 'manual-trade',
    more: { with: { symbol: 'IBM', quantity: 7 } },
    scene: asksPositions,
    shows: (heard) => of(heard, ids.position).some((one) => one.includes('IBM')),
  },
  {
    fault: 'unknown-fill',
    more: { with: { symbol: 'IBM', quantity: 7 } },
    scene: waits,
    shows: (heard) => of(heard, ids.execution)[0]?.[2] === '0',
  },
  {
    fault: 'liquidation',
    more: { with: { symbol: 'AAPL' } },
    scene: waits,
    shows: (_heard, { desk }) =>
      desk.venue.executions().some(({ isLiquidation }) => isLiquidation === true),
  },
  {
    fault: 'locate-needed',
    more: { with: { symbol: 'IBM' } },
    scene: ({ client, wait }) => {
      client.placeOrder({ ...BUY, symbol: 'IBM', action: 'SELL' })
      wait(1_000)
    },
    shows: hasError(404),
  },
  {
    fault: 'split',
    more: { with: { symbol: 'AAPL', ratio: 2 } },
    scene: asksPositions,
    shows: (heard) => of(heard, ids.position).some((one) => one.includes('600')),
  },
  {
    fault: 'ticker-change',
    more: { with: { symbol: 'AAPL', newSymbol: 'IBM' } },
    scene: asksPositions,
    shows: (heard) =>
      of(heard, ids.position).some((one) => one.includes('IBM')) &&
      !of(heard, ids.position).some((one) => one.includes('AAPL') && one.includes('300')),
  },
  {
    fault: 'dividend',
    more: { with: { symbol: 'AAPL', amount: 1 } },
    scene: waits,
    shows: (_heard, { desk }) => desk.venue.cash().get('USD') !== 100_000_000_000_000n,
  },
  {
    fault: 'cash-moved',
    more: { with: { amount: 5 } },
    scene: waits,
    shows: (_heard, { desk }) => desk.venue.cash().get('USD') === 100_005_000_000_000n,
  },
  {
    fault: 'day-forgotten',
    more: { for: '1h' },
    scene: (stage) => {
      buys(stage)
      stage.listen()
      stage.heard.length = 0
      stage.client.say(7, 3, 5, 0, '', '', '', '', '', '')
    },
    shows: (heard) =>
      of(heard, ids.execution).length === 0 && of(heard, ids.executionsEnd).length === 1,
  },
]

const AAPL = 'AAPL.STK.USD' as Parameters<Desk['venue']['quote']>[0]

function play(row: Row, armed: boolean): boolean {
  const desk = smallDesk()
  const client = startedClient(desk)
  const stage: Stage = {
    desk,
    client,
    wait: (ms) => desk.advance(desk.venue.now + ms),
    heard: [],
    listen: () => void stage.heard.push(...client.heard()),
  }
  desk.network = { restart: () => {} }
  if (armed) {
    const spec = FAULT_SPEC.parse({ fault: row.fault, ...row.more })
    const id = desk.faults.arm(spec)
    if (!id.ok) throw new Error(id.error)
  }
  row.scene(stage)
  stage.listen()
  return row.shows(stage.heard, stage)
}

/** Which of forty requests were lost, of half of them by chance. */
function fates(seed: number): string {
  const desk = smallDesk(undefined, { ...DESK_DEFAULTS, seed })
  const client = startedClient(desk)
  desk.faults.arm(FAULT_SPEC.parse({ fault: 'request-lost', probability: 0.5, times: 'always' }))
  return Array.from({ length: 40 }, () => {
    client.say(49, 1)
    return client.heard().length
  }).join('')
}

describe('a fault', () => {
  test.each(ROWS)('$fault $more: seen with it, not without it', (row) => {
    expect({ with: play(row, true), without: play(row, false) }).toEqual({
      with: true,
      without: false,
    })
  })

  test('every one of the registry is shown above', () => {
    const shown = new Set(ROWS.map(({ fault }) => fault))
    expect(Object.keys(FAULTS).filter((name) => !shown.has(name))).toEqual([])
  })

  test('chance repeats with the seed', () => {
    expect(fates(3)).toBe(fates(3))
    expect(fates(3)).not.toBe(fates(4))
  })

  test('one that is lifted is over', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    const id = desk.faults.arm(FAULT_SPEC.parse({ fault: 'request-lost', times: 'always' }))
    expect(desk.faults.disarm(id.ok ? id.value : 0)).toBe(true)
    client.say(49, 1)
    expect(client.heardOf(49)).toHaveLength(1)
  })

  test('one that waits for its time, or is spent, is listed and keeps nothing off the fast way', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    const lose = (more: object) => desk.faults.arm(FAULT_SPEC.parse({ fault: 'request-lost', ...more })) // prettier-ignore
    const isIdle = [desk.faults.isIdle]
    lose({ when: { after: '2s' } })
    isIdle.push(desk.faults.isIdle)
    desk.advance(desk.venue.now + 2_000)
    isIdle.push(desk.faults.isIdle)
    client.say(49, 1)
    isIdle.push(desk.faults.isIdle)
    expect(isIdle).toEqual([true, true, false, true])
    expect(desk.faults.list().map(({ state, acted }) => ({ state, acted }))).toEqual([{ state: 'spent', acted: 1 }]) // prettier-ignore
    expect(client.heardOf(49)).toHaveLength(0)
  })

  test('a moment that is lifted before its time ends once, and stays over', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    const id = desk.faults.arm(FAULT_SPEC.parse({ fault: 'connectivity-lost', for: '5s' }))
    expect(desk.faults.disarm(id.ok ? id.value : 0)).toBe(true)
    desk.advance(desk.venue.now + 10_000)
    expect(errorsOf(client.heard()).filter((code) => code === '1102')).toHaveLength(1)
    expect(desk.faults.isIdle).toBe(true)
  })
})
