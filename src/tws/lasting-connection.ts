/**
 * A connection that outlives its sockets: when one dies unasked (TWS restarts every day) a new
 * session is opened, with growing pauses, until the owner closes.
 *
 * Invariants
 * 1. One session at a time; a new one is opened ≥ 1 s after the old one ended.
 * 2. A session is handed out only after the owner has prepared it; one that cannot be prepared is closed.
 * 3. Every change of the link is told once, in order; the first opening is no change.
 */
import { meaningOf } from '#tws/codes.ts'
import { connect, type ConnectOptions } from '#tws/connect.ts'
import { moveOf, type LinkEvent, type LinkMove, type LinkState } from '#tws/link.ts'
import type { TwsMessage } from '#tws/messages.ts'
import { MONOTONE_CLOCK } from '#tws/pacing.ts'
import type { TwsSession } from '#tws/session.ts'
import { TwsError } from '#tws/tws-error.ts'

export interface ConnectionOwner {
  /** Checks and sets up a fresh session; a rejection closes it. Its messages come already. */
  prepare(session: TwsSession): Promise<void>
  onMessage(message: TwsMessage): void
  onLink(move: LinkMove, reason: string): void
}

export interface LastingConnection {
  /**
   * Opens the first session; while one is open, does nothing.
   *
   * @throws TwsError as `connect`, and whatever `prepare` throws
   */
  open(): Promise<void>
  /** The session to talk to. @throws TwsError `not-connected` while there is none */
  session(): TwsSession
  /** `down` until opened. */
  link(): LinkState
  close(): void
}

export interface LastingOptions extends ConnectOptions {
  /** Pauses before the attempts after a loss, ms, each > 1 s; the last repeats. Never empty. */
  readonly reconnectPausesMs: readonly number[]
}

/** Quick after a glitch, patient through the nightly restart. */
export const RECONNECT_PAUSES_MS: readonly number[] = [1_500, 3_000, 5_000, 10_000, 30_000]

export function createLastingConnection(
  options: LastingOptions,
  owner: ConnectionOwner,
): LastingConnection {
  const { clock = MONOTONE_CLOCK } = options
  let state: LinkState = 'down'
  let current: TwsSession | undefined
  let opening: Promise<void> | undefined
  let cancelPause: (() => void) | undefined
  let wasLost = false
  /** TWS said, while the session was being prepared, that it has no server. */
  let lostEarly: string | undefined
  /** Counts openings and closings by the owner: what began under an older number is unwanted. */
  let wish = 0

  async function openSession(mine: number): Promise<void> {
    const session = await connect(options, () => mine === wish)
    if (mine !== wish) return dismiss(session)
    lostEarly = undefined
    session.onMessage((message) => hear(session, message))
    try {
      await owner.prepare(session)
    } catch (error) {
      session.close()
      throw error
    }
    if (mine !== wish || !session.isOpen()) return dismiss(session)
    current = session
    if (wasLost) tell('ready', 'connected again')
    state = 'up'
    wasLost = false
    if (lostEarly !== undefined) tell('lost', lostEarly)
  }

  function hear(session: TwsSession, message: TwsMessage): void {
    owner.onMessage(message)
    if (message.type === 'closed' && session === current) return lose(message.reason)
    if (message.type !== 'notice' || message.reqId !== -1) return
    const event = meaningOf(message.code).link
    if (event === undefined || event === 'socket-lost') return // the socket's end speaks for itself
    const reason = `${message.code}: ${message.text}`
    if (session === current) tell(event, reason)
    else lostEarly = event === 'lost' ? reason : undefined
  }

  function lose(reason: string): void {
    current = undefined
    wasLost = true
    tell('socket-lost', reason)
    reopen(wish, 0)
  }

  function reopen(mine: number, attempt: number): void {
    const { reconnectPausesMs } = options
    const pauseMs = reconnectPausesMs[attempt] ?? reconnectPausesMs.at(-1) ?? 0
    cancelPause = clock.after(pauseMs, () => {
      openSession(mine).catch(() => {
        if (mine === wish) reopen(mine, attempt + 1)
      })
    })
  }

  function tell(event: LinkEvent, reason: string): void {
    const move = moveOf(state, event)
    if (move === undefined) return
    state = move.to
    owner.onLink(move, reason)
  }

  return {
    async open() {
      if (current !== undefined) return
      opening ??= openSession(++wish).finally(() => {
        opening = undefined
      })
      await opening
    },
    session() {
      if (current?.isOpen() === true) return current
      throw new TwsError('not-connected', `no session with ${options.host}:${options.port}`)
    },
    link: () => state,
    close() {
      wish++
      cancelPause?.()
      wasLost = false
      const ending = current
      current = undefined
      state = 'down'
      ending?.close()
    },
  }
}

function dismiss(session: TwsSession): never {
  session.close()
  throw new TwsError('not-connected', 'the connection ended while it was being set up')
}
