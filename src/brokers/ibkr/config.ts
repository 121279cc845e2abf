/** How the IBKR adapter is set up. */
import type { AccountId } from '#model/ids.ts'
import { CLIENT_ID_PAUSES_MS } from '#tws/connect.ts'
import { RECONNECT_PAUSES_MS } from '#tws/lasting-connection.ts'
import { TWS_PACING, type PacingRules } from '#tws/pacing.ts'
import type { TwsAddress } from '#tws/session.ts'

export interface IbkrBrokerConfig extends TwsAddress {
  /** The one account we trade; among those that TWS manages, and of the kind that `mode` says. */
  readonly account: AccountId
  readonly mode: 'paper' | 'live'
  /** From dialling to ready, ms. */
  readonly connectTimeoutMs: number
  /** For one question outside a snapshot: contract details, market rules, the clock. ms */
  readonly requestTimeoutMs: number
  readonly pacing: PacingRules
  /** Pauses between attempts while the client id is in use, ms. */
  readonly clientIdPausesMs: readonly number[]
  /** Pauses before the attempts after a lost connection, ms; the last repeats. */
  readonly reconnectPausesMs: readonly number[]
  /** Hears what TWS says of itself and of what is not an order of ours. For the log. */
  readonly onNotice?: (text: string) => void
}

export const IBKR_DEFAULTS = {
  host: '127.0.0.1',
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 10_000,
  pacing: TWS_PACING,
  clientIdPausesMs: CLIENT_ID_PAUSES_MS,
  reconnectPausesMs: RECONNECT_PAUSES_MS,
} as const satisfies Partial<IbkrBrokerConfig>

/**
 * Whether an account code is a paper account's: `DU…` of a person, `DF…` of an adviser.
 *
 * @example
 * isPaperAccount('DU1234567') // => true
 */
export const isPaperAccount = (account: string): boolean => /^D[UF]/.test(account)
