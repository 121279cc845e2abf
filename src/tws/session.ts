/**
 * One connection to TWS or IB Gateway, from the handshake to the end of its socket.
 *
 * Invariants
 * 1. Ready means that nextValidId *and* the managed accounts have come; the library's `connected`
 *    only means that a server version was read (client id in use looks connected, too).
 * 2. A session is never revived: a new connection is a new library object. The library would keep
 *    calls made while it is not connected and send them to the next server (stoqey/ib#195).
 * 3. Nothing is handed to the library unless the session is open, so it never buffers; its own
 *    limiter is set out of reach, so it never queues. Pacing is ours, with a lane for cancels.
 * 4. All of host, port, client id and rate are passed, or the library reads `.env` files.
 */
import { EventName, IBApi } from '@stoqey/ib'
import { CLIENT_ID_IN_USE, SOCKET_FAILED } from '#tws/codes.ts'
import { listen, type TwsMessage } from '#tws/messages.ts'
import {
  createPacer,
  MONOTONE_CLOCK,
  TWS_PACING,
  type Lane,
  type Pacer,
  type PacingClock,
  type PacingRules,
} from '#tws/pacing.ts'
import { createQuestions, type Question, type Questions, type Stream } from '#tws/questions.ts'
import { TwsError } from '#tws/tws-error.ts'

export interface TwsAddress {
  readonly host: string
  /** 7496 TWS live, 7497 TWS paper, 4001 IB Gateway live, 4002 IB Gateway paper. */
  readonly port: number
  /** Whole number ≥ 0, ours alone at this TWS; it owns the orders it places. */
  readonly clientId: number
}

export interface SessionOptions extends TwsAddress {
  /** From dialling to ready, ms. */
  readonly connectTimeoutMs: number
  readonly pacing?: PacingRules
  readonly clock?: PacingClock
}

export interface TwsSession {
  readonly accounts: readonly string[]
  /** By nextValidId; may be lower than before a restart of TWS, so callers keep a mark of their own. */
  readonly nextOrderId: number
  readonly serverVersion: number
  /** The server's word for its clock at connecting, `20250323 22:21:01 Greenwich Mean Time`. */
  readonly connectedAt: string
  isOpen(): boolean
  /**
   * Puts a message on the wire when its turn has come.
   *
   * @param stillAllowed - asked when the message leaves the queue
   * @throws TwsError `not-connected`, `withheld`: nothing was sent. `uncertain`: it may have been
   */
  send(lane: Lane, call: (api: IBApi) => void, stillAllowed?: () => boolean): Promise<void>
  /** @throws TwsError `timeout`, `refused`, `not-connected`, `unreadable` */
  ask<T>(question: Question<T>, timeoutMs: number): Promise<T>
  open(stream: Stream): () => void
  /** Every message as it comes, first those that came before; `closed` is the last. One listener. */
  onMessage(listener: (message: TwsMessage) => void): void
  /** Ends the socket. What waits is rejected with `not-connected`. */
  close(): void
}

/** The library's limiter, in messages a second: so far above ours that it never holds one back. */
const LIBRARY_RATE = 100_000

/** Our request ids; order ids are TWS's own and start low. */
const FIRST_REQUEST_ID = 1_000_000
/** Where request ids start at a TWS whose order ids have come near the former. */
const FIRST_REQUEST_ID_HIGH = 1_500_000_000

/**
 * Opens a connection and waits until it is ready.
 *
 * @throws TwsError `not-connected` (nobody listens), `timeout` (somebody accepts and says nothing),
 *   `client-id-in-use`
 */
export function openSession(options: SessionOptions): Promise<TwsSession> {
  const { host, port, clientId, clock = MONOTONE_CLOCK } = options
  const api = new IBApi({ host, port, clientId, maxReqPerSec: LIBRARY_RATE })
  const pacer = createPacer(options.pacing ?? TWS_PACING, clock)

  return new Promise((resolve, reject) => {
    let opening: Opening | undefined = { accounts: undefined, nextOrderId: undefined, server: undefined } // prettier-ignore
    let session: OpenSession | undefined

    const cancelTimer = clock.after(options.connectTimeoutMs, () =>
      fail(silenceOf(options, opening)),
    )
    const fail = (error: TwsError): void => {
      if (opening === undefined) return
      opening = undefined
      cancelTimer()
      api.disconnect()
      pacer.close()
      reject(error)
    }

    listen(api, (message) => {
      if (session !== undefined) return session.hear(message)
      if (opening === undefined) return
      const failure = failureOf(options, message)
      if (failure !== undefined) return fail(failure)
      opening = heard(opening, message)
      const { accounts, nextOrderId, server } = opening
      if (accounts === undefined || nextOrderId === undefined || server === undefined) return
      opening = undefined
      cancelTimer()
      session = createSession(api, pacer, clock, { accounts, nextOrderId, ...server })
      resolve(session.face)
    })
    api.connect()
  })
}

/** What the handshake has brought so far. */
interface Opening {
  readonly accounts: readonly string[] | undefined
  readonly nextOrderId: number | undefined
  readonly server: { readonly serverVersion: number; readonly connectedAt: string } | undefined
}

function heard(opening: Opening, message: TwsMessage): Opening {
  if (message.type === 'managedAccounts') return { ...opening, accounts: message.accounts }
  if (message.type === 'nextValidId') return { ...opening, nextOrderId: message.orderId }
  if (message.type !== 'server') return opening
  const { version, connectedAt } = message
  return { ...opening, server: { serverVersion: version, connectedAt } }
}

function failureOf(at: TwsAddress, message: TwsMessage): TwsError | undefined {
  const place = `${at.host}:${at.port}`
  if (message.type === 'closed') {
    const text = `${place} closed the connection before it was ready: ${message.reason}; check that this machine is among the trusted IPs of the API settings`
    return new TwsError('not-connected', text)
  }
  if (message.type !== 'notice') return undefined
  if (message.code === CLIENT_ID_IN_USE) {
    const text = `client id ${at.clientId} is in use at ${place}`
    return new TwsError('client-id-in-use', text, { code: CLIENT_ID_IN_USE })
  }
  if (message.code !== SOCKET_FAILED) return undefined
  const text = `nobody answers at ${place} (${message.text}); expected TWS (7496, paper 7497) or IB Gateway (4001, paper 4002): start it, log in, and enable its API`
  return new TwsError('not-connected', text)
}

/** Says how far the handshake came: each step has its own usual cause. */
function silenceOf(options: SessionOptions, opening: Opening | undefined): TwsError {
  const place = `${options.host}:${options.port}`
  const seconds = `${options.connectTimeoutMs / 1000} s`
  const text =
    opening?.server === undefined
      ? `${place} sent no API greeting within ${seconds}; expected TWS or IB Gateway there: check the port, that the API is enabled in its settings, and that no login or dialogue is waiting`
      : `${place} greeted but was not ready within ${seconds}; expected accounts and a next order id: check that TWS or IB Gateway is logged in, and that it is not asking whether to accept the connection`
  return new TwsError('timeout', text)
}

interface OpenSession {
  readonly face: TwsSession
  hear(message: TwsMessage): void
}

function createSession(
  api: IBApi,
  pacer: Pacer,
  clock: PacingClock,
  facts: Pick<TwsSession, 'accounts' | 'nextOrderId' | 'serverVersion' | 'connectedAt'>,
): OpenSession {
  let isOpen = true
  let sent = 0
  const early: TwsMessage[] = []
  let listener = (message: TwsMessage): void => void early.push(message)
  api.on(EventName.sent, () => sent++)

  const send: TwsSession['send'] = (lane, call, stillAllowed = () => true) =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        if (!isOpen) return reject(notConnected())
        if (!stillAllowed()) return reject(new TwsError('withheld', 'no longer allowed when its turn came')) // prettier-ignore
        const before = sent
        try {
          call(api)
        } catch (error) {
          // Of this message alone: a throw here would take down whoever's turn the pacer was giving.
          return reject(new TwsError('uncertain', `the library failed on the message: ${String(error)}`, { cause: error })) // prettier-ignore
        }
        if (sent > before) resolve()
        else reject(new TwsError('uncertain', 'the library did not say that it wrote the message'))
      }
      pacer.enqueue(lane, { go, drop: () => reject(notConnected()) })
    })

  const questions: Questions = createQuestions(send, clock, firstRequestId(facts.nextOrderId))

  function end(reason: string): void {
    if (!isOpen) return
    isOpen = false
    pacer.close()
    questions.close(reason)
    listener({ type: 'closed', reason })
  }

  return {
    face: {
      ...facts,
      isOpen: () => isOpen,
      send,
      ask: (question, timeoutMs) => questions.ask(question, timeoutMs),
      open: (stream) => questions.open(stream),
      onMessage: (given) => {
        listener = given
        for (const message of early.splice(0)) given(message)
      },
      close() {
        end('closed by us')
        api.disconnect()
      },
    },
    hear(message) {
      if (message.type === 'closed') return end(message.reason)
      if (!isOpen) return
      questions.deliver(message)
      listener(message)
    },
  }
}

const notConnected = (): TwsError => new TwsError('not-connected', 'the session is over')

const firstRequestId = (nextOrderId: number): number =>
  nextOrderId < FIRST_REQUEST_ID ? FIRST_REQUEST_ID : FIRST_REQUEST_ID_HIGH
