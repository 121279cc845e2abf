/** Streams level 1 to the lines that want it, once a sample. */
import type { Desk } from '#gateway/desk.ts'
import { changedTicks, type MarketDataLine } from '#gateway/market-data/line.ts'
import { marketDataType } from '#gateway/messages/outgoing/market-data.ts'
import type { Session } from '#gateway/session.ts'

/** Tells every line what has changed since the last sample. */
export function refreshLines(desk: Desk): void {
  if (desk.changedQuotes.size === 0) return
  for (const session of desk.sessions.values()) {
    if (session.isSlow()) continue
    for (const [reqId, line] of session.lines)
      if (desk.changedQuotes.has(line.instrument.id)) tellLine(desk, session, reqId, line)
  }
  desk.changedQuotes.clear()
}

/** Tells one line what it does not know yet; a new line: everything. */
export function tellLine(desk: Desk, session: Session, reqId: number, line: MarketDataLine): void {
  const quote = desk.venue.quote(line.instrument.id)
  if (quote === undefined) return
  const type = typeNow(desk, session, line)
  if (line.type !== type) {
    line.type = type
    session.send(marketDataType(reqId, type))
  }
  for (const message of changedTicks(reqId, line, quote)) session.send(message)
}

const LIVE = 1
const FROZEN = 2

/**
 * The account has live data for everything listed, so a client that asks for delayed gets live, as
 * from TWS; one that asks for frozen gets it outside the session.
 */
function typeNow(desk: Desk, session: Session, { instrument }: MarketDataLine): number {
  const { opensAt } = desk.venue.sessionAt(instrument.id, desk.venue.now)
  const closed = desk.venue.now < opensAt
  const wantsFrozen = session.marketDataType === 2 || session.marketDataType === 4
  return closed && wantsFrozen ? FROZEN : LIVE
}
