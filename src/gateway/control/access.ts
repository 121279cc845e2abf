/**
 * Who may use the control port: whoever can read the token's file, from this machine, with a program.
 *
 * Loopback, a bearer token from a file of mode 0600, the exact Host and no Origin (so that no web page gets
 * through), JSON only, 64 kB at most.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Buffer } from 'node:buffer'
import { GatewayError } from '#gateway/options.ts'

export const LARGEST_BODY = 65_536

/** Why a request is turned away. */
export interface Denied {
  readonly status: number
  readonly error: string
}

/**
 * Reads the token, or draws one and writes it where there is no file yet.
 *
 * @throws GatewayError `unreadable`, or `bad-input` for a file that others can read
 */
export async function controlToken(file: string): Promise<string> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      const token = randomBytes(24).toString('base64url')
      await handle.writeFile(`${token}\n`)
      return token
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (!isExisting(cause))
      throw new GatewayError('unreadable', `--control-token: cannot write ${file}: ${messageOf(cause)}`, { cause }) // prettier-ignore
  }
  const { mode } = await stat(file)
  if ((mode & 0o077) !== 0)
    throw new GatewayError('bad-input', `--control-token: ${file} can be read by others (mode ${(mode & 0o777).toString(8)}); run chmod 600 on it`) // prettier-ignore
  const token = (await readFile(file, 'utf8')).trim()
  if (token.length < 16)
    throw new GatewayError('bad-input', `--control-token: ${file} holds ${token.length} characters, expected at least 16; delete it and a new one is drawn`) // prettier-ignore
  return token
}

const isExisting = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)) // prettier-ignore

/** @param port - the one we listen on; undefined when the request may pass */
export function denied(
  { headers, method }: IncomingMessage,
  port: number,
  token: string,
): Denied | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (!hosts.includes(headers.host ?? ''))
    return { status: 421, error: `Host: was "${headers.host ?? ''}", expected ${hosts[0]}` }
  if (headers.origin !== undefined) return { status: 403, error: 'web pages may not use this port' }
  if (!isToken(headers.authorization, token))
    return { status: 401, error: 'Authorization: expected Bearer and the token of the file that --control-token names' } // prettier-ignore
  const type = headers['content-type']?.split(';')[0]?.trim()
  if (method === 'POST' && type !== 'application/json')
    return { status: 415, error: `Content-Type: was "${type ?? ''}", expected application/json` }
  return undefined
}

function isToken(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(authorization?.replace(/^Bearer /, '') ?? '')
  const right = Buffer.from(token)
  return given.length === right.length && timingSafeEqual(given, right)
}
