/** One started client: what it has subscribed to, and the way back to it. */
import type { Buffer } from 'node:buffer'
import type { Desk } from '#gateway/desk.ts'
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import type { SentValues } from '#gateway/account/sent-values.ts'
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { AddressedPart } from '#gateway/wire/stream-part.ts'
import type { Written } from '#gateway/wire/written.ts'

export interface Session {
  /** The protocol both sides speak, 176 to 178. */
  readonly version: number
  readonly clientId: number
  /** By request id. */
  readonly lines: Map<number, MarketDataLine>
  /** IBKR's market data type that the client last asked for; 1 is live. */
  marketDataType: number
  /** Whether client 0 binds what people type from now on. */
  bindsOrders: boolean
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
  /** By request id: the display group it follows. */
  readonly displayGroups: Map<number, number>
  /** Tells it something, by way of the armed faults and the link to IBKR. */
  send(message: Message): void
  /** Tells it what several clients hear, encoded once; the same way as `send`, in one piece where it can be. */
  sendParts(parts: readonly AddressedPart[]): void
  /** `send` of several that were written out, in one piece where that can be. */
  sendWritten(messages: readonly Written[]): void
  /** Puts a message on its wire, past faults and link. */
  deliver(message: Message): void
  readonly link: ClientLink
  /** Whether it reads slower than it is told: sampled data waits until it has caught up. */
  isSlow(): boolean
}

/** The wire itself, for what misbehaves on it. */
export interface ClientLink {
  /** Bytes as they are. */
  write(bytes: Buffer): void
  /** Keeps what is sent back until it is released; then it leaves in one piece. */
  hold(): () => void
  /** Ends the connection at once: what was written may not arrive. */
  cut(): void
  /** Ends it after what was written. */
  end(reason: string): void
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
  wire: Pick<Session, 'send' | 'sendParts' | 'sendWritten' | 'deliver' | 'link' | 'isSlow'>,
): Session {
  return {
    version,
    clientId,
    lines: new Map(),
    marketDataType: 1,
    bindsOrders: false,
    positions: false,
    positionsMulti: new Map(),
    accountUpdates: undefined,
    accountUpdatesMulti: new Map(),
    summaries: new Map(),
    pnl: new Map(),
    pnlSingle: new Map(),
    displayGroups: new Map(),
    ...wire,
  }
}

/** Ends every stream of market data, as when they must be asked for again. */
export function dropStreams(desk: Desk, session: Session): void {
  desk.data.drop(session)
}

/** The request ids of its streams of market data. */
export const tickerRequestIds = (session: Session): readonly number[] => [...session.lines.keys()]

/**
 * Answers a request or an order with an error.
 *
 * @param reqId - its id; −1 for the connection as a whole
 */
export function refuse(session: Session, reqId: number, { code, text }: ErrorAnswer): void {
  session.send(errorMessage(reqId, code, text))
}
