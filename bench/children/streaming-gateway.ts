/**
 * A gateway that writes down when it looked at the market: the wall time of each look, and how many bytes it had
 * handed to each client's socket by then. So whoever counts the bytes that arrive knows which look they are of.
 */
import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { openMarket } from '#gateway/market.ts'
import { serve } from '#gateway/server.ts'
import { money } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'

/** What the parent sets. */
export interface StreamingOptions {
  readonly names: number
  readonly quoteEveryMs: number
  readonly lines: number
  readonly mostBytes: number
  readonly stalledMs: number
}

/** How the gateway stands, and the looks since it was asked last. */
export interface StreamingReport {
  /** Wall time of each look, ms since 1970 with fractions. */
  readonly looks: readonly number[]
  /** By the client's port. */
  readonly clients: Readonly<Record<number, ClientReport>>
  readonly rssBytes: number
  /** What is left of the heap when what nobody holds has been collected; undefined unless that was asked for. */
  readonly heldBytes: number | undefined
  /** Share of one core, since it was asked last. */
  readonly cpu: number
}

export interface ClientReport {
  /** Bytes handed over before each look. */
  readonly handed: readonly number[]
  /** The most that it had not taken. */
  readonly mostWaiting: number
  readonly isGone: boolean
}

/** What it answers first. */
export interface StreamingReady {
  readonly port: number
  readonly conIds: readonly number[]
}

interface Client {
  readonly socket: Socket
  handed: number[]
  mostWaiting: number
  isGone: boolean
}

const clients = new Map<number, Client>()
let looks: number[] = []

subscribe('net.server.socket', (message) => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return
  const { socket } = message
  if (!(socket instanceof Socket) || socket.remotePort === undefined) return
  // One that comes later had nothing in the looks before.
  const client: Client = { socket, handed: looks.map(() => 0), mostWaiting: 0, isGone: false }
  clients.set(socket.remotePort, client)
  socket.once('close', () => (client.isGone = true))
})

/** The venue, every advance of which is written down. */
function watched(venue: Exchange): Exchange {
  const advance = venue.advance.bind(venue)
  return Object.assign(venue, {
    advance: (to: number) => {
      looks.push(performance.timeOrigin + performance.now())
      for (const client of clients.values()) {
        client.handed.push(client.socket.bytesWritten)
        client.mostWaiting = Math.max(client.mostWaiting, client.socket.writableLength)
      }
      return advance(to)
    },
  })
}

async function start(options: StreamingOptions): Promise<StreamingReady> {
  const { names, quoteEveryMs, lines, mostBytes, stalledMs } = options
  const { market, startAt } = await openMarket({ seed: 1, market: `synthetic:names=${names},classes=STK` }) // prettier-ignore
  const venue = createExchange({
    seed: 1,
    account: 'DU1234567' as AccountId, // oxlint-disable-line typescript/no-unsafe-type-assertion -- a literal
    baseCurrency: 'USD',
    startAt,
    market,
    cash: new Map([['USD', money('1000000', 'USD')]]),
    positions: [],
    halted: [],
    quoteEveryMs,
  })
  const { port } = await serve(
    watched(venue),
    { host: '127.0.0.1', port: 0, clock: 'offset', pacing: 'off', slowClients: { mostBytes, stalledMs } }, // prettier-ignore
    undefined,
    { lines },
  )
  return { port, conIds: venue.instruments.map(({ conId }) => conId).slice(0, names) }
}

let asked = { at: performance.now(), cpu: process.cpuUsage() }

function report(collects: boolean): StreamingReport {
  const { user, system } = process.cpuUsage(asked.cpu)
  const cpu = (user + system) / 1_000 / (performance.now() - asked.at)
  asked = { at: performance.now(), cpu: process.cpuUsage() }
  const told: StreamingReport = {
    looks,
    clients: Object.fromEntries([...clients].map(([port, { handed, mostWaiting, isGone }]) => [port, { handed, mostWaiting, isGone }])), // prettier-ignore
    rssBytes: process.memoryUsage.rss(),
    heldBytes: collects ? heldAfterCollection() : undefined,
    cpu,
  }
  looks = []
  for (const client of clients.values()) client.handed = []
  return told
}

function heldAfterCollection(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

process.on('message', (message: StreamingOptions | 'report' | 'collect') => {
  if (message === 'report' || message === 'collect') process.send?.(report(message === 'collect'))
  else void start(message).then((ready) => process.send?.(ready))
})
process.once('disconnect', () => process.exit(0))
