/**
 * Market scanners: the venue's own stocks, ranked by what their level 1 says.
 *
 * IBKR scans its whole universe by hundreds of codes; here are those whose figures a quote has. A scan is told again
 * every thirty seconds, as IBKR's is (its guide, "Market Scanner").
 */
import { contractBlock } from '#gateway/contracts/listing.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { scannerData, scannerParameters, type ScannerRow } from '#gateway/messages/outgoing/reference-data.ts' // prettier-ignore
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { VenueQuote } from '#exchange/exchange.ts'
import { toNumber } from '#model/border.ts'
import type { Instrument, Stock } from '#model/instrument.ts'
import { SECOND_MS } from '#model/time.ts'
import { ownEntry } from '#model/own-entry.ts'

/** By scan code: the larger comes first; undefined leaves a name out. */
const SCANS: Readonly<Record<string, (quote: VenueQuote) => number | undefined>> = {
  TOP_PERC_GAIN: (quote) => change(quote),
  TOP_PERC_LOSE: (quote) => negated(change(quote)),
  MOST_ACTIVE: (quote) => toNumber(quote.volume),
  HOT_BY_VOLUME: (quote) => toNumber(quote.volume),
  MOST_ACTIVE_USD: (quote) => (quote.last === undefined ? undefined : toNumber(quote.last) * toNumber(quote.volume)), // prettier-ignore
  TOP_OPEN_PERC_GAIN: (quote) => ratio(quote.last, quote.open),
  TOP_OPEN_PERC_LOSE: (quote) => negated(ratio(quote.last, quote.open)),
  HALTED: (quote) => (quote.halted ? 1 : undefined),
}

const ratio = (a: VenueQuote['last'], b: VenueQuote['open']): number | undefined =>
  a === undefined || b === undefined || b === 0n ? undefined : toNumber(a) / toNumber(b) - 1
const change = ({ last, previousClose }: VenueQuote): number | undefined =>
  ratio(last, previousClose)
const negated = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : -value

/** IBKR gives at most fifty rows, whatever is asked. */
const MOST_ROWS = 50
const AGAIN_MS = 30 * SECOND_MS

/** REQ_SCANNER_PARAMETERS: version. */
export const reqScannerParameters: Handler = (_desk, session) => {
  const types = Object.keys(SCANS).map((code) => `<ScanType><displayName>${code}</displayName><scanCode>${code}</scanCode><instruments>STK</instruments></ScanType>`) // prettier-ignore
  session.send(scannerParameters(`<?xml version="1.0" encoding="UTF-8"?><ScanParameterResponse><InstrumentList><Instrument><name>US Stocks</name><type>STK</type></Instrument></InstrumentList><LocationTree><Location><displayName>US Stocks</displayName><locationCode>STK.US.MAJOR</locationCode><instruments>STK</instruments></Location></LocationTree><ScanTypeList>${types.join('')}</ScanTypeList></ScanParameterResponse>`)) // prettier-ignore
}

interface Asked {
  readonly rows: number
  readonly instrument: string
  readonly code: string
  readonly abovePrice: number
  readonly belowPrice: number
  readonly aboveVolume: number
}

/** REQ_SCANNER_SUBSCRIPTION: reqId, rows, instrument, location, code, prices, volume, and filters that are passed over. */
export const reqScannerSubscription: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const rows = fields.integer('numberOfRows') ?? -1
  const { instrument, code } = fields.named(['instrument', 'location', 'code'])
  const limit = (name: string, none: number) => {
    const value = fields.decimal(name)
    return value === undefined ? none : Number(value) / 1e9
  }
  const [abovePrice, belowPrice] = [limit('abovePrice', 0), limit('belowPrice', Infinity)]
  const aboveVolume = limit('aboveVolume', 0)
  if (refusedUnreadable(session, reqId, fields)) return
  if (ownEntry(SCANS, code) === undefined) {
    refuse(session, reqId, ERRORS.noScan(`Scanner type with code ${code} is disabled`))
    return
  }
  const scans = scansOf(desk, session)
  if (scans.has(reqId)) {
    refuse(session, reqId, ERRORS.duplicateRequestId())
    return
  }
  const asked = { rows, instrument, code, abovePrice, belowPrice, aboveVolume }
  const token = Symbol(String(reqId))
  scans.set(reqId, token)
  tellScan(desk, session, reqId, token, asked)
}

/** A client's scans by request id; a token tells one from an earlier one of the same id. */
function scansOf({ data }: Desk, session: Session): Map<number, symbol> {
  const known = data.scans.get(session) ?? new Map<number, symbol>()
  data.scans.set(session, known)
  return known
}

/** Now, and again as long as it is subscribed. */
function tellScan(desk: Desk, session: Session, reqId: number, token: symbol, asked: Asked): void {
  if (
    scansOf(desk, session).get(reqId) !== token ||
    desk.sessions.get(session.clientId) !== session
  )
    return
  session.send(scannerData(reqId, scan(desk, asked)))
  desk.later(AGAIN_MS, () => tellScan(desk, session, reqId, token, asked))
}

function scan(desk: Desk, asked: Asked): readonly ScannerRow[] {
  const score = ownEntry(SCANS, asked.code)
  if (score === undefined || !asked.instrument.toUpperCase().startsWith('STK')) return []
  const ranked = desk.venue.instruments.filter(isStock).flatMap((of) => {
    const quote = desk.venue.quote(of.id)
    const value = quote === undefined || !passes(quote, asked) ? undefined : score(quote)
    return value === undefined ? [] : [{ of, value }]
  })
  const most = asked.rows < 0 ? MOST_ROWS : Math.min(asked.rows, MOST_ROWS)
  return ranked
    .toSorted((a, b) => b.value - a.value || a.of.conId - b.of.conId)
    .slice(0, most)
    .map(({ of }) => rowOf(of))
}

const isStock = (of: Instrument): of is Stock => of.assetClass === 'STK'

function passes({ last, volume }: VenueQuote, asked: Asked): boolean {
  const price = last === undefined ? 0 : toNumber(last)
  return (
    price >= asked.abovePrice && price <= asked.belowPrice && toNumber(volume) >= asked.aboveVolume
  )
}

function rowOf(of: Stock): ScannerRow {
  const { conId, symbol, secType, lastTradeDateOrContractMonth, strike, right, exchange, currency, localSymbol, tradingClass } = contractBlock(of) // prettier-ignore
  return { conId, symbol, secType, lastTradeDateOrContractMonth, strike, right, exchange, currency, localSymbol, marketName: tradingClass, tradingClass } // prettier-ignore
}

/** CANCEL_SCANNER_SUBSCRIPTION: version, reqId. */
export const cancelScannerSubscription: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!scansOf(desk, session).delete(reqId)) refuse(session, reqId, ERRORS.noSuchScan(reqId))
}
