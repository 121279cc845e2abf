/**
 * Which orders an algorithm takes, and which figures it can work with. Codes and words are those of IBKR's list of message
 * codes.
 */
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder, OrderAlgo } from '#exchange/terms.ts'

/** Largest share of volume that IBKR's algorithms take: 50 %. */
const LARGEST_SHARE = 0.5

export const ALGO_REFUSALS = {
  notForThisOrder: { code: 442, reason: 'Specified algorithm is not allowed for this order.' },
  badShare: {
    code: 441,
    reason: 'Algo attributes validation failed: a share of volume is above 0 and at most 0.5.',
  },
  endsBeforeItStarts: {
    code: 441,
    reason: 'Algo attributes validation failed: the end time is not after the start time.',
  },
  endIsPast: {
    code: 441,
    reason: 'Algo attributes validation failed: the end time has already passed.',
  },
} as const satisfies Readonly<Record<string, VenueRefusal>>

/** Why an algorithm would not take an order; undefined when it would, or when none is asked for. */
export function refusalOfAlgo(
  terms: NewVenueOrder,
  of: Pick<Instrument, 'assetClass'>,
  now: EpochMs,
): VenueRefusal | undefined {
  const { algo } = terms
  if (algo === undefined) return undefined
  if (!takes(terms, algo) || of.assetClass === 'CASH') return ALGO_REFUSALS.notForThisOrder
  const share = shareOf(algo)
  if (share !== undefined && !(share > 0 && share <= LARGEST_SHARE)) return ALGO_REFUSALS.badShare
  if (algo.strategy === 'Adaptive' || algo.endAt === undefined) return undefined
  if (algo.startAt !== undefined && algo.endAt <= algo.startAt) return ALGO_REFUSALS.endsBeforeItStarts // prettier-ignore
  return algo.endAt <= now ? ALGO_REFUSALS.endIsPast : undefined
}

/** Market and limit orders whose size is all shown; those with a window are for the day. */
function takes(terms: NewVenueOrder, { strategy }: OrderAlgo): boolean {
  const { orderType, timeInForce, displaySize, hidden, allOrNone, minQuantity } = terms
  const isPlain = displaySize === undefined && hidden !== true && allOrNone !== true
  const lives = timeInForce === 'DAY' || (strategy === 'Adaptive' && LASTING.has(timeInForce))
  return (orderType === 'MKT' || orderType === 'LMT') && isPlain && minQuantity === undefined && lives // prettier-ignore
}

const LASTING: ReadonlySet<NewVenueOrder['timeInForce']> = new Set(['GTC', 'GTD'])

function shareOf(algo: OrderAlgo): number | undefined {
  if (algo.strategy === 'Vwap' || algo.strategy === 'ArrivalPx') return algo.maxShareOfVolume
  return algo.strategy === 'PctVol' ? algo.shareOfVolume : undefined
}
