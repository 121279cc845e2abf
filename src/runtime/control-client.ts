/** A verb's side of the control socket: finds the running engine, asks, and follows the answer. */
import { connect, type Socket } from 'node:net'
import type { Json } from '#model/canonical-json.ts'
import { err, ok, type Result } from '#model/result.ts'
import { controlAddress } from '#runtime/control-address.ts'
import {
  type ControlReply,
  encodeLine,
  lineReader,
  parseReply,
  REPLY_BYTES,
  REQUEST_BYTES,
} from '#runtime/control-protocol.ts'

export interface ControlClient {
  /**
   * @param onEvent - called for every event until the answer
   * @returns the result, or the engine's refusal for people
   * @throws ControlLost when the engine ends before it has answered
   */
  request(verb: string, args: Json, onEvent?: (event: Json) => void): Promise<Result<Json>>
  /** Hangs up; what is still asked for ends as lost. */
  close(): void
}

/** The engine went away in the middle. */
export class ControlLost extends Error {
  override readonly name = 'ControlLost'
}

/**
 * Connects to the engine that runs on a state folder.
 *
 * @returns undefined when none does
 * @throws the system's error when there is one but it may not be spoken to
 */
export async function connectControl(stateFolder: string): Promise<ControlClient | undefined> {
  const socket = await reach(stateFolder)
  return socket === undefined ? undefined : clientOver(socket)
}

async function reach(stateFolder: string): Promise<Socket | undefined> {
  try {
    const address = controlAddress(stateFolder)
    return await connected(address.address).finally(() => address.release())
  } catch (error) {
    if (error instanceof Error && 'code' in error && NOBODY.includes(String(error.code)))
      return undefined
    throw error
  }
}

/** No folder, no socket, or a dead engine's. */
const NOBODY = ['ENOENT', 'ENOTDIR', 'ECONNREFUSED']

function connected(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address)
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

interface Question {
  readonly onEvent: (event: Json) => void
  readonly answer: PromiseWithResolvers<Result<Json>>
}

function clientOver(socket: Socket): ControlClient {
  const open = new Map<number, Question>()
  let lastId = 0
  let lost: ControlLost | undefined
  const lose = (why: string) => {
    lost ??= new ControlLost(why)
    socket.destroy()
    for (const { answer } of open.values()) answer.reject(lost)
    open.clear()
  }
  const onReply = (reply: ControlReply) => {
    const question = open.get(reply.id)
    if (question === undefined) return
    if ('event' in reply) return question.onEvent(reply.event)
    open.delete(reply.id)
    question.answer.resolve('result' in reply ? ok(reply.result) : err(reply.error))
  }
  const onLine = (line: string) => {
    const reply = parseReply(line)
    if (reply.ok) onReply(reply.value)
    else lose(`the engine sent what is no answer: ${reply.error}`)
  }
  socket.on(
    'data',
    lineReader(REPLY_BYTES, onLine, () => lose('the engine sent too long an answer')),
  )
  socket.on('error', () => socket.destroy()) // a reset is an end like another
  socket.on('close', () => lose('the engine ended before it had answered'))

  return {
    request(verb, args, onEvent = () => {}) {
      if (lost !== undefined) return Promise.reject(lost)
      const id = ++lastId
      const line = encodeLine({ id, verb, args })
      if (Buffer.byteLength(line) > REQUEST_BYTES)
        return Promise.resolve(err(`${verb}: too long a request, expected at most ${REQUEST_BYTES} bytes`)) // prettier-ignore
      const answer = Promise.withResolvers<Result<Json>>()
      open.set(id, { onEvent, answer })
      socket.write(line)
      return answer.promise
    },
    close: () => lose('hung up'),
  }
}
