/** What limits need to know of an instrument besides how much of it there is. */
import type { Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { ExposureFacts, ForeignHolding } from '#risk/exposures.ts'
import { issuerOf } from '#risk/issuer.ts'

/**
 * @param instrument - undefined where the broker does not describe it: a name of its own, in no sector that is known
 * @param base - the account's currency
 * @param cashShare - of a unit of exposure, what was paid for it: 1 of a stock, the premium's share of an option
 */
export function exposureFactsOf(
  id: InstrumentId,
  instrument: Instrument | undefined,
  base: Currency,
  cashShare: number,
): ExposureFacts {
  if (instrument === undefined) return { sector: 'unknown', issuer: id, assetClass: undefined }
  const { sector, assetClass } = instrument
  const foreign = foreignHoldingOf(instrument, base, cashShare)
  const facts = { sector, assetClass, issuer: issuerOf(instrument) }
  return foreign === undefined ? facts : { ...facts, foreign }
}

function foreignHoldingOf(
  { assetClass, symbol, currency }: Instrument,
  base: Currency,
  cashShare: number,
): ForeignHolding | undefined {
  if (assetClass === 'FUT') return undefined
  if (assetClass !== 'CASH') return currency === base ? undefined : { currency, share: cashShare }
  if (currency === base) return { currency: symbol, share: 1 }
  return symbol === base ? { currency, share: -1 } : undefined
}
