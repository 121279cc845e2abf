/** The adapter's connection: whom it may trade for, and what it does when the wire breaks. */
import { readFileSync, existsSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { BrokerReport } from '#model/report.ts'
import { instantOf } from '#model/time.ts'
import type { Broker, LinkChange } from '#brokers/broker.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS, type IbkrBrokerConfig } from '#brokers/ibkr/config.ts'
import { SUMMARY_TAGS } from '#brokers/ibkr/translate-account.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { approved, freshId } from '#test/conformance/broker-world.ts'
import { MANAGED_ACCOUNTS, nextValidId, notice, scriptedTws, type Script, type ScriptedTws } from '#test/support/scripted-tws.ts' // prettier-ignore

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close()
})

/** Answers what connecting asks: the clock, and that no order is open. */
const answering: NonNullable<Script['onRequest']> = ([id]) => {
  if (id === '49') return [[49, 1, 1_767_625_200]]
  return id === '5' ? [[53, 1]] : []
}

async function tws(script: Partial<Script> = {}): Promise<ScriptedTws> {
  const server = await scriptedTws({ greets: true, onStart: () => [MANAGED_ACCOUNTS, nextValidId(42)], onRequest: answering, ...script }) // prettier-ignore
  opened.push(server)
  return server
}

function brokerAt(port: number, more: Partial<IbkrBrokerConfig> = {}): Broker {
  const config = { ...IBKR_DEFAULTS, port, clientId: 7, account: 'DU1234567' as AccountId, mode: 'paper', pacing: NO_PACING, reconnectPausesMs: [1], requestTimeoutMs: 2_000, ...more } as const // prettier-ignore
  const broker = createIbkrBroker(config, { now: () => 1_767_625_200_500 })
  opened.push(broker)
  return broker
}

describe('trading is refused', () => {
  test.each([
    ['a live account in paper mode', 'U1234567', 'paper', 'account U1234567 is a live account'],
    ['a paper account in live mode', 'DU1234567', 'live', 'account DU1234567 is a paper account'],
    ["an adviser's paper account in live mode", 'DF1234567', 'live', 'is a paper account'],
  ] as const)('with %s, before anything is dialled', async (_, account, mode, words) => {
    const server = await tws()
    const refused = brokerAt(server.port, { account: account as AccountId, mode }).connect()
    await expect(refused).rejects.toMatchObject({ kind: 'wrong-account' })
    await expect(refused).rejects.toThrow(words)
    expect(server.connections).toBe(0)
  })

  test('where TWS does not manage the account, naming both', async () => {
    const server = await tws({ onStart: () => [[15, 1, 'DU7654321,DU1111111'], nextValidId(42)] })
    const refused = brokerAt(server.port).connect()
    await expect(refused).rejects.toMatchObject({ kind: 'wrong-account' })
    await expect(refused).rejects.toThrow(
      'manages DU7654321, DU1111111; expected the configured account DU1234567',
    )
  })
})

test('nobody listening is not-connected; a server that says nothing is a timeout', async () => {
  const silent = await tws({ greets: false })
  await expect(brokerAt(silent.port, { connectTimeoutMs: 50 }).connect()).rejects.toMatchObject({ kind: 'timeout' }) // prettier-ignore
  await silent.close()
  await expect(brokerAt(silent.port).connect()).rejects.toMatchObject({ kind: 'not-connected' })
})

test('the offset between the clocks is the best guess from whole seconds', async () => {
  const { port } = await tws()
  expect(await brokerAt(port).connect()).toMatchObject({ clockOffsetMs: 0, paper: true })
})

const order = () =>
  approved({ id: freshId(), instrument: 'AAPL.STK.USD' as InstrumentId, side: 'BUY', quantity: quantity('1'), orderType: 'MKT', timeInForce: 'DAY' }) // prettier-ignore

/** Collects changes; `next` resolves with the next one. */
function following(broker: Broker) {
  const changes: LinkChange[] = []
  let tell: ((change: LinkChange) => void) | undefined
  broker.onLink((change) => {
    changes.push(change)
    tell?.(change)
  })
  const next = () =>
    new Promise<LinkChange>((resolve) => {
      tell = resolve
    })
  return { changes, next }
}

describe('the link', () => {
  test('that TWS has lost takes cancels but no orders, until it is back', async () => {
    const server = await tws()
    const broker = brokerAt(server.port)
    await broker.connect()
    const { next } = following(broker)
    const lost = next()
    server.say(...notice(-1, 1100, 'Connectivity between IB and TWS has been lost.'))
    expect(await lost).toMatchObject({ link: 'degraded' })
    await expect(broker.submit(order(), () => true)).rejects.toMatchObject({ kind: 'not-connected' }) // prettier-ignore
    await broker.cancelEverything()
    const back = next()
    server.say(...notice(-1, 1102, 'Connectivity restored - data maintained.'))
    expect(await back).toMatchObject({ link: 'up' })
    await broker.submit(order(), () => true)
    const places = () => server.heard.filter(([id]) => id === '3')
    await expect.poll(places).toHaveLength(1)
  })

  test('that TWS had lost already when we came is degraded', async () => {
    const lost = notice(-1, 1100, 'Connectivity between IB and TWS has been lost.')
    const server = await tws({ onStart: () => [MANAGED_ACCOUNTS, nextValidId(42), lost] })
    const broker = brokerAt(server.port)
    const { changes } = following(broker)
    await broker.connect()
    expect(changes).toMatchObject([{ link: 'degraded' }])
    await expect(broker.submit(order(), () => true)).rejects.toMatchObject({ kind: 'not-connected' }) // prettier-ignore
  })

  test('that broke is made anew by itself; orders go on with higher numbers', async () => {
    const server = await tws({ onStart: (n) => [MANAGED_ACCOUNTS, nextValidId(n === 1 ? 42 : 7)] })
    const broker = brokerAt(server.port)
    await broker.connect()
    await broker.submit(order(), () => true)
    const numbers = () => server.heard.flatMap(([id, number]) => (id === '3' ? [number] : []))
    await expect.poll(numbers).toEqual(['42'])
    const { changes, next } = following(broker)
    const down = next()
    server.cut()
    await down
    await expect(broker.submit(order(), () => true)).rejects.toMatchObject({ kind: 'not-connected' }) // prettier-ignore
    await next()
    expect(changes.map(({ link }) => link)).toEqual(['down', 'up'])
    await broker.submit(order(), () => true)
    await expect.poll(numbers).toEqual(['42', '43'])
  })

  test('is not made anew once the broker is closed', async () => {
    const server = await tws()
    const broker = brokerAt(server.port)
    await broker.connect()
    const { changes } = following(broker)
    await broker.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(changes).toEqual([])
    expect(server.connections).toBe(1)
  })
})

test('a duplicate order number makes us ask for the next one (103)', async () => {
  const server = await tws()
  const broker = brokerAt(server.port)
  await broker.connect()
  server.say(...notice(42, 103, 'Duplicate order id'))
  await expect.poll(() => server.heard.some(([id]) => id === '8')).toBe(true)
})

test('a message that cannot be read tells the link anew, once a minute at most', async () => {
  const server = await tws()
  const notices: string[] = []
  const broker = brokerAt(server.port, { onNotice: (text) => notices.push(text) })
  await broker.connect()
  const { changes } = following(broker)
  const tooShort = [11, -1, 42]
  server.say(...tooShort)
  server.say(...tooShort)
  await expect.poll(() => notices.filter((text) => text.startsWith('505'))).toHaveLength(2)
  expect(changes).toMatchObject([{ link: 'up' }])
  expect(changes[0]?.reason).toContain('could not be read')
})

/** A broker of client 2 at a server of version 176, as the frames below are of. */
async function connected(onRequest: NonNullable<Script['onRequest']>) {
  const server = await tws({ version: 176, onRequest: (fields) => [...onRequest(fields), ...answering(fields)] }) // prettier-ignore
  const broker = brokerAt(server.port, { clientId: 2 })
  const heard: BrokerReport[] = []
  broker.onReport((report) => heard.push(report))
  await broker.connect()
  return { server, broker, heard }
}

const summary = (reqId: string) =>
  [...SUMMARY_TAGS, 'CashBalance'].map((tag) => [63, 1, reqId, 'DU1234567', tag, '1000.00', 'USD'])

// Frames of a real gateway at server version 176, through the library's decoder and our translation.
const captured = '../shared/data/ibkr/wire_messages.jsonl'
describe.skipIf(!existsSync(captured))(`what a real gateway said (${captured})`, () => {
  const ours = '0badcafe-r1-A1-1' as ClientOrderId
  const PERM_ID = '1351823328'

  function frame(kind: string): readonly string[] {
    const lines = readFileSync(captured, 'utf8').split('\n')
    const frames = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Captured)
    const fields = frames.find((one) => one.kind === kind)?.fields ?? []
    return fields.map((field) => (field.startsWith('O-2023') ? ours : field))
  }
  const openOrder = (word: string) =>
    frame('open_order_1').map((field) => (field === 'PendingCancel' ? word : field))

  test('is understood, to the last field', async () => {
    const { server, heard } = await connected(() => [])
    server.say(...openOrder('PendingCancel'))
    server.say(...frame('execution_details_1'))
    server.say(...frame('commission_report_1'))
    await expect.poll(() => heard.length).toBe(3)
    expect(heard).toEqual([
      { type: 'OrderStatus', status: { clientOrderId: ours, permId: PERM_ID, instrument: 'SPY.STK.USD', status: 'pending-cancel', cumulative: undefined, leaves: undefined, reason: '' } },
      { type: 'Execution', execution: { execId: '0000e215.656d0000.01.01', clientOrderId: ours, permId: '1351823368', account: 'DU1234567', instrument: 'EUR.CASH.USD', quantity: quantity('1000'), price: price('1.08735'), venue: 'IDEALPRO', at: instantOf('2023-12-04T01:15:20.000Z'), liquidity: 'removed' } },
      { type: 'Commission', commission: { execId: '0000e215.656d0002.01.01', amount: quantity('2.5'), currency: 'USD', realizedPnl: undefined } },
    ]) // prettier-ignore
  })

  test('of an order of an earlier session, at connecting, names it from then on', async () => {
    const { server, heard } = await connected(([id]) =>
      id === '5' ? [openOrder('Submitted')] : [],
    )
    server.say(3, 190, 'Filled', 1000, 0, 1.5, PERM_ID, 0, 1.5, 2, '', 0)
    await expect.poll(() => heard.length).toBe(2)
    expect(heard[1]).toMatchObject({ status: { clientOrderId: ours, status: 'filled', cumulative: quantity('1000') } }) // prettier-ignore
  })

  test('of an order that was not open at connecting lets us cancel it', async () => {
    let asked = 0
    const { server, broker } = await connected(([id]) => (id === '5' && ++asked > 1 ? [openOrder('Submitted')] : [])) // prettier-ignore
    await broker.cancel(ours)
    await expect.poll(() => server.heard.filter(([id]) => id === '4')).toEqual([['4', '1', '190', '']]) // prettier-ignore
  })

  test('of a fill while a snapshot is taken is in the snapshot', async () => {
    const { broker } = await connected(([id, , third = '']) => {
      if (id === '16') return [[53, 1]]
      if (id === '99') return [[102]]
      if (id === '7') return [[55, 1, third]]
      if (id === '61') return [frame('execution_details_1'), [62, 1]]
      return id === '62' ? [...summary(third), [64, 1, third]] : []
    })
    expect((await broker.snapshot(2_000)).executions).toMatchObject([{ execId: '0000e215.656d0000.01.01' }]) // prettier-ignore
  })
})

interface Captured {
  readonly kind: string
  readonly fields: readonly string[]
}
