/** The handshake and its failures, against a server that can fail in each way. */
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { currentTime, positions } from '#tws/account-queries.ts'
import { connect } from '#tws/connect.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { openSession, type TwsSession } from '#tws/session.ts'
import {
  MANAGED_ACCOUNTS,
  nextValidId,
  notice,
  scriptedTws,
  type Script,
  type ScriptedTws,
} from '#test/support/scripted-tws.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function tws(script: Partial<Script>): Promise<ScriptedTws> {
  const server = await scriptedTws({ greets: true, onStart: () => [MANAGED_ACCOUNTS, nextValidId(42)], ...script }) // prettier-ignore
  open.push(server)
  return server
}

const optionsFor = (port: number) =>
  ({ host: '127.0.0.1', port, clientId: 7, connectTimeoutMs: 500, pacing: NO_PACING }) as const

async function session(port: number): Promise<TwsSession> {
  const opened = await openSession(optionsFor(port))
  open.push(opened)
  return opened
}

describe('ready', () => {
  test('is accounts and a next order id, in either order', async () => {
    for (const first of [MANAGED_ACCOUNTS, nextValidId(42)]) {
      const server = await tws({ onStart: () => [first, first === MANAGED_ACCOUNTS ? nextValidId(42) : MANAGED_ACCOUNTS] }) // prettier-ignore
      expect(await session(server.port)).toMatchObject({
        accounts: ['DU1234567'],
        nextOrderId: 42,
        serverVersion: 178,
        connectedAt: '20260105 10:00:00 US/Eastern',
      })
    }
  })

  test('comes with what was said meanwhile: nothing is lost before anybody listens', async () => {
    const lost = notice(-1, 1100, 'Connectivity between IB and TWS has been lost.')
    const server = await tws({ onStart: () => [MANAGED_ACCOUNTS, nextValidId(42), lost] })
    const opened = await session(server.port)
    server.say(49, 1, 1_700_000_000)
    const heard: unknown[] = []
    const both = new Promise<void>((resolve) => {
      opened.onMessage((message) => {
        heard.push(message)
        if (message.type === 'currentTime') resolve()
      })
    })
    await both
    expect(heard).toMatchObject([{ type: 'notice', code: 1100 }, { type: 'currentTime' }])
  })
})

describe('a handshake that fails names place, cause and cure', () => {
  test('nobody listens', async () => {
    const port = await freePort()
    const refused = openSession(optionsFor(port))
    await expect(refused).rejects.toMatchObject({ kind: 'not-connected' })
    await expect(refused).rejects.toThrow(`nobody answers at 127.0.0.1:${port}`)
    await expect(refused).rejects.toThrow('4002')
  })

  test('somebody accepts and says nothing', async () => {
    const { port } = await tws({ greets: false })
    const silent = openSession({ ...optionsFor(port), connectTimeoutMs: 50 })
    await expect(silent).rejects.toMatchObject({ kind: 'timeout' })
    await expect(silent).rejects.toThrow(`127.0.0.1:${port} sent no API greeting within 0.05 s`)
  })

  test('a greeting, and then nothing', async () => {
    const { port } = await tws({ onStart: () => [MANAGED_ACCOUNTS] })
    const half = openSession({ ...optionsFor(port), connectTimeoutMs: 50 })
    await expect(half).rejects.toMatchObject({ kind: 'timeout' })
    await expect(half).rejects.toThrow('greeted but was not ready')
  })

  test('a greeting, and then the end', async () => {
    const { port } = await tws({ onStart: () => [], hangsUp: () => true })
    const ended = openSession(optionsFor(port))
    await expect(ended).rejects.toMatchObject({ kind: 'not-connected' })
    await expect(ended).rejects.toThrow('trusted IPs')
  })
})

describe('a client id in use', () => {
  const inUse = notice(-1, 326, 'Unable to connect as the client id is already in use.')

  test('that lingers is waited for, with the same id', async () => {
    const server = await tws({
      onStart: (n) => (n < 3 ? [inUse] : [MANAGED_ACCOUNTS, nextValidId(42)]),
      hangsUp: (n) => n < 3,
    })
    const opened = await connect({ ...optionsFor(server.port), clientIdPausesMs: [1, 1, 1] })
    open.push(opened)
    expect(opened.isOpen()).toBe(true)
    expect(server.connections).toBe(3)
  })

  test('for good is an error after the last attempt', async () => {
    const server = await tws({ onStart: () => [inUse], hangsUp: () => true })
    const refused = connect({ ...optionsFor(server.port), clientIdPausesMs: [1, 1] })
    await expect(refused).rejects.toMatchObject({ kind: 'client-id-in-use' })
    await expect(refused).rejects.toThrow('client id 7 is in use')
    expect(server.connections).toBe(3)
  })
})

describe('sending', () => {
  test('resolves when the bytes are written', async () => {
    const server = await tws({ onRequest: () => [[49, 1, 1_700_000_000]] })
    const opened = await session(server.port)
    expect(await currentTime(opened, 1_000)).toBe(1_700_000_000)
    expect(server.heard).toEqual([['49', '1']])
  })

  test('is withheld when it is not allowed at the moment it would go', async () => {
    const server = await tws({ onRequest: () => [[49, 1, 0]] })
    const opened = await session(server.port)
    const held = opened.send('order', (api) => void api.reqIds(), () => false) // prettier-ignore
    await expect(held).rejects.toMatchObject({ kind: 'withheld' })
    await currentTime(opened, 1_000)
    expect(server.heard).toEqual([['49', '1']])
  })

  test('after the end is refused, and nothing is kept for a later connection', async () => {
    const server = await tws({})
    const opened = await session(server.port)
    const ended = new Promise<void>((resolve) => {
      opened.onMessage(({ type }) => void (type === 'closed' && resolve()))
    })
    server.cut()
    await ended
    await expect(opened.send('cancel', (api) => void api.reqGlobalCancel())).rejects.toMatchObject({ kind: 'not-connected' }) // prettier-ignore
    await session(server.port)
    expect(server.heard).toEqual([])
  })

  test('that the library refuses itself is not taken for sent', async () => {
    const server = await tws({})
    const opened = await session(server.port)
    await expect(opened.send('order', () => {})).rejects.toMatchObject({ kind: 'uncertain' })
  })
})

function failing(): never {
  throw new Error('a field that cannot be written')
}

test('what the library throws at is in doubt, and holds up nothing that waits behind it', async () => {
  const server = await tws({})
  const pacing = { perSecond: 200, burst: 1, reservedForCancels: 0 }
  const paced = await openSession({ ...optionsFor(server.port), pacing })
  open.push(paced)
  const ask = () => paced.send('query', (api) => void api.reqCurrentTime())
  const [first, broken, behind] = [ask(), paced.send('order', failing), ask()]
  await first
  await expect(broken).rejects.toMatchObject({ kind: 'uncertain', message: expect.stringContaining('a field that cannot be written') as string }) // prettier-ignore
  await behind
})

test('a message with a field too few fails the answer it belongs to: half of it is none', async () => {
  const tooShort = [61, 3, 'DU1234567', 265598, 'AAPL']
  const server = await tws({ onRequest: ([id]) => (id === '61' ? [tooShort, [62, 1]] : []) })
  const opened = await session(server.port)
  await expect(positions(opened, 1_000)).rejects.toMatchObject({ kind: 'unreadable' })
})

test('a question that is out when the connection ends, ends with it', async () => {
  const server = await tws({})
  const opened = await session(server.port)
  const asked = positions(opened, 10_000)
  server.cut()
  await expect(asked).rejects.toMatchObject({ kind: 'not-connected' })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 1
}
