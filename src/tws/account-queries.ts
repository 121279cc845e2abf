/** What the account holds, asked of TWS: figures and cash, positions, the clock. */
import type { Contract } from '@stoqey/ib'
import type { TwsSession } from '#tws/session.ts'

export interface SummaryRow {
  readonly account: string
  readonly tag: string
  /** Text as TWS wrote it. */
  readonly value: string
  /** ISO 4217, `BASE`, or empty. */
  readonly currency: string
}

/** IBKR's tag for one row of every ledger figure (CashBalance, ExchangeRate, …) in every currency. */
const LEDGER_OF_EVERY_CURRENCY = '$LEDGER:ALL'

/**
 * Account summary of every managed account: the tags asked for, and the ledger by currency.
 *
 * A subscription at TWS, ended by us after its first answer; TWS allows two at a time (error 322),
 * so one is out at a time.
 */
export function accountSummary(
  session: TwsSession,
  tags: readonly string[],
  timeoutMs: number,
): Promise<readonly SummaryRow[]> {
  const rows: SummaryRow[] = []
  return session.ask(
    {
      what: 'the account summary',
      numbered: true,
      kind: 'account-summary',
      send: (api, reqId) =>
        api.reqAccountSummary(reqId, 'All', [...tags, LEDGER_OF_EVERY_CURRENCY].join(',')),
      take(message) {
        if (message.type === 'summaryRow') rows.push(message)
        return message.type === 'end' ? { value: rows } : undefined
      },
      stop: (api, reqId) => api.cancelAccountSummary(reqId),
    },
    timeoutMs,
  )
}

export interface PositionRow {
  readonly account: string
  readonly contract: Contract
  readonly quantity: number | undefined
  readonly averageCost: number | undefined
}

/** Positions of every managed account. The subscription that TWS makes of it is ended at once. */
export function positions(session: TwsSession, timeoutMs: number): Promise<readonly PositionRow[]> {
  const rows = new Map<string, PositionRow>()
  return session.ask(
    {
      what: 'positions',
      numbered: false,
      kind: 'positions',
      send: (api) => api.reqPositions(),
      take(message) {
        // A position that changes meanwhile comes again; the later row holds.
        if (message.type === 'position')
          rows.set(`${message.account} ${message.contract.conId}`, message)
        return message.type === 'positionsEnd' ? { value: [...rows.values()] } : undefined
      },
      stop: (api) => api.cancelPositions(),
    },
    timeoutMs,
  )
}

/** TWS's clock, whole seconds of the epoch. */
export const currentTime = (session: TwsSession, timeoutMs: number): Promise<number> =>
  session.ask(
    {
      what: 'the current time',
      numbered: false,
      kind: 'current-time',
      send: (api) => api.reqCurrentTime(),
      take: (message) =>
        message.type === 'currentTime' ? { value: message.epochSeconds } : undefined,
    },
    timeoutMs,
  )
