/**
 * A wire that can fail: stands between a client and a server on the loopback, holds back what the
 * server says, or cuts.
 */
import { connect, createServer, type Socket } from 'node:net'

export interface TcpRelay {
  readonly port: number
  /** From now on the server's bytes wait. */
  hold(): void
  /** They arrive, and flow again. */
  release(): void
  /** Drops every connection; new ones are taken. */
  cut(): void
  close(): Promise<void>
}

export async function tcpRelay(to: number): Promise<TcpRelay> {
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket }>()
  let isHeld = false
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    const pair = { near, far }
    pairs.add(pair)
    if (isHeld) far.pause()
    near.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk) => near.write(chunk))
    if (isHeld) far.pause()
    const end = (): void => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('error', end).on('close', end)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')

  const cut = (): void => {
    for (const { near, far } of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: address.port,
    hold() {
      isHeld = true
      for (const { far } of pairs) far.pause()
    },
    release() {
      isHeld = false
      for (const { far } of pairs) far.resume()
    },
    cut,
    close() {
      cut()
      return new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
