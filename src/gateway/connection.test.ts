import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { hello, newWire, smallDesk, startedClient } from '#test/support/wire-client.ts'
import { PREAMBLE } from '#gateway/wire/frame.ts'

describe('a new connection', () => {
  test('agrees on a version, then starts: accounts, next id, farms', () => {
    const client = newWire(smallDesk())
    client.sayBytes(hello('v100..193'))
    expect(client.heard()).toEqual([['178', '20260105 10:00:00 US/Eastern']])
    client.say(71, 2, 1, '')
    expect(client.heard()).toEqual([
      ['15', '1', 'DU1234567'],
      ['9', '1', '1'],
      ['4', '2', '-1', '2104', 'Market data farm connection is OK:usfarm', ''],
      ['4', '2', '-1', '2106', 'HMDS data farm connection is OK:ushmds', ''],
      ['4', '2', '-1', '2158', 'Sec-def data farm connection is OK:secdefnj', ''],
    ])
  })

  test('may arrive a byte at a time, or all at once', () => {
    const start = Buffer.concat([hello(), startFrame(1)])
    const slow = newWire(smallDesk())
    for (const byte of start) slow.sayBytes(Buffer.from([byte]))
    const fast = newWire(smallDesk())
    fast.sayBytes(start)
    expect(slow.heard()).toEqual(fast.heard())
  })

  test.each([['v100..151'], ['v213..225']])('%s is told 178 and let go', (range) => {
    const client = newWire(smallDesk())
    client.sayBytes(hello(range))
    expect(client.heard().map(([version]) => version)).toEqual(['178'])
    expect(client.ended()).toContain('we speak 176..178')
  })

  test('a request before START_API is refused and changes nothing', () => {
    const client = newWire(smallDesk())
    client.sayBytes(hello())
    client.heard()
    client.placeOrder({ orderId: '1' })
    expect(client.heard().map((fields) => fields[3])).toEqual(['320'])
    client.say(71, 2, 1, '')
    expect(client.ended()).toBeUndefined()
  })

  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a frame of four gigabytes', Buffer.concat([PREAMBLE, Buffer.from('ffffffff', 'hex')])],
    ['no version range', Buffer.concat([PREAMBLE, Buffer.from('00000003414243', 'hex')])],
  ])('%s ends this connection, and no other', (_situation, bytes) => {
    const desk = smallDesk()
    const other = startedClient(desk, 1)
    const garbage = newWire(desk)
    garbage.sayBytes(bytes)
    expect(garbage.ended()).toBeDefined()
    garbage.sayBytes(hello())
    expect(garbage.heard()).toEqual([])
    other.say(49, 1)
    expect(other.heardOf(49)).toHaveLength(1)
  })
})

describe('a client id', () => {
  test('in use is error 326, and the first client keeps it', () => {
    const desk = smallDesk()
    const first = startedClient(desk, 7)
    const second = newWire(desk)
    second.sayBytes(hello())
    second.heard()
    second.say(71, 2, 7, '')
    expect(second.heard()).toEqual([expect.arrayContaining(['-1', '326'])])
    expect(second.ended()).toContain('7')
    first.say(49, 1)
    expect(first.heardOf(49)).toHaveLength(1)
  })

  test('is free again when its client has left; its orders stay, its ids go on', () => {
    const desk = smallDesk()
    const first = startedClient(desk, 7)
    first.placeOrder({ orderId: '12', lmtPrice: '1.5', tif: 'GTC' })
    first.leave()
    const again = newWire(desk)
    again.sayBytes(hello())
    again.say(71, 2, 7, '')
    expect(again.heardOf(9)).toEqual([['9', '1', '13']])
    again.say(5, 1)
    expect(again.heardOf(5)).toHaveLength(1)
  })

  test.each([['-1'], [''], ['one']])('%s is none', (clientId) => {
    const client = newWire(smallDesk())
    client.sayBytes(hello())
    client.heard()
    client.say(71, 2, clientId, '')
    expect(client.heard().map((fields) => fields[3])).toEqual(['320'])
    expect(client.ended()).toBe('no client id')
  })
})

describe('a started client', () => {
  test.each([
    ['an unknown message', ['999', '1'], '-1', '320'],
    ['a message that is no number', ['abc'], '-1', '320'],
    ['an empty message', [''], '-1', '320'],
    ['market depth of nothing', ['10', '5', '33'], '33', '321'],
    ['a request id that is none', ['61', '1'], undefined, undefined],
    ['history without an id', ['20', 'x'], '-1', '320'],
  ])('%s is answered, and the connection lives', (_situation, fields, reqId, code) => {
    const client = startedClient(smallDesk())
    client.say(...fields)
    const errors = client.heardOf(4)
    expect(errors.map((error) => [error[2], error[3]])).toEqual(code === undefined ? [] : [[reqId, code]]) // prettier-ignore
    client.say(49, 1)
    expect(client.heardOf(49)).toHaveLength(1)
  })

  test('that reads slowly misses samples, not answers', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    askForQuotes(client, 1)
    client.heard()
    client.fallBehind(1_000_000)
    desk.advance(desk.venue.now + 60_000)
    expect(client.heard()).toEqual([])
    client.say(49, 1)
    expect(client.heardOf(49)).toHaveLength(1)
    client.fallBehind(0)
    desk.advance(desk.venue.now + 10_000)
    expect(client.heardOf(1).length).toBeGreaterThan(0)
  })

  test('that does not read at all is given up', () => {
    const client = startedClient(smallDesk())
    client.fallBehind(100_000_000)
    client.say(49, 1)
    expect(client.ended()).toBe('the client does not read')
  })

  test('that leaves watches nothing any more', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    askForQuotes(client, 1)
    client.leave()
    expect(desk.sessions.size).toBe(0)
    desk.advance(desk.venue.now + 10_000)
    expect(desk.data.levelOne.isOpen).toBe(false)
  })
})

function askForQuotes(client: ReturnType<typeof newWire>, reqId: number): void {
  client.say(1, 11, reqId, 0, 'AAPL', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', '', 0, '', 0, 0, '') // prettier-ignore
}

function startFrame(clientId: number): Buffer {
  const text = Buffer.from(['71', '2', clientId, '', ''].join('\0'))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(text.length)
  return Buffer.concat([length, text])
}
