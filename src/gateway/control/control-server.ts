/** The control port: HTTP and JSON on loopback, for tests, notebooks and people who hold the token. */
import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { LARGEST_BODY, denied } from '#gateway/control/access.ts'
import { ControlError, ROUTES, type Controlled, type Route } from '#gateway/control/routes.ts'
import type { Json } from '#gateway/control/views.ts'
import { GatewayError } from '#gateway/options.ts'

export interface ControlServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * @param port - 0 takes a free one
 * @throws GatewayError `cannot-listen`
 */
export async function serveControl(
  controlled: Controlled,
  port: number,
  token: string,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void respond(request, response)
  })
  server.headersTimeout = HEADERS_MS
  server.requestTimeout = HEADERS_MS
  const listensOn = await listening(server, port)

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = denied(request, listensOn, token)
    if (refusal !== undefined) {
      answer(response, refusal.status, { error: refusal.error })
      request.resume()
      return
    }
    const asked = URL.parse(`http://127.0.0.1:${listensOn}${request.url ?? '/'}`)
    const { pathname, searchParams } = asked ?? new URL('http://127.0.0.1/')
    const found = routeTo(request.method ?? '', pathname)
    if ('status' in found) {
      answer(response, found.status, { error: found.error })
      request.resume()
      return
    }
    try {
      const body = found.method === 'POST' ? await bodyOf(request) : undefined
      answer(response, 200, await found.answer(controlled, { body, search: searchParams }))
    } catch (error) {
      const refused = error instanceof ControlError || error instanceof GatewayError
      // A defect of ours: whoever asked is told, and the clients keep their gateway.
      if (!refused) process.stderr.write(`control port: ${error instanceof Error ? error.stack : String(error)}\n`) // prettier-ignore
      answer(response, refused ? 400 : 500, { error: error instanceof Error ? error.message : String(error) }) // prettier-ignore
    }
  }

  return {
    port: listensOn,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

const HEADERS_MS = 5_000

function routeTo(
  method: string,
  path: string,
): Route | { readonly status: number; readonly error: string } {
  const here = ROUTES.filter((route) => route.path === path)
  const paths = [...new Set(ROUTES.map((route) => route.path))].join(' ')
  if (here.length === 0)
    return { status: 404, error: `path: was ${path}, expected one of ${paths}` }
  const found = here.find((route) => route.method === method)
  const methods = here.map((route) => route.method).join(', ')
  return found ?? { status: 405, error: `method: was ${method}, expected ${methods}` }
}

/** @throws ControlError for what is too long or no JSON */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size > LARGEST_BODY) throw new ControlError(`body: more than ${LARGEST_BODY} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    throw new ControlError('body: expected JSON')
  }
}

function answer(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new GatewayError('cannot-listen', `--control-port: cannot listen on 127.0.0.1:${port}: ${cause.message}`, { cause })) // prettier-ignore
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}
