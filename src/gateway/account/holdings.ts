/** What the account holds, with what it is. */
import type { Exchange, VenuePosition } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import type { Instrument } from '#model/instrument.ts'

/** A holding with the instrument that it is in. */
export interface Holding {
  readonly instrument: Instrument
  /** Undefined: it was there and is flat now. */
  readonly position: VenuePosition | undefined
}

/** Every holding, in the venue's order. */
export function holdings(venue: Exchange): readonly Holding[] {
  return venue.positions().flatMap((position) => {
    const instrument = holdable(venue.directory.byId(position.instrument))
    return instrument === undefined ? [] : [{ instrument, position }]
  })
}

/** A listing that can be held: an index cannot; options of chains can. */
export function holdable(listed: Listed | undefined): Instrument | undefined {
  return listed === undefined || listed.assetClass === 'IND' ? undefined : listed
}
