/**
 * The gateway on a TCP port: sockets in, one desk behind them.
 *
 * One thread and one desk, so requests of all clients are answered one after the other, and what one
 * of them does is seen by the next.
 */
import { offsetClock, steppedClock, type GatewayClock } from '#gateway/clock.ts'
import { openConnection, type Wire } from '#gateway/connection.ts'
import { openDesk } from '#gateway/desk.ts'
import { GatewayError, type GatewayOptions, type RunningGateway } from '#gateway/options.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { createServer, type Server, type Socket } from 'node:net'

/** TWS serves 32 API clients. */
const MOST_CLIENTS = 32

export type ServerOptions = Pick<GatewayOptions, 'host' | 'port' | 'clock'>

/**
 * Serves a venue on a port.
 *
 * @returns when it listens
 * @throws GatewayError `cannot-listen`: the port is taken, the address is not ours
 */
export async function serve(venue: Exchange, options: ServerOptions): Promise<RunningGateway> {
  const desk = openDesk(venue)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => accept(socket))
  server.maxConnections = MOST_CLIENTS
  const port = await listening(server, options)
  const clock = options.clock === 'offset' ? offsetClock(desk) : steppedClock(desk)

  function accept(socket: Socket): void {
    sockets.add(socket)
    socket.setNoDelay(true)
    const connection = openConnection(desk, wireOf(socket))
    socket.on('data', (chunk) => {
      clock.catchUp()
      connection.receive(chunk)
    })
    // A reset is how many clients leave; `close` follows and does the rest.
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      connection.closed()
    })
  }

  return {
    host: options.host,
    port,
    account: venue.account,
    clockOffsetMs: clock.offsetMs,
    venueTime: () => venue.now,
    advanceTo: (to) => clock.advanceTo(to),
    close: () => closing(server, sockets, clock),
  }
}

/** Frames of one turn of the event loop leave in one segment, as far as TCP lets them. */
function wireOf(socket: Socket): Wire {
  let corked = false
  return {
    write(frame) {
      if (socket.destroyed) return
      if (!corked) {
        corked = true
        socket.cork()
        process.nextTick(() => {
          corked = false
          socket.uncork()
        })
      }
      socket.write(frame)
    },
    waiting: () => socket.writableLength,
    cut() {
      socket.destroy()
    },
    end() {
      // A client that does not read would keep a polite end waiting for ever.
      socket.end()
      setTimeout(() => socket.destroy(), LINGER_MS).unref()
    },
  }
}

/** How long a client that is cut off may take to read why. */
const LINGER_MS = 1_000

async function listening(server: Server, { host, port }: ServerOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once(
      'error',
      (cause) =>
      reject(new GatewayError('cannot-listen', `cannot listen on ${host}:${port}: ${cause.message}; choose another with --port, or 0 for a free one`, { cause })), // prettier-ignore
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function closing(
  server: Server,
  sockets: ReadonlySet<Socket>,
  clock: GatewayClock,
): Promise<void> {
  clock.stop()
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  for (const socket of sockets) socket.destroy()
  await closed
}
