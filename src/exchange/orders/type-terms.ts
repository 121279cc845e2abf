/**
 * What each order type takes and needs: one row a type, as IBKR's order type pages have it.
 *
 * A term that is not in a type's row makes no sense with it and is refused; the tables of
 * `order-terms.ts` say with which code.
 */
import type { AssetClass } from '#model/instrument.ts'
import type { NewVenueOrder, VenueOrderType, VenueTimeInForce } from '#exchange/terms.ts'

export type Need = 'needed' | 'may' | 'no'

export interface TypeTerms {
  readonly limit: Need
  readonly trigger: Need
  readonly trail: 'needed' | 'no'
  readonly limitOffset: 'needed' | 'no'
  readonly pegOffset: 'may' | 'no'
  readonly timesInForce: readonly VenueTimeInForce[]
  /** It rests in the book at a limit, so that it can be hidden or shown in slices. */
  readonly rests: boolean
  /** Its outside-regular-hours flag counts; elsewhere it is passed over with a warning (2109). */
  readonly outsideRegularHours: boolean
  readonly classes: readonly AssetClass[]
}

const EVERY_CLASS: readonly AssetClass[] = ['STK', 'OPT', 'FUT', 'CASH']
const LASTING: readonly VenueTimeInForce[] = ['DAY', 'GTC', 'GTD']
const AT_ONCE_TOO: readonly VenueTimeInForce[] = [...LASTING, 'IOC', 'FOK', 'OPG']

const PLAIN: TypeTerms = {
  limit: 'no',
  trigger: 'no',
  trail: 'no',
  limitOffset: 'no',
  pegOffset: 'no',
  timesInForce: LASTING,
  rests: false,
  outsideRegularHours: true,
  classes: EVERY_CLASS,
}

/** By type. */
export const TYPE_TERMS: Readonly<Record<VenueOrderType, TypeTerms>> = {
  MKT: { ...PLAIN, timesInForce: AT_ONCE_TOO, outsideRegularHours: false },
  LMT: { ...PLAIN, limit: 'needed', timesInForce: AT_ONCE_TOO, rests: true },
  STP: { ...PLAIN, trigger: 'needed' },
  'STP LMT': { ...PLAIN, limit: 'needed', trigger: 'needed', rests: true },
  TRAIL: { ...PLAIN, trigger: 'may', trail: 'needed' },
  'TRAIL LIMIT': { ...PLAIN, trigger: 'may', trail: 'needed', limitOffset: 'needed', rests: true },
  MIT: { ...PLAIN, trigger: 'needed' },
  LIT: { ...PLAIN, limit: 'needed', trigger: 'needed', rests: true },
  MOC: { ...PLAIN, timesInForce: ['DAY'], outsideRegularHours: false, classes: ['STK', 'FUT'] },
  LOC: {
    ...PLAIN,
    limit: 'needed',
    timesInForce: ['DAY'],
    outsideRegularHours: false,
    classes: ['STK', 'FUT'],
  },
  MIDPRICE: { ...PLAIN, limit: 'may', outsideRegularHours: false, classes: ['STK'] },
  REL: { ...PLAIN, limit: 'may', pegOffset: 'may', rests: true, classes: ['STK'] },
}

/** Whether an order may trade outside regular hours. */
export const worksOutside = ({
  orderType,
  timeInForce,
  outsideRegularHours,
}: Pick<NewVenueOrder, 'orderType' | 'timeInForce' | 'outsideRegularHours'>): boolean =>
  outsideRegularHours && timeInForce !== 'OPG' && TYPE_TERMS[orderType].outsideRegularHours

/** Which auction an order takes part in; undefined for continuous trading. */
export function auctionOf({
  orderType,
  timeInForce,
}: Pick<NewVenueOrder, 'orderType' | 'timeInForce'>): 'opening' | 'closing' | undefined {
  if (orderType === 'MOC' || orderType === 'LOC') return 'closing'
  return timeInForce === 'OPG' ? 'opening' : undefined
}

/** Whether an order waits for a price before it works. */
export const hasTrigger = (orderType: VenueOrderType): boolean =>
  TYPE_TERMS[orderType].trigger !== 'no'

/** Whether it waits for the market to come back (a touch) rather than to run away (a stop). */
export const isTouch = (orderType: VenueOrderType): boolean =>
  orderType === 'MIT' || orderType === 'LIT'

/** Whether its price is the venue's to set, from quote to quote. */
export const isPegged = (orderType: VenueOrderType): boolean =>
  orderType === 'MIDPRICE' || orderType === 'REL'
