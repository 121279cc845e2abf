/**
 * A server that speaks just enough of the TWS wire to fail in every way the handshake can, and to
 * say single messages. Written from the wire's description, apart from both our client and our gateway.
 */
import { createServer, type Socket } from 'node:net'

export interface ScriptedTws {
  readonly port: number
  /** Frames of the client, split into fields, after its greeting. */
  readonly heard: readonly (readonly string[])[]
  /** Says a message to every client. */
  say(...fields: readonly (string | number)[]): void
  /** Connections so far. */
  readonly connections: number
  cut(): void
  close(): Promise<void>
}

export interface Script {
  /** After the client's greeting: the server's version, or silence. */
  readonly greets: boolean
  /** 178 where absent. */
  readonly version?: number
  /** After START_API: what it says, each a list of fields. Given the number of the connection, from 1. */
  readonly onStart?: (connection: number) => readonly (readonly (string | number)[])[]
  /** Hangs up after that. */
  readonly hangsUp?: (connection: number) => boolean
  /** What it says to a request, by the request's id and fields. */
  readonly onRequest?: (fields: readonly string[]) => readonly (readonly (string | number)[])[]
}

const GREETED_AT = '20260105 10:00:00 US/Eastern'

export const MANAGED_ACCOUNTS = [15, 1, 'DU1234567'] as const
export const nextValidId = (orderId: number) => [9, 1, orderId] as const
export const notice = (id: number, code: number, text: string) => [4, 2, id, code, text, ''] as const // prettier-ignore

export async function scriptedTws(script: Script): Promise<ScriptedTws> {
  const sockets = new Set<Socket>()
  const heard: (readonly string[])[] = []
  let connections = 0
  const server = createServer((socket) => {
    const number = ++connections
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    socket.on(
      'data',
      reader((fields) => {
        const [id = ''] = fields
        if (id === 'API') {
          if (script.greets) send(socket, [script.version ?? 178, GREETED_AT])
        } else if (id === '71') {
          for (const answer of script.onStart?.(number) ?? []) send(socket, answer)
          if (script.hangsUp?.(number) === true) socket.end()
        } else {
          heard.push(fields)
          for (const answer of script.onRequest?.(fields) ?? []) send(socket, answer)
        }
      }),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    heard,
    get connections() {
      return connections
    },
    say: (...fields) => {
      for (const socket of sockets) send(socket, fields)
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

function send(socket: Socket, fields: readonly (string | number)[]): void {
  const payload = Buffer.from(fields.map((field) => `${field}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(payload.length)
  socket.write(Buffer.concat([length, payload]))
}

/** `API\0` is no frame; all that follows is. */
function reader(take: (fields: readonly string[]) => void): (chunk: Buffer) => void {
  let buffer = Buffer.alloc(0)
  let isGreeting = true
  return (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    if (isGreeting && buffer.length >= 4) buffer = buffer.subarray(4)
    for (;;) {
      if (buffer.length < 4) return
      const length = buffer.readUInt32BE()
      if (buffer.length < 4 + length) return
      const text = buffer.subarray(4, 4 + length).toString()
      buffer = buffer.subarray(4 + length)
      take(isGreeting ? ['API', text] : text.split('\0').slice(0, -1))
      isGreeting = false
    }
  }
}
