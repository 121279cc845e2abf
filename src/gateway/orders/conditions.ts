/**
 * The conditions of an order as PLACE_ORDER has them: types 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 percent
 * change, each joined to the next by `a` or `o`.
 *
 * Percentages are whole ones on the wire (30 is a cushion of 0.3). A contract is named by its id alone; its
 * exchange is not looked at, since every listing has one price here.
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { parseWireTime } from '#gateway/venue-time.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'
import type { Directory } from '#exchange/listing.ts'
import type { OrderConditions, TriggerMethod, VenueCondition } from '#exchange/terms.ts'
import { toNumber } from '#model/border.ts'
import type { Exact, Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { ownEntry } from '#model/own-entry.ts'

type WireCondition = PlaceOrder['conditions'][number]
type Body = VenueCondition extends infer Each ? Omit<Each, 'joins'> : never
type Read = Result<Body, ErrorAnswer>
type Names = Pick<Directory, 'byConId'>

/** @returns undefined for an order without conditions */
export function conditionsOf(
  { conditions, terms }: Pick<PlaceOrder, 'conditions' | 'terms'>,
  names: Names,
): Result<OrderConditions | undefined, ErrorAnswer> {
  const all: VenueCondition[] = []
  for (const said of conditions) {
    const read = ownEntry(READERS, said['condType'] ?? '')?.(said, names)
    if (read === undefined) return err(ERRORS.badCondition('type', said['condType'] ?? ''))
    if (!read.ok) return read
    const joins = said['conjunction'] === 'o' ? 'or' : 'and'
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a body and how it is joined make a condition
    all.push({ ...read.value, joins } as VenueCondition)
  }
  if (all.length === 0) return ok(undefined)
  return ok({
    all,
    ignoreRegularHours: isSet(terms.conditionsIgnoreRth),
    cancelsOrder: isSet(terms.conditionsCancelOrder),
  })
}

const READERS: Readonly<Record<string, (said: WireCondition, names: Names) => Read>> = {
  '1': (said, names) => {
    const instrument = listed(said, names)
    if (!instrument.ok) return instrument
    const price = numberIn<Price>(said, 'price')
    if (!price.ok) return price
    const triggerMethod = METHODS.find((known) => String(known) === (said['triggerMethod'] ?? '0'))
    if (triggerMethod === undefined) return err(ERRORS.badTriggerMethod())
    return ok({ type: 'price', instrument: instrument.value, isMore: isMore(said), price: price.value, triggerMethod }) // prettier-ignore
  },
  '3': (said) => {
    const at = parseWireTime(said['time'] ?? '')
    return at === undefined ? err(ERRORS.badOrderTime()) : ok({ type: 'time', isMore: isMore(said), at }) // prettier-ignore
  },
  '4': (said) => {
    const percent = percentIn(said, 'percent')
    return percent.ok ? ok({ type: 'margin', isMore: isMore(said), cushion: percent.value }) : percent // prettier-ignore
  },
  '5': (said) => {
    const assetClass = CLASSES.find((known) => known === said['secType'])
    if (assetClass === undefined) return err(ERRORS.badSecType(said['secType'] ?? ''))
    return ok({ type: 'execution', symbol: said['symbol'] ?? '', assetClass, exchange: said['exchange'] ?? '' }) // prettier-ignore
  },
  '6': (said, names) => {
    const instrument = listed(said, names)
    if (!instrument.ok) return instrument
    const volume = numberIn<Quantity>(said, 'volume')
    if (!volume.ok) return volume
    return ok({ type: 'volume', instrument: instrument.value, isMore: isMore(said), volume: volume.value }) // prettier-ignore
  },
  '7': (said, names) => {
    const instrument = listed(said, names)
    if (!instrument.ok) return instrument
    const change = percentIn(said, 'change')
    if (!change.ok) return change
    return ok({ type: 'percent-change', instrument: instrument.value, isMore: isMore(said), change: change.value }) // prettier-ignore
  },
}

const METHODS: readonly TriggerMethod[] = [0, 1, 2, 3, 4, 7, 8]
const CLASSES: readonly AssetClass[] = ['STK', 'OPT', 'FUT', 'CASH']

const isMore = (said: WireCondition): boolean => isSet(said['isMore']?.toLowerCase())

function listed(said: WireCondition, names: Names): Result<InstrumentId, ErrorAnswer> {
  const found = names.byConId(Number(said['conId']))
  return found === undefined ? err(ERRORS.noSecurityDefinition()) : ok(found.id)
}

function numberIn<T extends Exact>(said: WireCondition, name: string): Result<T, ErrorAnswer> {
  const value = decimalOf(said[name] ?? '')
  if (value === 'bad' || value === undefined)
    return err(ERRORS.badCondition(name, said[name] ?? ''))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wire's nanos become a price or a size here
  return ok(value as T)
}

function percentIn(said: WireCondition, name: string): Result<number, ErrorAnswer> {
  const percent = numberIn<Price>(said, name)
  return percent.ok ? ok(toNumber(percent.value) / 100) : percent
}
