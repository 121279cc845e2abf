/**
 * The port to a broker. Adapters: brokers/ibkr, brokers/paper, later brokers/alpaca.
 *
 * Every adapter passes test/conformance/broker.case.ts. A case an adapter cannot meet is
 * skipped there by name and with a reason, so the list of skips is the list of differences.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { AccountId, ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { InstrumentName } from '#model/instrument-id.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { RiskApproved } from '#risk/approve.ts'

export interface Broker {
  /**
   * Opens a session and waits until it is ready (IBKR: nextValidId, managed accounts).
   *
   * @throws BrokerError `not-connected`, `timeout`, `wrong-account` (the configured account is
   *   not among those the broker reports, or paper and live disagree)
   */
  connect(): Promise<BrokerSession>

  /**
   * Sends an order that has passed the risk gate; nothing else fits the type.
   *
   * The id is *our* key (it travels as IBKR's orderRef); the broker does not deduplicate it,
   * so a second submit is a second live order. Never submit an id twice: after `uncertain`
   * the order is InDoubt, and only evidence resolves it.
   *
   * @param stillAllowed - asked once more at the moment the order leaves the pacing queue
   * @returns when the bytes are on the wire. Acceptance, refusal and fills arrive later as
   *   reports; a broker's refusal is never a rejected promise.
   * @throws BrokerError `not-connected` or `withheld` (nothing was sent), or `uncertain` (it may
   *   have been: mark the order InDoubt and wait for a snapshot).
   */
  submit(order: RiskApproved<OrderRequest>, stillAllowed: () => boolean): Promise<void>

  /** Asks for a cancel; overtakes queued orders. The answer, either way, is a report. Throws like `submit`. */
  cancel(id: ClientOrderId): Promise<void>

  /** Cancels every order of the account, those of other clients and of people too. Throws like `submit`. */
  cancelEverything(): Promise<void>

  /**
   * Everything the broker holds for the account: positions, cash, margin, open orders of all
   * clients, completed orders, executions with commissions.
   *
   * @param timeoutMs - 10_000 suits TWS, which streams the answer line by line
   * @throws BrokerError `timeout`, `not-connected`; a partial answer is never returned
   */
  snapshot(timeoutMs: number): Promise<BrokerSnapshot>

  /**
   * Looks instruments up by name (IBKR: contract details and market rules).
   *
   * @returns one answer a name, in order; `unknown` with the broker's words where it has none or several
   * @throws BrokerError `timeout`, `not-connected`
   */
  describe(names: readonly InstrumentName[]): Promise<readonly (Instrument | UnknownInstrument)[]>

  /** Reports in the broker's order, duplicates included. One listener. */
  onReport(listener: (report: BrokerReport) => void): void

  /** Changes of the link after `connect`. One listener. */
  onLink(listener: (change: LinkChange) => void): void

  /** Ends the session; working orders stay at the broker. Never throws. */
  close(): Promise<void>
}

export interface BrokerSession {
  readonly account: AccountId
  readonly paper: boolean
  /** Broker's clock minus ours at connecting, milliseconds. */
  readonly clockOffsetMs: number
}

export interface UnknownInstrument {
  readonly unknown: InstrumentId
  readonly reason: string
}

export interface LinkChange {
  /** `degraded`: the broker has lost its own upstream (1100); our socket stands. */
  readonly link: 'up' | 'degraded' | 'down'
  readonly reason: string
  readonly at: EpochMs
}

export class BrokerError extends Error {
  override readonly name = 'BrokerError'
  readonly kind: 'not-connected' | 'uncertain' | 'withheld' | 'timeout' | 'wrong-account'

  constructor(kind: BrokerError['kind'], detail: string, options?: ErrorOptions) {
    super(`${kind}: ${detail}`, options)
    this.kind = kind
  }
}
