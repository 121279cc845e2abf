/**
 * What subscribers of the account hear without asking again.
 *
 * Positions go out when they change. Account figures go out a second after a change of holdings at
 * the latest, else every three minutes; profit and loss every second (IBKR's documentation of
 * account updates and PnL; IBKR’s guide, Account & Portfolio Data). Only what differs from the last telling is sent.
 */
import { accountValues, ledger, totals } from '#gateway/account/account-values.ts'
import { holdable, holdings, type Holding } from '#gateway/account/holdings.ts'
import { portfolioRow, positionRow, profitAndLoss, profitOf } from '#gateway/account/portfolio.ts'
import { isNews, type SentValues } from '#gateway/account/sent-values.ts'
import type { Desk } from '#gateway/desk.ts'
import {
  accountSummary,
  accountUpdateMulti,
  accountUpdateTime,
  accountValue,
  pnl,
  pnlSingle,
  portfolioValue,
  position,
  positionMulti,
  type AccountValue,
} from '#gateway/messages/outgoing/account.ts'
import type { AccountSummary, AccountUpdatesMulti, Session } from '#gateway/session.ts'
import { wireClock } from '#gateway/venue-time.ts'
import { textsOf, type Message } from '#gateway/wire/field.ts'
import type { InstrumentId } from '#model/ids.ts'

/** Account figures go out this often even when nothing was traded. */
export const ACCOUNT_PERIOD_MS = 180_000
const AFTER_CHANGE_MS = 1_000

/** Tells the streams of positions that one has changed; 0 when it is gone. */
export function tellPosition(desk: Desk, id: InstrumentId): void {
  const listening = [...desk.sessions.values()].filter(
    ({ positions, positionsMulti }) => positions || positionsMulti.size > 0,
  )
  if (listening.length === 0) return
  const instrument = holdable(desk.venue.directory.byId(id))
  if (instrument === undefined) return
  const held = desk.venue.positions().find((of) => of.instrument === id)
  const row = positionRow({ instrument, position: held })
  for (const session of listening) {
    if (session.positions) session.send(position(row, desk.venue.account))
    for (const [reqId, modelCode] of session.positionsMulti)
      session.send(positionMulti(reqId, row, desk.venue.account, modelCode))
  }
}

/** Called once a sample: sends what has come due. */
export function refreshAccount(desk: Desk): void {
  const { now } = desk.venue
  if (desk.accountChanged) {
    desk.accountChanged = false
    desk.accountDueAt = Math.min(desk.accountDueAt, now + AFTER_CHANGE_MS)
  }
  for (const session of desk.sessions.values()) if (!session.isSlow()) tellProfits(desk, session)
  if (now < desk.accountDueAt) return
  desk.accountDueAt = now + ACCOUNT_PERIOD_MS
  for (const session of desk.sessions.values()) {
    if (session.accountUpdates !== undefined) tellAccount(desk, session, session.accountUpdates)
    for (const [reqId, of] of session.accountUpdatesMulti) tellMulti(desk, session, reqId, of)
    for (const [reqId, of] of session.summaries) tellSummary(desk, session, reqId, of)
  }
}

/** Account values and portfolio of a reqAccountUpdates subscriber; everything, the first time. */
export function tellAccount(desk: Desk, session: Session, sent: SentValues): void {
  const { venue } = desk
  for (const value of accountValues(venue))
    if (isNews(sent, keyOf(value), value.value)) session.send(accountValue(value, venue.account))
  for (const held of withClosed(desk, sent)) {
    const message = portfolioValue(portfolioRow(held), venue.account)
    sendNews(session, sent, `portfolio ${held.instrument.id}`, message)
  }
  session.send(accountUpdateTime(wireClock(venue.now)))
}

/** What is new to one subscription of reqAccountUpdatesMulti. */
export function tellMulti(
  desk: Desk,
  session: Session,
  reqId: number,
  { modelCode, ledgerOnly, sent }: AccountUpdatesMulti,
): void {
  const { venue } = desk
  const values = ledgerOnly
    ? [...totals(venue).filter(({ key }) => key === 'NetLiquidation'), ...ledger(venue)]
    : accountValues(venue)
  for (const value of values)
    if (isNews(sent, keyOf(value), value.value))
      session.send(accountUpdateMulti(reqId, value, venue.account, modelCode))
}

/** What is new to one subscription of reqAccountSummary. */
export function tellSummary(
  desk: Desk,
  session: Session,
  reqId: number,
  { tags, sent }: AccountSummary,
): void {
  for (const value of summaryValues(desk, tags))
    if (isNews(sent, keyOf(value), value.value))
      session.send(accountSummary(reqId, value, desk.venue.account))
}

/** IBKR's tags: plain keys, `$LEDGER` (base), `$LEDGER:USD`, `$LEDGER:ALL`; unknown ones are passed over. */
function summaryValues({ venue }: Desk, tags: readonly string[]): AccountValue[] {
  const wanted = new Set(tags)
  const ledgers = new Set(
    tags.flatMap((tag) => (/^\$LEDGER(?::(.+))?$/.exec(tag) === null ? [] : [tag.slice(8)])),
  )
  const inLedger = ({ currency }: AccountValue) =>
    ledgers.has('ALL') || ledgers.has(currency) || (currency === 'BASE' && ledgers.has(''))
  return [
    ...totals(venue).filter(({ key }) => wanted.has(key)),
    ...(ledgers.size === 0 ? [] : ledger(venue).filter(inLedger)),
  ]
}

/** Profit and loss, account and single. */
export function tellProfits(desk: Desk, session: Session): void {
  const { venue } = desk
  const second = Math.floor(venue.now / 1000)
  for (const [reqId, sent] of session.pnl)
    if (isNews(sent, 'second', String(second)))
      sendNews(session, sent, 'pnl', pnl(reqId, profitAndLoss(venue)))
  if (session.pnlSingle.size === 0) return
  const held = new Map(holdings(venue).map((of) => [of.instrument.conId, of]))
  for (const [reqId, { conId, sent }] of session.pnlSingle) {
    if (!isNews(sent, 'second', String(second))) continue
    const instrument = holdable(venue.directory.byConId(conId))
    if (instrument === undefined) continue
    const holding = held.get(conId) ?? { instrument, position: undefined }
    sendNews(session, sent, 'pnl', pnlSingle(reqId, profitOf(venue, holding)))
  }
}

/** Holdings, and those that were told of and are gone. */
function withClosed(desk: Desk, sent: SentValues): readonly Holding[] {
  const held = holdings(desk.venue)
  const ids = new Set(held.map(({ instrument }) => instrument.id))
  const told = [...sent.keys()].flatMap((key) => /^portfolio (.+)$/.exec(key)?.[1] ?? [])
  const closed = told.flatMap((id) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key was written with an id
    const instrument = holdable(desk.venue.directory.byId(id as InstrumentId))
    return instrument === undefined || ids.has(instrument.id) ? [] : [instrument]
  })
  return [...held, ...closed.map((instrument) => ({ instrument, position: undefined }))]
}

const keyOf = ({ key, currency }: AccountValue): string => `${key} ${currency}`

function sendNews(session: Session, sent: SentValues, key: string, message: Message): void {
  if (isNews(sent, key, textsOf(message).join('\0'))) session.send(message)
}
