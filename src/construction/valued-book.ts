/**
 * The account valued at the market: every name held or wanted, with its price, its weight and
 * whether it can be traded now.
 *
 * Nothing is left out. A name that cannot be traded is valued at the best price there is and kept;
 * one that cannot be valued has a weight of NaN, which every limit treats as a breach.
 */
import { toNumber } from '#model/border.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { CashBalance, Position } from '#model/account.ts'
import { quantity, type Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex, Instrument } from '#model/instrument.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'
import { unitValueOf } from '#pricing/exposure.ts'
import type { ExposureFacts } from '#risk/exposures.ts'
import { exposureFactsOf } from '#risk/exposure-facts.ts'
import { pairHolding } from '#risk/pair-holding.ts'
import type { PlanInputs, Target } from '#construction/plan-inputs.ts'
import { untradable } from '#construction/tradable.ts'

export interface ValuedName {
  readonly id: InstrumentId
  /** Undefined where the broker does not know the name. */
  readonly instrument: Instrument | undefined
  readonly sector: string
  /** Which limits count it, and with what. */
  readonly facts: ExposureFacts
  /** Of a currency pair the balance in its currency (`risk/pair-holding.ts`). */
  readonly held: Quantity
  readonly quote: Quote | undefined
  /** Valued at, quote currency: the mid, else the last price, the close, the last bar; NaN where there is none. */
  readonly price: number
  /** Base currency per unit of the instrument's currency; NaN where unknown. */
  readonly fx: number
  /** Base currency of exposure of one unit. */
  readonly unitExposure: number
  /** Base currency paid for one unit; 0 for futures and forex. */
  readonly unitCash: number
  /** Exposure / net asset value, signed. */
  readonly weight: number
  readonly target: Target | undefined
  /** Why it cannot be traded now; undefined where it can. */
  readonly untradable: string | undefined
}

export interface ValuedBook {
  /** Cash, holdings at their prices and what futures gained since they were settled, base currency; NaN where one could not be valued. */
  readonly nav: number
  /** All currencies, base currency; negative is borrowed. */
  readonly cash: number
  /** Every name held or wanted, sorted by id. */
  readonly names: readonly ValuedName[]
}

export function valueBook(inputs: PlanInputs): ValuedBook {
  const cash = sumOf(inputs.snapshot.cash, inputs.fx)
  const lookup = lookupOf(inputs)
  const unweighted = namesOf(inputs).map((id) => valuedName(inputs, lookup, id))
  const nav = unweighted.reduce(
    (total, { held, unitCash }) => total + (held === 0n ? 0 : toNumber(held) * unitCash),
    cash + sumOf(inputs.snapshot.futuresProfit ?? [], inputs.fx),
  )
  const names = unweighted.map((name) => ({
    ...name,
    weight: name.held === 0n ? 0 : (toNumber(name.held) * name.unitExposure) / nav,
  }))
  return { nav, cash, names }
}

/** The lists of the inputs by name. */
interface Lookup {
  readonly instruments: ReadonlyMap<InstrumentId, Instrument>
  readonly positions: ReadonlyMap<InstrumentId, Position>
  readonly targets: ReadonlyMap<InstrumentId, Target>
}

function lookupOf({ instruments, snapshot, targets }: PlanInputs): Lookup {
  return {
    instruments: new Map(instruments.map((row) => [row.id, row])),
    positions: new Map(snapshot.positions.map((row) => [row.instrument, row])),
    targets: new Map(targets.map((row) => [row.instrument, row])),
  }
}

/** Amounts of all currencies in the base currency; NaN where one of them has no rate. */
function sumOf(amounts: readonly CashBalance[], fx: PlanInputs['fx']): number {
  return amounts.reduce(
    (total, { currency, amount }) =>
      amount === 0n ? total : total + toNumber(amount) * (fx.get(currency) ?? Number.NaN),
    0,
  )
}

function namesOf({ snapshot, targets, construction }: PlanInputs): InstrumentId[] {
  const held = snapshot.positions.map(({ instrument }) => instrument)
  const wanted = targets.map(({ instrument }) => instrument)
  const eligible = construction?.eligible ?? []
  const ofBenchmark = construction?.benchmarkWeights.keys() ?? []
  return [...new Set([...held, ...wanted, ...eligible, ...ofBenchmark])].toSorted(byCodeUnit)
}

function valuedName(inputs: PlanInputs, lookup: Lookup, id: InstrumentId): ValuedName {
  const instrument = lookup.instruments.get(id)
  const position = lookup.positions.get(id)
  const quote = inputs.quotes.get(id)
  const currency = instrument?.currency ?? position?.currency ?? inputs.snapshot.baseCurrency
  const fx = inputs.fx.get(currency) ?? Number.NaN
  const view = { asOf: inputs.asOf, priceOf: (of: InstrumentId) => priceOf(inputs, of) }
  // A holding the broker no longer describes is carried at cost, which includes its multiplier.
  const cost = position === undefined ? Number.NaN : toNumber(position.averageCost)
  const unit =
    instrument === undefined ? { exposure: cost, cash: cost } : unitValueOf(instrument, view)
  const { exposure = Number.NaN, cash = Number.NaN } = unit ?? {}
  const price = priceOf(inputs, id) ?? Number.NaN
  const held = instrument?.assetClass === 'CASH' ? pairHeld(inputs, instrument, price) : (position?.quantity ?? NONE) // prettier-ignore
  const facts = exposureFactsOf(id, instrument, inputs.snapshot.baseCurrency, cash / exposure)
  return {
    id,
    instrument,
    sector: facts.sector,
    facts,
    held: held ?? NONE,
    quote,
    price,
    fx,
    unitExposure: exposure * fx,
    unitCash: cash * fx,
    weight: 0,
    target: lookup.targets.get(id),
    untradable:
      untradable(inputs, id, instrument, fx) ??
      (held === undefined ? crossPair(inputs, instrument) : immeasurable(instrument, exposure)),
  }
}

const NONE = quantity('0')

function pairHeld({ snapshot }: PlanInputs, pair: Forex, price: number): Quantity | undefined {
  const balances = new Map(snapshot.cash.map(({ currency, amount }) => [currency, amount]))
  return pairHolding(pair, (currency) => balances.get(currency), snapshot.baseCurrency, price)
}

/** Why a pair of two foreign currencies has no weight. */
function crossPair({ snapshot }: PlanInputs, of: Instrument | undefined): string {
  const legs = [of?.symbol ?? '', of?.currency ?? ''].map((currency) => `${currency}.CASH.${snapshot.baseCurrency}`) // prettier-ignore
  return `neither of its currencies is the account's: give ${legs.join(' and ')} targets of their own`
}

/** Why no weight can be turned into a quantity: an option without a delta. */
function immeasurable(of: Instrument | undefined, exposure = Number.NaN): string | undefined {
  if (Number.isFinite(exposure) && exposure !== 0) return undefined
  if (of?.assetClass === 'OPT' && !parseInstrumentName(of.underlying).ok)
    return `it is on ${of.underlying}, of which no prices are read: expected an option on a stock or a fund`
  const cause = of?.assetClass === 'OPT' ? `no price of ${of.underlying} that fits its own` : 'no price' // prettier-ignore
  return exposure === 0
    ? 'it moves with nothing: its delta is 0'
    : `its exposure is unknown: ${cause}`
}

/** The best price there is for valuing, which need not be one to trade at. */
function priceOf({ quotes, bars }: PlanInputs, id: InstrumentId): number | undefined {
  const quote = quotes.get(id)
  const mid = quote === undefined ? undefined : midOf(quote)
  return mid ?? quote?.last ?? quote?.close ?? bars.get(id)?.at(-1)?.close
}
