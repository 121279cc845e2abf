/** What the clearing house's departments share: the account, the market they read, the desk they order at. */
import { minus, quantity, type Currency, type Money, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { AccountDesk } from '#exchange/clearing/account-desk.ts'
import type { CashBooking, UnitsBooking, VenueEvent } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'
import type { MarkSource } from '#exchange/clearing/valuation.ts'

export interface HouseParts {
  readonly seed: number
  readonly account: AccountDesk
  readonly board: MarkSource & { instrument(id: InstrumentId): Instrument | undefined }
  readonly market: Pick<MarketModel, 'splitOn' | 'actionsOn' | 'settlementPrice' | 'directory'>
  readonly desk: {
    place(terms: NewVenueOrder, now: EpochMs): readonly VenueEvent[]
    cancelOf(of: Instrument, reason: string, now: EpochMs): readonly VenueEvent[]
    reconsider(now: EpochMs, of?: Instrument): readonly VenueEvent[]
  }
  readonly orders: {
    allOpen(): readonly LiveOrder[]
    openOf(instrument: InstrumentId): readonly LiveOrder[]
  }
}

/** Books cash that moves without a trade, and says so; nothing where nothing moves. */
export function bookCash(
  { account }: Pick<HouseParts, 'account'>,
  kind: CashBooking['kind'],
  currency: Currency,
  amount: Money<Currency>,
  now: EpochMs,
  instrument?: InstrumentId,
): readonly VenueEvent[] {
  if (amount === 0n) return []
  account.clearing.book(kind, currency, amount)
  return told(kind, currency, amount, now, instrument)
}

/** Says that cash has moved. */
export function told(
  kind: CashBooking['kind'],
  currency: Currency,
  amount: Money<Currency>,
  now: EpochMs,
  instrument?: InstrumentId,
): readonly VenueEvent[] {
  if (amount === 0n) return []
  return [{ type: 'CashBooked', booking: { kind, currency, amount, instrument, at: now } }]
}

/**
 * Does something to holdings without a trade, and says which units came and went by it.
 *
 * @param run - trades nothing
 */
export function tellingUnits(
  { account }: Pick<HouseParts, 'account'>,
  kind: UnitsBooking['kind'],
  now: EpochMs,
  run: () => readonly VenueEvent[],
): readonly VenueEvent[] {
  const before = unitsOf(account)
  const events = run()
  const after = unitsOf(account)
  const moved = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return [
    ...events,
    ...moved.flatMap((instrument): readonly VenueEvent[] => {
      const units = minus(after.get(instrument) ?? NONE, before.get(instrument) ?? NONE)
      return units === 0n ? [] : [{ type: 'UnitsBooked', booking: { kind, instrument, units, at: now } }] // prettier-ignore
    }),
  ]
}

const NONE = quantity('0')

const unitsOf = ({ clearing }: AccountDesk): ReadonlyMap<InstrumentId, Quantity> =>
  new Map(clearing.holdings().map(({ instrument, quantity: held }) => [instrument.id, held]))

/** A position is another now. */
export const positionChanged = (instrument: InstrumentId): VenueEvent => ({
  type: 'PositionChanged',
  instrument,
})
