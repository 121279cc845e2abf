import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { DESK_DEFAULTS } from '#gateway/desk.ts'
import { heldFrames } from '#gateway/sessions/held-frames.ts'
import { smallDesk, startedClient } from '#test/support/wire-client.ts'

test('frames leave in the order they came in, in one piece, once', () => {
  const held = heldFrames()
  expect(held.take()).toBeUndefined()
  held.add(Buffer.from('ab'))
  held.add(Buffer.from('c'))
  expect(held.bytes).toBe(3)
  expect(held.take()?.toString()).toBe('abc')
  expect(held.bytes).toBe(0)
  expect(held.take()).toBeUndefined()
})

test('what is held is not counted anew with every frame', () => {
  const held = heldFrames()
  let counted = 0
  const frame = Object.defineProperty(Buffer.from('a'), 'length', { get: () => (counted++, 1) })
  for (let i = 0; i < 1_000; i++) {
    held.add(frame)
    expect(held.bytes).toBe(i + 1)
  }
  expect(counted).toBe(1_000)
})

test('who is held back for too long is dropped by what waits, held or written', () => {
  const desk = smallDesk(undefined, {
    ...DESK_DEFAULTS,
    slowClients: { mostBytes: 1_000 },
  })
  const client = startedClient(desk)
  const [session] = desk.sessions.values()
  session?.link.hold()
  for (let i = 0; i < 10 && client.ended() === undefined; i++) client.say(49, 1)
  expect(client.ended()).toBeUndefined()
  for (let i = 0; i < 100 && client.ended() === undefined; i++) client.say(49, 1)
  expect(client.ended()).toBe('the client does not read')
})
