/** A clearing broker without a venue: marks are set by hand, time is advanced, what it orders is written down. */
import { accountDesk, type AccountDesk } from '#exchange/clearing/account-desk.ts'
import { clearingHouse, type ClearingHouse } from '#exchange/clearing/clearing-house.ts'
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import type { CorporateAction, VenueControls } from '#exchange/controls.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import { money, price, quantity, type Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, HOUR_MS, type EpochMs } from '#model/time.ts'

export interface WorldChanges {
  readonly settings?: Partial<ClearingSettings>
  readonly startAt: EpochMs
  readonly instruments: readonly Instrument[]
  /** By instrument id. */
  readonly marks: Readonly<Record<string, string>>
  readonly cash?: Readonly<Record<Currency, string>>
  /** What the market says happens to a listing on a day. */
  readonly actions?: readonly CorporateAction[]
}

export interface ClearingWorld {
  readonly account: AccountDesk
  readonly house: ClearingHouse
  readonly controls: Pick<VenueControls, 'setBorrowable' | 'liquidate' | 'act' | 'transfer'>
  /** What the broker ordered by itself. */
  readonly ordered: NewVenueOrder[]
  now(): EpochMs
  mark(id: string, at: string): void
  trade(of: Instrument, units: string, at: string, fee?: string): void
  /** Lets everything happen that is due until then. */
  advance(to: EpochMs): readonly VenueEvent[]
}

export function clearingWorld(changes: WorldChanges): ClearingWorld {
  const { instruments, actions = [] } = changes
  const listed = new Map<InstrumentId, Instrument>(instruments.map((of) => [of.id, of]))
  const marks = new Map(Object.entries(changes.marks).map(([id, at]) => [id as InstrumentId, price(at)])) // prettier-ignore
  let now = changes.startAt
  const ordered: NewVenueOrder[] = []
  const source = { mark: (id: InstrumentId) => marks.get(id), instrument: (id: InstrumentId) => listed.get(id) } // prettier-ignore
  const account = accountDesk({
    cash: new Map(Object.entries(changes.cash ?? { USD: '100000' }).map(([currency, amount]) => [currency, money(amount, currency)])), // prettier-ignore
    positions: [],
    baseCurrency: 'USD',
    source,
    settings: { ...REG_T_ACCOUNT, ...changes.settings },
  })
  const place = (order: NewVenueOrder) => {
    ordered.push(order)
    return []
  }
  const house = clearingHouse(
    {
      seed: 1,
      account,
      board: source,
      market: {
        splitOn: () => 1,
        actionsOn: (id, date) => actions.filter((one) => one.instrument === id && one.date === date), // prettier-ignore
      },
      desk: { place, cancelOf: () => [], reconsider: () => [] },
      orders: { allOpen: () => [], openOf: () => [] },
    },
    now,
  )
  const advance: ClearingWorld['advance'] = (to) => {
    const events: VenueEvent[] = []
    for (;;) {
      const [midnight, due] = [midnightAfter(now), house.nextAt(now)]
      if (Math.min(midnight, due) > to) break
      now = Math.min(midnight, due)
      events.push(...(due < midnight ? house.happens(now) : house.dayTurns(newYorkDate(now), now)))
    }
    now = to
    return events
  }
  return {
    account,
    house,
    controls: house.controls(() => now),
    ordered,
    now: () => now,
    mark: (id, at) => {
      marks.set(id as InstrumentId, price(at))
      account.margin.remark()
    },
    trade: (of, units, at, fee = '0') => {
      account.book({ instrument: of, quantity: quantity(units), price: price(at), commission: money(fee, 'USD'), commissionCurrency: account.charging.currencyOf(of) }, now) // prettier-ignore
    },
    advance,
  }
}

/** What was booked in cash, `dividend 63 USD`. */
export const bookings = (events: readonly VenueEvent[]): string[] =>
  events.flatMap((event) =>
    event.type === 'CashBooked'
      ? [`${event.booking.kind} ${Number(event.booking.amount) / 1e9} ${event.booking.currency}`]
      : [],
  )

const midnightAfter = (at: EpochMs) =>
  newYorkInstant(newYorkDate(newYorkInstant(newYorkDate(at), 0) + DAY_MS + 6 * HOUR_MS), 0)
