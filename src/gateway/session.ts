/** One started client: what it has subscribed to, and the way back to it. */
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import type { SentValues } from '#gateway/account/sent-values.ts'
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import type { Message } from '#gateway/wire/field.ts'

export interface Session {
  /** The protocol both sides speak, 176 to 178. */
  readonly version: number
  readonly clientId: number
  /** By request id. */
  readonly lines: Map<number, MarketDataLine>
  /** IBKR's market data type that the client last asked for; 1 is live. */
  marketDataType: number
  /** Whether it asked for the stream of positions. */
  positions: boolean
  /** By request id: the model code it named. */
  readonly positionsMulti: Map<number, string>
  /** TWS streams one account at a time to a client; undefined while it wants none. */
  accountUpdates: SentValues | undefined
  readonly accountUpdatesMulti: Map<number, AccountUpdatesMulti>
  readonly summaries: Map<number, AccountSummary>
  /** By request id. */
  readonly pnl: Map<number, SentValues>
  readonly pnlSingle: Map<number, { readonly conId: number; readonly sent: SentValues }>
  send(message: Message): void
  /** Whether it reads slower than it is told: sampled data waits until it has caught up. */
  isSlow(): boolean
}

export interface AccountUpdatesMulti {
  readonly modelCode: string
  /** Only the ledger by currency and the net liquidation value. */
  readonly ledgerOnly: boolean
  readonly sent: SentValues
}

export interface AccountSummary {
  /** IBKR's tags, `$LEDGER` forms included. */
  readonly tags: readonly string[]
  readonly sent: SentValues
}

/** A client that has just started. */
export function newSession(
  version: number,
  clientId: number,
  wire: Pick<Session, 'send' | 'isSlow'>,
): Session {
  return {
    version,
    clientId,
    lines: new Map(),
    marketDataType: 1,
    positions: false,
    positionsMulti: new Map(),
    accountUpdates: undefined,
    accountUpdatesMulti: new Map(),
    summaries: new Map(),
    pnl: new Map(),
    pnlSingle: new Map(),
    ...wire,
  }
}

/**
 * Answers a request or an order with an error.
 *
 * @param reqId - its id; −1 for the connection as a whole
 */
export function refuse(session: Session, reqId: number, { code, text }: ErrorAnswer): void {
  session.send(errorMessage(reqId, code, text))
}
