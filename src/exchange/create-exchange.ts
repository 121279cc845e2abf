/**
 * The venue and its clearing broker, put together.
 *
 * Time moves in `advance` only, through a timeline of what is due: days turn, orders end, held
 * orders are let go, the market maker quotes anew where orders rest. What is merely watched costs one
 * look a call: it emits its last quote, however many there were in between, as IBKR's sampled level 1 does.
 */
import { invariant } from '#model/invariant.ts'
import { plainDirectory } from '#exchange/market/directory.ts'
import { optionFigures } from '#exchange/market/option-figures.ts'
import type { Exchange, ExchangeSettings, VenueEvent } from '#exchange/exchange.ts'
import { earlier } from '#exchange/watch-list.ts'
import type { Part, Venue } from '#exchange/venue.ts'
import { openVenue } from '#exchange/open-venue.ts'
import { happen, watchedForHalts } from '#exchange/occasions.ts'
import { controlling, trading } from '#exchange/venue-trading.ts'
import { ledger, recording, showing, shownQuote } from '#exchange/venue-views.ts'

/**
 * @throws InvariantError when a position's instrument is not listed, or a currency has no pair to the
 *   base currency: drivers check what comes from files
 */
export function createExchange(settings: ExchangeSettings): Exchange {
  const venue = openVenue(settings)
  return Object.assign(
    timekeeping(venue),
    trading(venue),
    showing(venue),
    recording(venue),
    optionFigures({
      market: settings.market,
      now: () => venue.now,
      quote: (id) => shownQuote(venue, id),
    }),
    ledger(venue),
    controlling(venue),
  )
}

function timekeeping(
  venue: Venue,
): Part<
  'now' | 'account' | 'baseCurrency' | 'instruments' | 'directory' | 'advance' | 'nextEventAt'
> {
  const { due, watched, indices, settings } = venue
  const { account, baseCurrency, market } = settings
  const advance: Exchange['advance'] = (to, pauses = () => false) => {
    invariant(to >= venue.now, 'venue time does not run backwards')
    const events: VenueEvent[] = []
    let end = to
    for (let next = due.pop(end); next !== undefined; next = due.pop(end)) {
      venue.now = next.at
      const happened = watchedForHalts(venue, happen(venue, next.what))
      if (happened.some(pauses)) end = venue.now
      events.push(...happened)
    }
    venue.now = end
    return events.concat(watched.changes(end), indices.changes(end))
  }
  return {
    get now() {
      return venue.now
    },
    account,
    baseCurrency,
    instruments: market.instruments,
    directory: market.directory ?? plainDirectory(market.instruments),
    advance,
    nextEventAt: () => earlier(due.nextAt(), earlier(watched.nextAt(venue.now), indices.nextAt(venue.now))), // prettier-ignore
  }
}
