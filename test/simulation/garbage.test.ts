/** A hundred thousand frames that nobody should send: the gateway stands, forgets them, and serves others. */
import { Buffer } from 'node:buffer'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { chanceOf } from '#exchange/chance.ts'
import { anyFrame, anyPayload } from '#test/simulation/frame-maker.ts'
import { seedsFrom } from '#test/simulation/seeds.ts'
import { newWire, smallDesk, startedClient } from '#test/support/wire-client.ts'

/** Frames a client, and clients a world; a world is a gateway of its own. */
const FRAMES = 50
const CLIENTS = 100
/** What a gateway may have grown by between its middle and its end, bytes. */
const LEAST_LEAK = 16_000_000

test.each(seedsFrom(1, 20))(
  'world %d: 5,000 frames of 100 clients leave the others alone',
  (seed) => {
    const desk = smallDesk()
    const witness = startedClient(desk, 1)
    const draw = chanceOf(seed, 'garbage')
    let halfway = 0
    for (let client = 0; client < CLIENTS; client++) {
      garble(desk, 2 + (client % 30), draw)
      desk.advance(desk.venue.now + Math.floor(draw() * 5_000))
      witness.say(49, 1)
      expect(witness.heardOf(49), `after client ${client}`).toHaveLength(1)
      if (client === CLIENTS / 2) halfway = heapAfterCollection()
    }
    expect(witness.ended()).toBeUndefined()
    expect([...desk.sessions.keys()]).toEqual([1])
    expect(heapAfterCollection() - halfway).toBeLessThan(LEAST_LEAK)
  },
)

/** A client that starts properly, or not, and then says anything, its bytes cut anywhere. */
function garble(desk: ReturnType<typeof smallDesk>, clientId: number, draw: () => number): void {
  const client = draw() < 0.05 ? newWire(desk) : startedClient(desk, clientId)
  const frames = Array.from({ length: FRAMES }, () =>
    draw() < 0.05 ? anyPayload(draw) : anyFrame(draw),
  )
  const bytes = Buffer.concat(frames)
  const step = 1 + Math.floor(draw() * 4_000)
  for (let at = 0; at < bytes.length; at += step) client.sayBytes(bytes.subarray(at, at + step))
  client.heard({ torn: true })
  client.leave()
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
