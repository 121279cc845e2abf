/**
 * What contract details say may be asked of an order, in IBKR's abbreviations: what the venue works for the class, by
 * the table that refuses the rest.
 */
import type { Listed } from '#exchange/listing.ts'
import { TYPE_TERMS } from '#exchange/orders/type-terms.ts'
import type { VenueOrderType } from '#exchange/terms.ts'

/** IBKR's abbreviations where they are not the type's own name. */
const ABBREVIATED: Partial<Readonly<Record<VenueOrderType, string>>> = {
  'STP LMT': 'STPLMT',
  'TRAIL LIMIT': 'TRAILLMT',
  MIDPRICE: 'MIDPX',
}

/** Attributes that every order may have: lasting, conditions, groups, delay, what-if. */
const EVERY_CLASS = ['ALERT', 'COND', 'CONDORDER', 'GAT', 'HID', 'ICE', 'OCA', 'WHATIF']

/** The venue's algorithms are for stocks. */
const STOCKS_ONLY = ['ALGO']

/** Sorted; empty for an index. */
export function orderTypesOf({ assetClass }: Listed): string {
  if (assetClass === 'IND') return ''
  const names = new Set(EVERY_CLASS)
  for (const [type, terms] of Object.entries(TYPE_TERMS)) {
    if (!terms.classes.includes(assetClass)) continue
    names.add(abbreviated(type))
    for (const time of terms.timesInForce)
      if (hasAuctions(assetClass) || time !== 'OPG') names.add(time)
  }
  if (assetClass === 'STK') for (const name of STOCKS_ONLY) names.add(name)
  return [...names].toSorted().join(',')
}

const abbreviated = (type: string): string =>
  Object.entries(ABBREVIATED).find(([name]) => name === type)?.[1] ?? type

/** Only the stock market opens and closes with an auction. */
const hasAuctions = (assetClass: Listed['assetClass']): boolean => assetClass === 'STK'
