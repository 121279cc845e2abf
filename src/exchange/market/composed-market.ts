/**
 * One market out of the models of its classes: each listing is answered by the model that holds it.
 *
 * A stock costs one look into a table more than its own model would; options, which are not enumerated, are
 * told by their names.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import type { Directory } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'

/** What a model of one class answers. */
export type MarketPart = Pick<
  MarketModel,
  | 'fairPrice'
  | 'liquidity'
  | 'tape'
  | 'pathBar'
  | 'priceRange'
  | 'volumeUntil'
  | 'splitOn'
  | 'actionsOn'
  | 'impliedVolatility'
  | 'optionInputs'
  | 'knots'
  | 'recordedQuote'
  | 'nextRecordedAt'
  | 'recordedPrints'
  | 'settlementPrice'
  | 'dailyBar'
  | 'dailyBars'
>

export interface ComposedMarketSettings {
  readonly kind: MarketModel['kind']
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /** Enumerable listings by the model that prices them; indices count, chains do not. */
  readonly parts: readonly { readonly ids: readonly InstrumentId[]; readonly market: MarketPart }[]
  /** What can be traded and is enumerable. */
  readonly instruments: readonly Instrument[]
  readonly directory: Directory
  /** Prices what no part holds: options of chains. */
  readonly options?: MarketPart
}

export function composedMarket(settings: ComposedMarketSettings): MarketModel {
  const { kind, firstDate, lastDate, directory, options } = settings
  const instruments = settings.instruments.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const parts = new Map<InstrumentId, MarketPart>()
  for (const { ids, market } of settings.parts) for (const id of ids) parts.set(id, market)
  const of = (id: InstrumentId): MarketPart | undefined => parts.get(id) ?? options
  // What was recorded of an option is its quotes; what they are worth against the model is the model's to say.
  const computed = (id: InstrumentId): MarketPart | undefined => {
    const part = of(id)
    return part?.optionInputs === undefined ? (options ?? part) : part
  }
  const isRecorded = settings.parts.some(({ market }) => market.recordedQuote !== undefined)
  return {
    kind,
    firstDate,
    lastDate,
    instruments,
    directory,
    fairPrice: (id, at) => of(id)?.fairPrice(id, at),
    liquidity: (id, at) => of(id)?.liquidity(id, at),
    tape: (id, at) => of(id)?.tape(id, at),
    pathBar: (id, from, to) => of(id)?.pathBar(id, from, to),
    priceRange: (id, from, to) => of(id)?.priceRange?.(id, from, to),
    volumeUntil: (id, at) => {
      const part = of(id)
      return part?.volumeUntil === undefined ? part?.tape(id, at)?.volume : part.volumeUntil(id, at)
    },
    splitOn: (id, date) => of(id)?.splitOn(id, date) ?? 1,
    actionsOn: (id, date) => of(id)?.actionsOn?.(id, date) ?? [],
    impliedVolatility: (id, at) => computed(id)?.impliedVolatility?.(id, at),
    optionInputs: (id, at) => computed(id)?.optionInputs?.(id, at),
    knots: (id, session, part) => of(id)?.knots?.(id, session, part),
    ...(isRecorded ? recordings(of) : {}),
    settlementPrice: (id, date) => {
      const part = of(id)
      return part?.settlementPrice === undefined ? options?.settlementPrice?.(id, date) : part.settlementPrice(id, date) // prettier-ignore
    },
    dailyBar: (id, date) => of(id)?.dailyBar(id, date),
    dailyBars: (id, count, until, adjusted) => of(id)?.dailyBars(id, count, until, adjusted) ?? [],
  }
}

/** What somebody recorded; absent where nothing was, so that nobody asks for it in vain. */
function recordings(
  of: (id: InstrumentId) => MarketPart | undefined,
): Pick<MarketModel, 'recordedQuote' | 'nextRecordedAt' | 'recordedPrints'> {
  return {
    recordedQuote: (id, at) => of(id)?.recordedQuote?.(id, at),
    nextRecordedAt: (id, at) => of(id)?.nextRecordedAt?.(id, at),
    recordedPrints: (id, from, to, most) => of(id)?.recordedPrints?.(id, from, to, most),
  }
}
