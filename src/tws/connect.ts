/**
 * Opening a session where the last one may still linger: TWS holds a client id for seconds after
 * its socket died (nautilus_trader PR#3796, #4210), so the same id is tried again, with pauses.
 * Another id would lose the orders, for only their client can cancel them.
 */
import { MONOTONE_CLOCK, type PacingClock } from '#tws/pacing.ts'
import { openSession, type SessionOptions, type TwsSession } from '#tws/session.ts'
import { TwsError } from '#tws/tws-error.ts'

export interface ConnectOptions extends SessionOptions {
  /** Pauses between attempts while the client id is in use, ms; each > 1 s. */
  readonly clientIdPausesMs: readonly number[]
}

/** Four attempts in ten seconds. */
export const CLIENT_ID_PAUSES_MS: readonly number[] = [1_500, 3_000, 6_000]

/**
 * @param isWanted - asked before each attempt; false ends the attempts with `withheld`
 * @throws TwsError as `openSession`; `client-id-in-use` after the last attempt
 */
export async function connect(
  options: ConnectOptions,
  isWanted: () => boolean = () => true,
): Promise<TwsSession> {
  const { clock = MONOTONE_CLOCK } = options
  for (const pauseMs of [...options.clientIdPausesMs, undefined]) {
    if (!isWanted()) break
    const session = await openUnlessInUse(options)
    if (session !== undefined) return session
    if (pauseMs === undefined) throw inUse(options)
    await pause(pauseMs, clock)
  }
  throw new TwsError('withheld', 'connecting was called off')
}

async function openUnlessInUse(options: SessionOptions): Promise<TwsSession | undefined> {
  try {
    return await openSession(options)
  } catch (error) {
    if (error instanceof TwsError && error.kind === 'client-id-in-use') return undefined
    throw error
  }
}

function inUse({ clientId, host, port, clientIdPausesMs }: ConnectOptions): TwsError {
  const attempts = clientIdPausesMs.length + 1
  const text = `client id ${clientId} is in use at ${host}:${port} (${attempts} attempts); expected it to be ours alone: end the other program that uses it, or configure another client id`
  return new TwsError('client-id-in-use', text)
}

/** Resolves after so many milliseconds of the clock. */
export const pause = (delayMs: number, clock: PacingClock = MONOTONE_CLOCK): Promise<void> =>
  new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
