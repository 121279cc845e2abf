/**
 * What a verb and a running engine say to each other over the control socket: one JSON object a
 * line. A request `{id, verb, args}` is answered by any number of `{id, event}` and then, last, by
 * one `{id, result}` or `{id, error}`. Ids are the asker's, unique on its connection.
 */
import type { Json } from '#model/canonical-json.ts'
import { err, ok, type Result } from '#model/result.ts'

export interface ControlRequest {
  readonly id: number
  readonly verb: string
  readonly args: Json
}

export type ControlReply =
  | { readonly id: number; readonly event: Json }
  | { readonly id: number; readonly result: Json }
  /** For people. */
  | { readonly id: number; readonly error: string }

/** A request may be this long, its line end included. Answers may be longer: a plan is. */
export const REQUEST_BYTES = 65_536

/** An answer line longer than this is not ours. */
export const REPLY_BYTES = 64 * 1024 * 1024

/** One message as it goes over the wire. */
export const encodeLine = (message: ControlRequest | ControlReply): string =>
  `${JSON.stringify(message)}\n`

/** Reads a verb's line; an error for the asker when it is no request. */
export function parseRequest(line: string): Result<ControlRequest> {
  const json = parsed(line)
  if (!isObject(json))
    return err('expected one JSON object a line: {"id":1,"verb":"status","args":{}}')
  const { id, verb, args = null } = json
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return err('id: expected a whole number')
  if (typeof verb !== 'string' || verb === '') return err('verb: expected a name such as "status"')
  return ok({ id, verb, args })
}

/** Reads the engine's line; an error when it is no reply. */
export function parseReply(line: string): Result<ControlReply> {
  const json = parsed(line)
  if (!isObject(json)) return err('expected one JSON object a line')
  const { id, event, result, error } = json
  if (typeof id !== 'number') return err('id: expected a whole number')
  if (event !== undefined) return ok({ id, event })
  if (result !== undefined) return ok({ id, result })
  if (typeof error === 'string') return ok({ id, error })
  return err('expected event, result or error')
}

/**
 * Puts the chunks of a stream together to lines of at most `limit` bytes, line end included.
 *
 * @param onLine - a line without its end, decoded as UTF-8
 * @param onOverflow - called once; nothing is read any more
 * @returns takes the next chunk
 */
export function lineReader(
  limit: number,
  onLine: (line: string) => void,
  onOverflow: () => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let held = 0
  return (chunk) => {
    let rest = chunk
    while (held <= limit) {
      const end = rest.indexOf(LINE_END)
      held += end < 0 ? rest.length : end + 1
      if (held > limit) return onOverflow()
      if (end < 0) return void parts.push(rest)
      const line = Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8')
      parts = []
      held = 0
      rest = rest.subarray(end + 1)
      onLine(line)
    }
  }
}

const LINE_END = 0x0a

function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const isObject = (json: Json | undefined): json is { readonly [key: string]: Json } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
