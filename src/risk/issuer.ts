/**
 * Whose name a holding counts under. Stocks and options are bets on one issuer, an option on that of its underlying, so
 * that all on one underlying share its limit; futures on broad indices and currency pairs are bets on no one name: they
 * count in gross, net and beta, and have limits of their class instead of those of a name or a sector.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'

/** The name that a holding counts under: an option's underlying, else itself. */
export const issuerOf = (of: Instrument): InstrumentId =>
  of.assetClass === 'OPT' ? of.underlying : of.id

/** Whether limits of a name and a sector pass it over. */
export const isBroad = (assetClass: AssetClass): boolean =>
  assetClass === 'FUT' || assetClass === 'CASH'
