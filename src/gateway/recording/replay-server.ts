/** Serves a recorded session on a port: the n-th connection hears what the n-th heard then. */
import { createServer, type Socket } from 'node:net'
import { GatewayError } from '#gateway/options.ts'
import { playback } from '#gateway/recording/replay.ts'
import { readTextFile } from '#gateway/input-files.ts'
import { readRecording, type RecordedPiece } from '#gateway/recording/recording.ts'

export interface ReplayServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Reads a recording and serves it.
 *
 * @param file - as the person named it
 * @throws GatewayError `unreadable`, `bad-input` with the line, `cannot-listen`
 */
export async function openReplay(
  file: string,
  at: { readonly host: string; readonly port: number },
  onDivergence: (connection: number, where: string) => void,
): Promise<ReplayServer> {
  const pieces = readRecording(await readTextFile(file), file)
  if (!pieces.ok) throw new GatewayError('bad-input', pieces.error)
  return serveRecording(pieces.value, at, onDivergence)
}

/**
 * @param onDivergence - called with the connection and the place where a client left the recording
 * @throws GatewayError `cannot-listen`
 */
export async function serveRecording(
  pieces: readonly RecordedPiece[],
  { host, port }: { readonly host: string; readonly port: number },
  onDivergence: (connection: number, where: string) => void,
): Promise<ReplayServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    const connection = ++connections
    sockets.add(socket)
    socket.setNoDelay(true)
    const played = playback(pieces.filter((piece) => piece.connection === connection))
    const take = (step: ReturnType<typeof played.begin>) => {
      if (step.type === 'diverged') {
        onDivergence(connection, step.where)
        socket.destroy()
        return
      }
      if (step.bytes.length > 0) socket.write(step.bytes)
    }
    socket.on('data', (chunk) => take(played.receive(chunk)))
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    take(played.begin())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new GatewayError('cannot-listen', `cannot listen on ${host}:${port}: ${cause.message}`, { cause })) // prettier-ignore
    })
    server.listen(port, host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}
