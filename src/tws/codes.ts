/**
 * What TWS's message codes mean, as a table that a trader could read and sign.
 *
 * TWS sends errors, warnings and news of its own health through one message; the vendor's library
 * splits it into two events by the id. Here both come to one classifier.
 *
 * Sources: IBKR, "TWS API: Message Codes" (interactivebrokers.github.io/tws-api/message_codes.html);
 * where the page is silent or wrong, the thread that shows what really happens, named in the row.
 */

export interface CodeMeaning {
  readonly code: number
  /** E ends the request, W leaves it alive, S is about the connection (id −1). */
  readonly class: 'E' | 'W' | 'S'
  /** When the id is an order's. */
  readonly order: OrderMeaning
  /** When it is about the link. */
  readonly link?: LinkMeaning
  readonly meaning: string
  readonly source: string
}

/**
 * `rejected`: this order is over, never to fill. `rejected-if-new`: over if TWS had not accepted it
 * before, else only a change of it was refused and the order lives on. `cancel-refused`: our cancel
 * did nothing. `canceled`: the order is off the market. `held`: alive, kept off the market for now.
 * `alive`: nothing changed. `unknown`: the code is not in the table, so nothing is concluded from it.
 */
export type OrderMeaning =
  'rejected' | 'rejected-if-new' | 'cancel-refused' | 'canceled' | 'held' | 'alive' | 'unknown'

/** `lost`: TWS has no server (1100). `restored-*`: 1101, 1102. `socket-lost`: the connection is going. */
export type LinkMeaning = 'lost' | 'restored-data-lost' | 'restored' | 'socket-lost'

const page = 'IBKR message codes'

// prettier-ignore
const CODES: readonly CodeMeaning[] = [
  { code: 100, class: 'S', order: 'unknown', meaning: 'more than 50 messages a second', source: 'erdewit/ib_insync#443' },
  { code: 101, class: 'E', order: 'alive', meaning: 'no market data line left', source: page },
  { code: 102, class: 'E', order: 'alive', meaning: 'duplicate ticker id', source: page },
  { code: 103, class: 'E', order: 'rejected', meaning: 'duplicate order id; the earlier order lives on', source: 'erdewit/ib_insync#644, #308' },
  { code: 104, class: 'E', order: 'alive', meaning: 'a filled order cannot be modified', source: page },
  { code: 105, class: 'W', order: 'alive', meaning: 'the modification does not match the order, which lives on', source: 'ib_async wrapper.py error()' },
  { code: 106, class: 'E', order: 'rejected', meaning: 'the order id cannot be transmitted', source: page },
  { code: 107, class: 'E', order: 'rejected', meaning: 'incomplete order', source: page },
  { code: 109, class: 'E', order: 'rejected-if-new', meaning: 'price outside the allowed percentage', source: page },
  { code: 110, class: 'E', order: 'rejected-if-new', meaning: 'price off the minimum variation', source: 'erdewit/ib_insync#502' },
  { code: 135, class: 'E', order: 'cancel-refused', meaning: 'no order with this id', source: page },
  { code: 136, class: 'E', order: 'cancel-refused', meaning: 'the order cannot be cancelled', source: page },
  { code: 154, class: 'W', order: 'held', meaning: 'the security is halted; the order waits', source: page },
  { code: 161, class: 'E', order: 'cancel-refused', meaning: 'the order is in no cancellable state', source: 'LEAN.IB PR#248' },
  { code: 162, class: 'E', order: 'alive', meaning: 'historical data: no data, or too many requests', source: 'IBKR historical data limitations' },
  { code: 165, class: 'W', order: 'alive', meaning: 'historical data service: information', source: page },
  { code: 200, class: 'E', order: 'rejected', meaning: 'no security definition, or several', source: 'LEAN.IB PR#245' },
  { code: 201, class: 'E', order: 'rejected', meaning: 'order rejected, reason in the text', source: 'IBKR automated considerations' },
  { code: 202, class: 'E', order: 'canceled', meaning: 'order cancelled, asked for or not', source: page },
  { code: 203, class: 'E', order: 'rejected', meaning: 'security not allowed for the account', source: 'erdewit/ib_insync#1' },
  { code: 300, class: 'W', order: 'alive', meaning: 'no stream with this ticker id to cancel', source: 'LEAN PR#1134' },
  { code: 320, class: 'E', order: 'rejected-if-new', meaning: 'the server could not read the request', source: 'IbcAlpha/IBC#214' },
  { code: 321, class: 'E', order: 'rejected-if-new', meaning: 'the server refused the request as invalid (also: Read-Only API)', source: 'nautilus_trader#5007' },
  { code: 322, class: 'E', order: 'rejected-if-new', meaning: 'the server failed on the request', source: page },
  { code: 326, class: 'S', order: 'unknown', link: 'socket-lost', meaning: 'client id in use', source: 'nautilus_trader PR#3796' },
  { code: 327, class: 'E', order: 'alive', meaning: 'only client 0 binds manual orders', source: page },
  { code: 354, class: 'E', order: 'alive', meaning: 'market data not subscribed', source: page },
  { code: 366, class: 'E', order: 'alive', meaning: 'no such historical request', source: page },
  { code: 387, class: 'E', order: 'rejected-if-new', meaning: 'order type not supported there', source: page },
  { code: 391, class: 'E', order: 'rejected-if-new', meaning: 'good-till date not understood', source: page },
  { code: 399, class: 'W', order: 'held', meaning: 'a word about the order, such as: kept until the market opens', source: 'IBKR order submission; ib_async wrapper.py' },
  { code: 404, class: 'W', order: 'held', meaning: 'shares to borrow are being located', source: 'LEAN.IB PR#1026, nautilus_trader PR#3723' },
  { code: 420, class: 'E', order: 'alive', meaning: 'too many real-time requests', source: page },
  { code: 430, class: 'E', order: 'alive', meaning: 'fundamentals not available', source: 'erdewit/ib_insync#369' },
  { code: 434, class: 'E', order: 'rejected', meaning: 'order size zero', source: page },
  { code: 451, class: 'E', order: 'rejected-if-new', meaning: 'above the order size precaution of TWS', source: page },
  { code: 460, class: 'E', order: 'rejected', meaning: 'no trading permission', source: 'LEAN.IB PR#245' },
  { code: 492, class: 'W', order: 'alive', meaning: 'a word about the request', source: 'stoqey/ib src/core' },
  { code: 1100, class: 'S', order: 'unknown', link: 'lost', meaning: 'TWS has lost its server; repeats', source: 'erdewit/ib_insync#256, LEAN.IB#129' },
  { code: 1101, class: 'S', order: 'unknown', link: 'restored-data-lost', meaning: 'server back, subscriptions lost', source: page },
  { code: 1102, class: 'S', order: 'unknown', link: 'restored', meaning: 'server back, subscriptions kept', source: 'IbcAlpha/IBC#251' },
  { code: 1300, class: 'S', order: 'unknown', link: 'socket-lost', meaning: 'the socket port was reset', source: page },
  { code: 10006, class: 'E', order: 'rejected', meaning: 'the parent order is missing', source: page },
  { code: 10015, class: 'E', order: 'rejected', meaning: 'trading is not allowed in this API', source: page },
  { code: 10089, class: 'E', order: 'alive', meaning: 'market data needs another subscription', source: page },
  { code: 10090, class: 'W', order: 'alive', meaning: 'part of the market data is not subscribed; the rest continues', source: 'wboayue/rust-ibapi#768' },
  { code: 10091, class: 'E', order: 'alive', meaning: 'part of the market data needs another subscription', source: page },
  { code: 10147, class: 'E', order: 'cancel-refused', meaning: 'the order to cancel is not found', source: 'LEAN.IB#248' },
  { code: 10148, class: 'E', order: 'cancel-refused', meaning: 'the order to cancel is over', source: 'LEAN.IB#248' },
  { code: 10167, class: 'W', order: 'alive', meaning: 'not subscribed, delayed data instead', source: 'wboayue/rust-ibapi PR#672' },
  { code: 10168, class: 'E', order: 'alive', meaning: 'not subscribed, and delayed data is off', source: page },
  { code: 10182, class: 'E', order: 'alive', meaning: 'live updates failed; ask again', source: 'nautilus_trader PR#4412' },
  { code: 10186, class: 'E', order: 'alive', meaning: 'not subscribed, delayed data not available', source: page },
  { code: 10197, class: 'W', order: 'alive', meaning: 'another live session has the market data; it may come back', source: 'LEAN.IB#140' },
  { code: 10225, class: 'E', order: 'alive', meaning: 'bust event; ask again', source: page },
  { code: 10242, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity not modifiable', source: page },
  { code: 10243, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity not allowed in the API', source: 'brndnmtthws/thetagang PR#450' },
  { code: 10247, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity not allowed for this order type', source: page },
  { code: 10248, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity not allowed here', source: page },
  { code: 10249, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity not allowed on this exchange', source: page },
  { code: 10250, class: 'E', order: 'rejected-if-new', meaning: 'fractional quantity off the increment', source: page },
  { code: 10268, class: 'E', order: 'rejected', meaning: 'EtradeOnly is not supported any more', source: page },
  { code: 10269, class: 'E', order: 'rejected', meaning: 'firmQuoteOnly is not supported any more', source: page },
  { code: 10270, class: 'E', order: 'rejected', meaning: 'nbboPriceCap is not supported any more', source: page },
  { code: 10314, class: 'E', order: 'alive', meaning: 'end of a history not understood', source: page },
  { code: 10349, class: 'W', order: 'alive', meaning: 'time in force set by a preset; the order goes on, whatever the status says', source: 'ib_async#191, pysystemtrade#1580' },
]

const BY_CODE: ReadonlyMap<number, CodeMeaning> = new Map(CODES.map((row) => [row.code, row]))

/**
 * Whole ranges, where the page gives one: 1xxx and 21xx speak of the system, 2100 to 2999 warn,
 * 0 is the rate warning.
 */
const RANGES: readonly {
  readonly from: number
  readonly to: number
  readonly class: 'W' | 'S'
}[] = [
  { from: 0, to: 0, class: 'S' },
  { from: 1000, to: 1999, class: 'S' },
  { from: 2103, to: 2108, class: 'S' },
  { from: 2110, to: 2110, class: 'S' },
  { from: 2119, to: 2119, class: 'S' },
  { from: 2157, to: 2158, class: 'S' },
  { from: 2100, to: 2999, class: 'W' },
]

/**
 * The meaning of a code. One not in the table is an error of the request it names (so that nobody
 * waits for an answer that will not come), and says nothing about an order: the order's status does.
 */
export function meaningOf(code: number): CodeMeaning {
  const known = BY_CODE.get(code)
  if (known !== undefined) return known
  const range = RANGES.find(({ from, to }) => code >= from && code <= to)
  if (range === undefined)
    return { code, class: 'E', order: 'unknown', meaning: 'not in our table', source: 'none' }
  return { code, class: range.class, order: 'alive', meaning: 'by its range', source: page }
}

/** The vendor's decoder lost the thread: a message did not have the fields it expected. */
export const UNREADABLE = 505
/** The vendor's word for a socket that could not be opened or broke. */
export const SOCKET_FAILED = 502
export const CLIENT_ID_IN_USE = 326
export const DUPLICATE_ORDER_ID = 103
