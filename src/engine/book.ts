/**
 * Our book: what was adopted from the broker, moved by our fills and fees since. Exact: the sum
 * of the parts, whatever order reports and corrections come in.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import {
  fractionOf,
  magnitude,
  money,
  negate,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import type { Execution } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { LedgerChange } from '#execution/order-ledger.ts'
import { isCurrencyPair, type Movement } from '#reconciliation/reconcile.ts'
import type { EngineBook } from '#engine/state.ts'

/** The broker's word, as ours from here on. */
export function bookFrom(
  snapshot: BrokerSnapshot,
  origin: EngineBook['origin'],
  at: EpochMs,
): EngineBook {
  return {
    account: snapshot.account,
    positions: new Map(
      snapshot.positions
        .filter(({ instrument }) => !isCurrencyPair(instrument))
        .map((row) => [row.instrument, row.quantity]),
    ),
    cash: new Map(snapshot.cash.map((row) => [row.currency, row.amount])),
    adoptedAt: at,
    origin,
  }
}

/** Follows one change of the ledger: a correction takes back what it replaces. */
export function bookChange(
  book: EngineBook,
  change: LedgerChange,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): void {
  if (change.type === 'commission') {
    if (change.adopted) return
    const { before, after } = change
    if (before !== undefined) addCash(book, before.currency, before.amount)
    addCash(book, after.currency, negate(after.amount))
    return
  }
  if (change.before !== undefined) bookTrade(book, change.before, instruments, -1n)
  bookTrade(book, change.after, instruments, 1n)
}

function bookTrade(
  book: EngineBook,
  execution: Execution,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
  direction: 1n | -1n,
): void {
  const traded = fractionOf(execution.quantity, direction, 1n)
  if (!isCurrencyPair(execution.instrument)) addPosition(book, execution.instrument, traded)
  for (const [currency, amount] of cashLegsOf(execution, instruments))
    addCash(book, currency, fractionOf(amount, direction, 1n))
}

function addPosition(book: EngineBook, instrument: InstrumentId, by: Quantity): void {
  const held = plus(book.positions.get(instrument) ?? FLAT, by)
  if (held === 0n) book.positions.delete(instrument)
  else book.positions.set(instrument, held)
}

function addCash(book: EngineBook, currency: Currency, by: Money<Currency>): void {
  book.cash.set(currency, plus(book.cash.get(currency) ?? ZERO, by))
}

type CashLegs = readonly (readonly [Currency, Money<Currency>])[]

/** What a trade does to the balances, by currency; paid negative. A future moves none: it settles daily. */
export function cashLegsOf(
  execution: Execution,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): CashLegs {
  const facts = cashFactsOf(execution.instrument, instruments)
  if (facts === undefined || facts.assetClass === 'FUT') return []
  const paid: CashLegs[number] = [
    facts.currency,
    negate(notional(execution.quantity, execution.price, facts)),
  ]
  if (facts.assetClass !== 'CASH') return [paid]
  const one = { multiplier: 1n, currency: facts.symbol }
  return [[facts.symbol, notional(execution.quantity, ONE_TO_ONE, one)], paid]
}

/** What a trade is worth in the currency it trades in, paid negative: a future's notional too, though it moves no cash. */
export function tradedValueOf(
  execution: Execution,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): CashLegs[number] | undefined {
  const facts = cashFactsOf(execution.instrument, instruments)
  if (facts === undefined) return undefined
  return [facts.currency, negate(notional(execution.quantity, execution.price, facts))]
}

/** As a movement for the reconciliation: the holding, and the leg in the currency it trades in. */
export function movementOf(
  execution: Execution,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): Movement {
  const legs = cashLegsOf(execution, instruments)
  const paid = legs.at(-1)
  return {
    instrument: execution.instrument,
    quantity: execution.quantity,
    cash: paid?.[1],
    currency: paid?.[0] ?? '',
  }
}

interface CashFacts {
  readonly assetClass: Instrument['assetClass']
  readonly symbol: string
  readonly currency: Currency
  readonly multiplier: bigint
}

/** From the instrument, else from its name where the name says enough (stock, forex). */
function cashFactsOf(
  id: InstrumentId,
  instruments: ReadonlyMap<InstrumentId, Instrument>,
): CashFacts | undefined {
  const known = instruments.get(id)
  if (known !== undefined) return known
  const name = parseInstrumentName(id)
  if (!name.ok || name.value.assetClass === 'OPT') return undefined
  return { ...name.value, multiplier: 1n }
}

/**
 * The most that an execution's fee may be while its report is out: a unit of currency and a cent
 * a share, twice IBKR's fixed schedule for US stocks.
 * Source: interactivebrokers.com/en/pricing/commissions-stocks.php, "fixed".
 */
export const largestFeeOf = (execution: Execution): Money<Currency> =>
  plus(ONE_UNIT, notional(magnitude(execution.quantity), CENT, { multiplier: 1n, currency: '' }))

const FLAT = quantity('0')
const ZERO: Money<Currency> = money('0', 'USD')
const ONE_UNIT: Money<Currency> = money('1', 'USD')
const ONE_TO_ONE = price('1')
const CENT = price('0.01')
