/**
 * Keeps an account by what the venue tells, in the plainest way there is: what was bought, what it cost, what was
 * booked. Shares no code with the clearing broker.
 */
import type { CashBooking, VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import type { Directory, Listed } from '#exchange/listing.ts'
import type { Currency, Money } from '#model/fixed.ts'
import type { ExecId, InstrumentId } from '#model/ids.ts'

export interface Bookkeeper {
  take(events: readonly VenueEvent[]): void
  /** Nanos by currency, zeros left out. */
  cash(): ReadonlyMap<Currency, bigint>
  /** Nanos of units by instrument, zeros left out; pairs are cash. */
  units(): ReadonlyMap<InstrumentId, bigint>
  /** Units bought less units sold, and units that corporate actions and expiries made or took. */
  flows(instrument: InstrumentId): { readonly traded: bigint; readonly converted: bigint }
  /** Every execution that stands, by root of its id. */
  executions(): ReadonlyMap<string, VenueExecution>
}

const NANOS = 1_000_000_000n

export function bookkeeper(
  directory: Directory,
  start: ReadonlyMap<Currency, Money<Currency>>,
): Bookkeeper {
  // prettier-ignore
  const cash = new Map<Currency, bigint>(start)
  const units = new Map<InstrumentId, bigint>()
  const traded = new Map<InstrumentId, bigint>()
  const converted = new Map<InstrumentId, bigint>()
  const standing = new Map<string, VenueExecution>()
  const futures = new Map<InstrumentId, FutureEntry[]>()

  const pay = (currency: Currency, amount: bigint) =>
    void cash.set(currency, (cash.get(currency) ?? 0n) + amount)
  /** @param sign - 1 books it, −1 takes it back */
  const book = (of: VenueExecution, sign: 1n | -1n) => {
    const listed = listedAs(directory, of.instrument)
    const signed = sign * (of.side === 'BOT' ? 1n : -1n) * of.quantity
    pay(of.currency, -sign * of.commission)
    if (listed.assetClass === 'CASH') {
      pay(listed.symbol, signed)
      pay(listed.currency, -valueOf(signed, of.price, 1n))
      return
    }
    add(units, of.instrument, signed)
    add(traded, of.instrument, signed)
    const value = valueOf(signed, of.price, listed.multiplier)
    if (listed.assetClass === 'FUT')
      writeFuture(of, listed.currency, { units: signed, value }, sign)
    else pay(listed.currency, -value)
  }

  /** A correction goes where the trade stood: what came after it is reckoned anew. */
  const writeFuture = (
    { instrument, execId }: VenueExecution,
    currency: Currency,
    { units: signed, value }: { readonly units: bigint; readonly value: bigint },
    sign: 1n | -1n,
  ) => {
    const entries = futures.get(instrument) ?? []
    const before = gainOf(entries)
    const root = rootOf(execId)
    const place = entries.findIndex((entry) => entry.root === root)
    if (sign === 1n && place < 0) entries.push({ root, units: signed, value })
    else entries[place] = sign === 1n ? { root, units: signed, value } : { root, units: 0n, value: 0n } // prettier-ignore
    futures.set(instrument, entries)
    pay(currency, gainOf(entries) - before)
  }

  const bookCash = ({ kind, currency, amount, instrument }: CashBooking) => {
    pay(currency, amount)
    if (kind !== 'variation-margin' || instrument === undefined) return
    futures.set(instrument, [...(futures.get(instrument) ?? []), { root: '', units: 0n, value: amount }]) // prettier-ignore
  }

  const take = (event: VenueEvent) => {
    if (event.type === 'Traded') {
      standing.set(rootOf(event.execution.execId), event.execution)
      book(event.execution, 1n)
    } else if (event.type === 'ExecutionCorrected' || event.type === 'ExecutionBusted') {
      const before = standing.get(rootOf(event.execution.execId))
      if (before !== undefined) book(before, -1n)
      standing.delete(rootOf(event.execution.execId))
      if (event.type === 'ExecutionBusted') return
      standing.set(rootOf(event.execution.execId), event.execution)
      book(event.execution, 1n)
    } else if (event.type === 'CashBooked') bookCash(event.booking)
    else if (event.type === 'UnitsBooked') {
      add(units, event.booking.instrument, event.booking.units)
      add(converted, event.booking.instrument, event.booking.units)
    }
  }

  return {
    take: (events) => {
      for (const event of events) take(event)
    },
    cash: () => withoutZeros(cash),
    units: () => withoutZeros(units),
    flows: (id) => ({ traded: traded.get(id) ?? 0n, converted: converted.get(id) ?? 0n }),
    executions: () => standing,
  }
}

const add = (to: Map<InstrumentId, bigint>, id: InstrumentId, by: bigint): void => {
  to.set(id, (to.get(id) ?? 0n) + by)
}

function listedAs(directory: Directory, id: InstrumentId): Listed {
  const found = directory.byId(id)
  if (found === undefined) throw new Error(`${id} trades, and is not listed`)
  return found
}

/** A correction shares all of the id but its last part. */
const rootOf = (execId: ExecId): string => execId.slice(0, execId.lastIndexOf('.'))

/** A trade in a future; or, without units, what a day's settlement paid. */
interface FutureEntry {
  readonly root: string
  readonly units: bigint
  readonly value: bigint
}

/** What closing trades have paid: what they were closed at less the average that they stood at. */
function gainOf(entries: readonly FutureEntry[]): bigint {
  let [held, stoodAt, gain] = [0n, 0n, 0n]
  for (const { units, value } of entries) {
    const closes = held * units < 0n ? least(size(units), size(held)) : 0n
    const [out, closedAt] = [closes === 0n ? 0n : divided(stoodAt * closes, size(held)), closes === 0n ? 0n : divided(value * closes, size(units))] // prettier-ignore
    gain -= closes === 0n ? 0n : out + closedAt
    stoodAt += value - out - closedAt
    held += units
  }
  return gain
}

const size = (of: bigint): bigint => (of < 0n ? -of : of)
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const valueOf = (units: bigint, at: bigint, multiplier: bigint): bigint => divided(units * at * multiplier, NANOS) // prettier-ignore

/** Half even, as money is rounded everywhere here. @param by - > 0 */
function divided(exact: bigint, by: bigint): bigint {
  const whole = exact / by
  const rest = exact % by
  const twice = 2n * size(rest)
  if (twice < by || (twice === by && whole % 2n === 0n)) return whole
  return whole + (rest < 0n ? -1n : 1n)
}

function withoutZeros<K>(of: ReadonlyMap<K, bigint>): ReadonlyMap<K, bigint> {
  return new Map([...of].filter(([, amount]) => amount !== 0n))
}
