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
    if (listed.assetClass !== 'FUT')
      pay(listed.currency, -valueOf(signed, of.price, listed.multiplier))
  }

  const bookCash = ({ currency, amount }: CashBooking) => pay(currency, amount)

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

/** Half even, as money is rounded everywhere here. */
function valueOf(units: bigint, at: bigint, multiplier: bigint): bigint {
  const exact = units * at * multiplier
  const whole = exact / NANOS
  const rest = exact % NANOS
  const twice = 2n * (rest < 0n ? -rest : rest)
  if (twice < NANOS || (twice === NANOS && whole % 2n === 0n)) return whole
  return whole + (rest < 0n ? -1n : 1n)
}

function withoutZeros<K>(of: ReadonlyMap<K, bigint>): ReadonlyMap<K, bigint> {
  return new Map([...of].filter(([, amount]) => amount !== 0n))
}
