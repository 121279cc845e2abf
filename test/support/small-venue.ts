/** A venue of a few synthetic stocks, for tests of what drives it. */
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { money, quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'

export const ACCOUNT = 'DU1234567' as AccountId

export interface SmallVenue {
  readonly exchange: Exchange
  /** Held short, −200 at the start. */
  readonly short: Stock
  /** Held long, 300 at the start. */
  readonly long: Stock
  /** Not held. */
  readonly fresh: Stock
  /** Halted from the start. */
  readonly halted: Stock
}

/** Ten in the morning of Monday, 2026-01-05 in New York; a million dollars less what is held. */
export function smallVenue(): SmallVenue {
  const stocks = syntheticUniverse({ seed: 5, count: 12 }).filter(({ shortable }) => shortable)
  const [short, long, fresh, halted] = stocks
  invariant(short !== undefined && long !== undefined, 'the universe has names')
  invariant(fresh !== undefined && halted !== undefined, 'the universe has more names')
  const market = syntheticMarket({ seed: 5, instruments: stocks, firstDate: '2025-06-02', lastDate: '2026-02-02' }) // prettier-ignore
  const exchange = createExchange({
    seed: 5,
    account: ACCOUNT,
    baseCurrency: 'USD',
    startAt: newYorkInstant('2026-01-05', 600),
    market,
    cash: new Map([['USD', money('1000000', 'USD')]]),
    positions: [
      { instrument: short.id, quantity: quantity('-200') },
      { instrument: long.id, quantity: quantity('300') },
    ],
    halted: [halted.id],
  })
  return { exchange, short, long, fresh, halted }
}
