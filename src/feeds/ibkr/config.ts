/** How market data from TWS is set up. Its connection and client id are its own. */
import { CLIENT_ID_PAUSES_MS } from '#tws/connect.ts'
import { RECONNECT_PAUSES_MS } from '#tws/lasting-connection.ts'
import { TWS_PACING, type PacingRules } from '#tws/pacing.ts'
import type { TwsAddress } from '#tws/session.ts'

export interface IbkrFeedConfig extends TwsAddress {
  readonly connectTimeoutMs: number
  /** For one history request at TWS, ms; IBKR throttles softly, so it is long. */
  readonly historyTimeoutMs: number
  readonly pacing: PacingRules
  readonly clientIdPausesMs: readonly number[]
  readonly reconnectPausesMs: readonly number[]
  /** Streams and snapshots that the account may have open at once; IBKR's default is 100. */
  readonly marketDataLines: number
  /** History requests open at once; IBKR allows 50, and answers fewer faster. */
  readonly historiesInFlight: number
  /** How long to wait, ms, when TWS says that history is asked for too often, before asking once more. */
  readonly historyPauseMs: number
  /** What stays silent for so long, ms, after its data farm came back is asked for again. */
  readonly silenceAfterFlapMs: number
  /** Whether delayed quotes may come where live ones are not subscribed. They are marked as such. */
  readonly delayedAllowed: boolean
  /** Hears what TWS says of the data: not subscribed, another session has it. For the log. */
  readonly onNotice?: (text: string) => void
}

export const IBKR_FEED_DEFAULTS = {
  host: '127.0.0.1',
  connectTimeoutMs: 10_000,
  historyTimeoutMs: 45_000,
  pacing: TWS_PACING,
  clientIdPausesMs: CLIENT_ID_PAUSES_MS,
  reconnectPausesMs: RECONNECT_PAUSES_MS,
  marketDataLines: 100,
  historiesInFlight: 15,
  historyPauseMs: 15_000, // IBKR's window for a request repeated too soon
  silenceAfterFlapMs: 5_000,
  delayedAllowed: true,
} as const satisfies Partial<IbkrFeedConfig>
