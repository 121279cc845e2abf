import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { RunningGateway } from '#gateway/options.ts'
import { serve } from '#gateway/server.ts'
import type { SlowClientTerms } from '#gateway/sessions/slow-clients.ts'
import { PREAMBLE, fieldsOf, frameOf, frameReader } from '#gateway/wire/frame.ts'
import { TEN_O_CLOCK, hello, smallDesk } from '#test/support/wire-client.ts'

test('clients are served over TCP, however their bytes are cut', async () => {
  const gateway = await running()
  const client = await dial(gateway)
  for (const byte of Buffer.concat([hello(), frameOf(['71', '2', '1', ''])]))
    client.socket.write(Buffer.from([byte]))
  expect(await client.until('9')).toEqual(['9', '1', '1'])
  client.socket.write(Buffer.concat([frameOf(['49', '1']), frameOf(['17', '1'])]))
  expect(await client.until('49')).toEqual(['49', '1', String(TEN_O_CLOCK / 1000)])
  expect(await client.until('15')).toEqual(['15', '1', 'DU1234567'])
})

test('garbage ends the connection it came on', async () => {
  const gateway = await running()
  const client = await dial(gateway)
  client.socket.write(Buffer.concat([hello(), frameOf(['71', '2', '1', ''])]))
  await client.until('9')
  const garbage = await dial(gateway)
  garbage.socket.write('GET / HTTP/1.1\r\n\r\n')
  await once(garbage.socket, 'close')
  client.socket.write(frameOf(['49', '1']))
  await client.until('49')
})

test('a client that vanishes frees its id at once', async () => {
  const gateway = await running()
  const first = await dial(gateway)
  first.socket.write(Buffer.concat([hello(), frameOf(['71', '2', '1', ''])]))
  await first.until('9')
  first.socket.resetAndDestroy()
  await once(first.socket, 'close')
  const again = await dial(gateway)
  again.socket.write(Buffer.concat([hello(), frameOf(['71', '2', '1', ''])]))
  expect(await again.until('9')).toEqual(['9', '1', '1'])
})

test('a client that reads nothing is let go, and nobody else waits for it', async () => {
  const gateway = await running('stepped', { stalledMs: 200 })
  const other = await dial(gateway)
  other.socket.write(Buffer.concat([hello(), frameOf(['71', '2', '1', ''])]))
  await other.until('9')
  const deaf = await dial(gateway)
  deaf.socket.write(Buffer.concat([hello(), frameOf(['71', '2', '2', ''])]))
  await deaf.until('9')
  deaf.socket.pause()
  // Far more than the system keeps for a socket: requests, and what they are answered.
  const asks = frameOf(['24', '1'])
  deaf.socket.write(Buffer.alloc(16_777_216, asks))
  let answers = 0
  for (; !deaf.socket.closed; answers++) {
    other.socket.write(frameOf(['49', '1']))
    await other.until('49')
  }
  expect(answers).toBeGreaterThan(10)
})

test('a stepped gateway moves only when it is told', async () => {
  const gateway = await running()
  expect(gateway.clockOffsetMs).toBeUndefined()
  gateway.advanceTo(TEN_O_CLOCK + 5_000)
  expect(gateway.venueTime()).toBe(TEN_O_CLOCK + 5_000)
})

test('one on the offset clock follows the wall and will not be told', async () => {
  const gateway = await running('offset')
  expect(gateway.clockOffsetMs).toBeCloseTo(TEN_O_CLOCK - Date.now(), -3)
  expect(() => gateway.advanceTo(TEN_O_CLOCK + 1)).toThrow('follows the wall clock')
})

test('a port that is taken is named, with what to do', async () => {
  const { port } = await running()
  const second = serve(smallDesk().venue, { host: '127.0.0.1', port, clock: 'stepped' })
  await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`)
})

test('closing drops the clients', async () => {
  const gateway = await running()
  const client = await dial(gateway)
  const dropped = once(client.socket, 'close')
  await gateway.close()
  await dropped
})

async function running(
  clock: 'stepped' | 'offset' = 'stepped',
  slowClients: Partial<SlowClientTerms> = {},
): Promise<RunningGateway> {
  const gateway = await serve(smallDesk().venue, { host: '127.0.0.1', port: 0, clock, slowClients })
  onTestFinished(() => gateway.close())
  return gateway
}

interface Dialled {
  readonly socket: Socket
  /** The first message of an id that has not been read yet. */
  until(id: string): Promise<readonly string[]>
}

async function dial({ port }: RunningGateway): Promise<Dialled> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const reader = frameReader(16_777_216)
  reader.push(PREAMBLE)
  const heard: (readonly string[])[] = []
  let look: (() => void) | undefined
  socket.on('data', (chunk) => {
    const frames = reader.push(chunk)
    if (frames.ok) heard.push(...frames.value.map((payload) => fieldsOf(payload)))
    look?.()
  })
  const until = (id: string) =>
    new Promise<readonly string[]>((resolve) => {
      look = () => {
        const at = heard.findIndex(([found]) => found === id)
        if (at >= 0) resolve(heard.splice(at, 1)[0] ?? [])
      }
      look()
    })
  return { socket, until }
}

test('a fault on a name that the market does not list is refused with its place', async () => {
  const plan = {
    seed: undefined,
    faults: [{ fault: 'price-jumps', with: { symbol: 'NOPE' } }],
    places: ['faults.yaml:3 faults.0'],
  }
  const starting = serve(smallDesk().venue, { host: '127.0.0.1', port: 0, clock: 'stepped' }, plan)
  await expect(starting).rejects.toThrow(
    'faults.yaml:3 faults.0.with.symbol: was "NOPE", expected one that is listed, such as',
  )
})

test('a token without a control port is a slip', async () => {
  const starting = serve(smallDesk().venue, { host: '127.0.0.1', port: 0, clock: 'stepped', controlToken: 'token' }) // prettier-ignore
  await expect(starting).rejects.toThrow(
    '--control-token: expected --control-port NUMBER beside it',
  )
})
