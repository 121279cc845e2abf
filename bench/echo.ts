/** A raw loopback echo in a process of its own: what sockets and two event loops cost, and nothing else. */
import type { Buffer } from 'node:buffer'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { readFrames } from './raw-client.ts'

export interface EchoFigures {
  /** Frames there and back a second. */
  readonly perSecond: number
  readonly latenciesMs: readonly number[]
}

/**
 * Echoes a frame many times, so many at a time.
 *
 * @param frame - of the size that what is compared with it has
 */
export async function echoRate(
  frame: Buffer,
  count: number,
  inFlight: number,
): Promise<EchoFigures> {
  const child = fork(fileURLToPath(new URL('children/echo.ts', import.meta.url)))
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  const sentAt: number[] = []
  const latenciesMs: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const send = () => {
    sentAt.push(performance.now())
    socket.write(frame)
  }
  readFrames(socket, () => {
    latenciesMs.push(performance.now() - (sentAt[latenciesMs.length] ?? 0))
    if (latenciesMs.length === count) resolve()
    else if (sentAt.length < count) send()
  })
  const begun = performance.now()
  for (let i = 0; i < Math.min(inFlight, count); i++) send()
  await promise
  const perSecond = (count * 1_000) / (performance.now() - begun)
  socket.destroy()
  child.disconnect()
  await once(child, 'exit')
  return { perSecond, latenciesMs }
}
