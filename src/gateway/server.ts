/**
 * The gateway on a TCP port: sockets in, one desk behind them.
 *
 * One thread and one desk, so requests of all clients are answered one after the other, and what one
 * of them does is seen by the next.
 */
import { offsetClock, steppedClock, type GatewayClock } from '#gateway/clock.ts'
import { openConnection, type Wire } from '#gateway/connection.ts'
import { DESK_DEFAULTS, openDesk, type Desk, type DeskSettings } from '#gateway/desk.ts'
import { GatewayError, type GatewayOptions, type RunningGateway } from '#gateway/options.ts'
import { serveControl, type ControlServer } from '#gateway/control/control-server.ts'
import { controlToken } from '#gateway/control/access.ts'
import type { Controlled } from '#gateway/control/routes.ts'
import type { FaultPlan } from '#gateway/faults/plan.ts'
import { recorderTo } from '#gateway/recording/recording.ts'
import { scheduleOperations } from '#gateway/sessions/daily-operations.ts'
import { IBKR_PACING } from '#gateway/sessions/pacing.ts'
import { SLOW_CLIENTS, type SlowClientTerms } from '#gateway/sessions/slow-clients.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { MarketDataTerms } from '#gateway/market-data/terms.ts'
import { Buffer } from 'node:buffer'
import { createServer, type Server, type Socket } from 'node:net'

/** Connections at a time: twice the clients there may be, for those that reconnect or have not started. */
const MOST_CONNECTIONS = 64

export type ServerOptions = Pick<GatewayOptions, 'host' | 'port' | 'clock'> &
  Partial<Omit<GatewayOptions, 'host' | 'port' | 'clock'>> & {
    /** What differs from `SLOW_CLIENTS`. */
    readonly slowClients?: Partial<SlowClientTerms>
  }

/**
 * Serves a venue on a port.
 *
 * @returns when it listens
 * @throws GatewayError `cannot-listen`: the port is taken, the address is not ours
 */
export async function serve(
  venue: Exchange,
  options: ServerOptions,
  plan: FaultPlan = { seed: undefined, faults: [], places: [] },
  marketData: Partial<MarketDataTerms> = {},
): Promise<RunningGateway> {
  const desk = openDesk(venue, { ...deskSettingsOf(options, plan), marketData })
  const sockets = new Set<Socket>()
  const recorder = options.record === undefined ? undefined : await recorderTo(options.record)
  let closedUntil = -Infinity
  let connections = 0
  const server = createServer((socket) => accept(socket))
  server.maxConnections = MOST_CONNECTIONS
  const port = await listening(server, options)
  desk.network = {
    restart(downMs) {
      closedUntil = venue.now + downMs
      for (const socket of sockets) socket.destroy()
    },
  }
  scheduleOperations(desk, options)
  const refused = armAll(desk, plan)
  if (refused !== undefined) {
    server.close()
    throw refused
  }
  const clock = options.clock === 'offset' ? offsetClock(desk) : steppedClock(desk)
  const watch = watchStalled(sockets, { ...SLOW_CLIENTS, ...options.slowClients })
  const control = await controlOf(options, { desk, clock, log: desk.log, flushed: () => flushed(sockets) }) // prettier-ignore

  function accept(socket: Socket): void {
    clock.catchUp()
    if (venue.now < closedUntil) {
      socket.destroy()
      return
    }
    const number = ++connections
    sockets.add(socket)
    socket.setNoDelay(true)
    const wire = wireOf(socket, (bytes) => recorder?.piece(number, 'out', bytes, venue.now))
    const connection = openConnection(desk, wire)
    socket.on('data', (chunk) => {
      clock.catchUp()
      recorder?.piece(number, 'in', chunk, venue.now)
      connection.receive(chunk)
      // A client that asks and does not read is not read either, until it does.
      if (wire.waiting() > MOST_UNREAD_BYTES) socket.pause()
    })
    socket.on('drain', () => socket.resume())
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
    controlPort: control?.port,
    clockOffsetMs: clock.offsetMs,
    venueTime: () => venue.now,
    advanceTo: (to) => clock.advanceTo(to),
    close: async () => {
      clearInterval(watch)
      await control?.close()
      await closing(server, sockets, clock)
      await recorder?.close()
    },
  }
}

/** @returns what is wrong with the plan in this market: a name in it that is not listed */
function armAll(desk: Desk, { faults, places }: FaultPlan): GatewayError | undefined {
  for (const [i, spec] of faults.entries()) {
    const armed = desk.faults.arm(spec)
    if (!armed.ok) return new GatewayError('bad-input', `${places[i] ?? `faults.${i}`}.${armed.error}`) // prettier-ignore
  }
  return undefined
}

/** Lets go of clients that read nothing of what waits for them. */
function watchStalled(
  sockets: ReadonlySet<Socket>,
  { stalledMs }: SlowClientTerms,
): NodeJS.Timeout {
  const seen = new WeakMap<Socket, { readonly taken: number; readonly since: number }>()
  const look = () => {
    const now = performance.now()
    for (const socket of sockets) {
      const taken = socket.bytesWritten - socket.writableLength
      const before = seen.get(socket)
      if (socket.writableLength === 0 || before?.taken !== taken)
        seen.set(socket, { taken, since: now }) // prettier-ignore
      else if (now - before.since >= stalledMs) socket.destroy()
    }
  }
  return setInterval(look, stalledMs / LOOKS_A_STALL).unref()
}

const LOOKS_A_STALL = 6

/** Beyond this a client's own requests wait. */
const MOST_UNREAD_BYTES = 1_048_576

const deskSettingsOf = (options: ServerOptions, plan: FaultPlan): DeskSettings => ({
  seed: plan.seed ?? options.seed ?? DESK_DEFAULTS.seed,
  pacing: {
    ...IBKR_PACING,
    mode: options.pacing ?? (options.clock === 'stepped' ? 'off' : IBKR_PACING.mode),
  },
  readOnly: options.readOnly ?? false,
  masterClientId: options.masterClientId,
  logsMessages: options.controlPort !== undefined,
  slowClients: options.slowClients ?? {},
})

async function controlOf(
  { controlPort, controlToken: file }: ServerOptions,
  controlled: Controlled,
): Promise<ControlServer | undefined> {
  if (controlPort === undefined && file !== undefined)
    throw new GatewayError('bad-input', '--control-token: expected --control-port NUMBER beside it, 0 for a free one') // prettier-ignore
  if (controlPort === undefined) return undefined
  if (file === undefined)
    throw new GatewayError('bad-input', '--control-port: expected --control-token FILE beside it; the file is made if there is none') // prettier-ignore
  return serveControl(controlled, controlPort, await controlToken(file))
}

/** Resolves when the sockets have handed over what was written, or are gone. */
async function flushed(sockets: ReadonlySet<Socket>): Promise<void> {
  // What was written in this turn of the event loop leaves at its end.
  await new Promise<void>((resolve) => {
    setImmediate(resolve)
  })
  await Promise.all([...sockets].filter((socket) => socket.writableLength > 0).map(drained))
}

async function drained(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once('drain', resolve)
    socket.once('close', resolve)
  })
}

/** Frames of one turn of the event loop leave in one piece: a write costs more than what is written. */
function wireOf(socket: Socket, sent: (bytes: Buffer) => void): Wire {
  let held: Buffer[] = []
  let heldBytes = 0
  const flush = () => {
    const [first] = held
    if (first !== undefined && !socket.destroyed)
      socket.write(held.length === 1 ? first : Buffer.concat(held, heldBytes))
    held = []
    heldBytes = 0
  }
  return {
    write(frame) {
      if (socket.destroyed) return
      if (held.length === 0) process.nextTick(flush)
      held.push(frame)
      heldBytes += frame.length
      sent(frame)
    },
    waiting: () => heldBytes + socket.writableLength,
    cut() {
      socket.destroy()
    },
    end() {
      flush()
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
