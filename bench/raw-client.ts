/**
 * A TWS client with nothing in it: frames out, the ids of frames in. What it measures is the gateway, not a
 * library.
 */
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { PREAMBLE, fieldsOf, frameOf, framed } from '#gateway/wire/frame.ts'

export interface RawClient {
  readonly socket: Socket
  send(...fields: readonly (string | number)[]): void
  /** Bytes as they are. */
  sendBytes(bytes: Buffer): void
  /** Called with each frame; the payload's first field is the message id. */
  onFrame(listener: FrameListener): void
  /** The next frame of a message id, as its fields. */
  next(msgId: number): Promise<readonly string[]>
  close(): void
}

/** @param end - bytes of the stream up to the frame's last */
export type FrameListener = (payload: Buffer, end: number) => void

/** Connects and starts; resolves with the next valid order id. */
export async function rawClient(
  port: number,
  clientId: number,
): Promise<{ readonly client: RawClient; readonly nextOrderId: number }> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  const listeners = new Set<FrameListener>()
  readFrames(socket, (payload, end) => {
    for (const listener of listeners) listener(payload, end)
  })
  const client: RawClient = {
    socket,
    send: (...fields) => void socket.write(frameOf(fields.map(String))),
    sendBytes: (bytes) => void socket.write(bytes),
    onFrame: (listener) => void listeners.add(listener),
    next: (msgId) =>
      new Promise((resolve) => {
        const listener = (payload: Buffer) => {
          if (messageIdOf(payload) !== msgId) return
          listeners.delete(listener)
          resolve(fieldsOf(payload))
        }
        listeners.add(listener)
      }),
    close: () => socket.destroy(),
  }
  const next = client.next(9)
  client.sendBytes(Buffer.concat([PREAMBLE, framed(Buffer.from('v178..178', 'latin1'))]))
  client.send(71, 2, clientId, '')
  const [, , orderId] = await next
  return { client, nextOrderId: Number(orderId) }
}

/** The number before the first NUL. */
export function messageIdOf(payload: Buffer): number {
  let id = 0
  for (const byte of payload) {
    if (byte < 48 || byte > 57) return id
    id = id * 10 + byte - 48
  }
  return id
}

/** Cuts what arrives into frames' payloads; the greeting's is one of them. */
export function readFrames(socket: Socket, take: FrameListener): void {
  let pending = Buffer.alloc(0)
  let taken = 0
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    let at = 0
    while (pending.length - at >= 4) {
      const end = at + 4 + pending.readUInt32BE(at)
      if (end > pending.length) break
      taken += end - at
      take(pending.subarray(at + 4, end), taken)
      at = end
    }
    pending = pending.subarray(at)
  })
}
