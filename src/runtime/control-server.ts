/**
 * The engine's side of the control socket: takes requests from verbs of the same user and streams
 * back what becomes of them. The socket lies in the state folder (0700) and is 0600 itself; the
 * lock is held, so a socket found there is a dead engine's.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { Json } from '#model/canonical-json.ts'
import type { Result } from '#model/result.ts'
import { type ControlAddress, controlAddress } from '#runtime/control-address.ts'
import {
  type ControlReply,
  type ControlRequest,
  encodeLine,
  lineReader,
  parseRequest,
  REQUEST_BYTES,
} from '#runtime/control-protocol.ts'

/**
 * Answers one request.
 *
 * @param emit - streams an event to the asker; of no effect once the asker has gone
 * @param gone - aborted when the asker's connection ends
 * @returns the result, or a refusal for people; a throw is a bug and goes to `onBug`
 */
export type ControlHandler = (
  request: ControlRequest,
  emit: (event: Json) => void,
  gone: AbortSignal,
) => Promise<Result<Json>>

export interface ControlServerOptions {
  /** Prepared by `prepareStateFolder`, locked by `acquireLock`. */
  readonly stateFolder: string
  readonly handler: ControlHandler
  /** What a handler threw; the asker is told only that it failed. */
  readonly onBug: (error: unknown) => void
}

export interface ControlServer {
  /** Ends all connections and removes the socket. */
  close(): Promise<void>
}

/** Verbs at a time: a person has two or three, a runaway script is refused. */
const CONNECTIONS = 32
/** Requests in flight on one connection. */
const IN_FLIGHT = 16
/** An asker that has so much unread is gone for good, bytes. */
const UNREAD_BYTES = 8 * 1024 * 1024
/** What was said to an asker before closing may take this long to leave, ms. */
const LAST_WORDS_MS = 500

/**
 * Listens; does not keep the process alive.
 *
 * @throws StartError `state-folder`; the system's error when it cannot listen
 */
export async function serveControl(options: ControlServerOptions): Promise<ControlServer> {
  const address = controlAddress(options.stateFolder)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.unref()
    serveOne(socket, options)
  })
  server.maxConnections = CONNECTIONS
  try {
    await listen(server, address)
  } catch (error) {
    address.release()
    throw error
  }
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(address.path, { force: true })
          address.release()
          resolve()
        })
        for (const socket of sockets) hangUp(socket)
      }),
  }
}

/** Lets the last answers out, but not for long. */
function hangUp(socket: Socket): void {
  socket.destroySoon()
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref()
}

function listen(server: Server, { address, path }: ControlAddress): Promise<void> {
  rmSync(path, { force: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      chmodSync(path, 0o600)
      server.unref()
      resolve()
    })
  })
}

function serveOne(socket: Socket, { handler, onBug }: ControlServerOptions): void {
  const gone = new AbortController()
  let inFlight = 0
  const reply = (message: ControlReply) => {
    if (socket.writable) socket.write(encodeLine(message))
    if (socket.writableLength > UNREAD_BYTES) socket.destroy()
  }
  const answer = async (request: ControlRequest) => {
    const { id } = request
    inFlight += 1
    try {
      const result = await handler(request, (event) => reply({ id, event }), gone.signal)
      reply(result.ok ? { id, result: result.value } : { id, error: result.error })
    } catch (error) {
      reply({ id, error: `${request.verb}: the engine failed at this; see its log` })
      onBug(error)
    } finally {
      inFlight -= 1
    }
  }
  const onLine = (line: string) => {
    const request = parseRequest(line)
    if (!request.ok) reply({ id: 0, error: request.error })
    else if (inFlight >= IN_FLIGHT)
      reply({ id: request.value.id, error: `${IN_FLIGHT} requests are in flight; wait for one to end` }) // prettier-ignore
    else void answer(request.value)
  }
  const onOverflow = () => {
    socket.end(encodeLine({ id: 0, error: `a request may be ${REQUEST_BYTES} bytes long` }))
  }
  socket.on('data', lineReader(REQUEST_BYTES, onLine, onOverflow))
  socket.on('error', () => socket.destroy())
  socket.on('close', () => gone.abort())
}
