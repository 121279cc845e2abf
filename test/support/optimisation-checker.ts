/**
 * Every limit of a book in forecast mode, from weights and the facts of the account alone: prices, positions, contracts
 * and the limits table. The formulas are written out again, and nothing of `construction` is used.
 */
import { toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import { price, quantity } from '#model/fixed.ts'
import type { Future, Instrument } from '#model/instrument.ts'
import { standardDeviation } from '#numerics/moments.ts'
import { slope } from '#numerics/regression.ts'
import { unitValueOf } from '#pricing/exposure.ts'
import type { Limit, Metric } from '#risk/limits.ts'
import { returnPanel } from '#risk/return-panel.ts'
import { futureMargin } from '#schedules/margin.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'

export interface CheckedLimit {
  readonly label: string
  /** Figures of the book before and after: what must not be above `limit`, or above the start where that is more. */
  readonly start: number
  readonly value: number
  readonly limit: number
}

interface Holding {
  readonly instrument: Instrument
  /** Base currency a unit: exposure, and what is paid for it. */
  readonly exposure: number
  readonly cash: number
  readonly notional: number
  readonly start: number
  readonly weight: number
}

/** What one unit is worth, by quotes alone. */
function unitOf({ quotes, fx, asOf }: PlanInputs, instrument: Instrument) {
  const mid = (id: InstrumentId) => {
    const quote = quotes.get(id)
    return quote?.bid === undefined || quote.ask === undefined ? quote?.last : (quote.bid + quote.ask) / 2 // prettier-ignore
  }
  const unit = unitValueOf(instrument, { asOf, priceOf: mid })
  const rate = fx.get(instrument.currency) ?? Number.NaN
  const at = mid(instrument.id) ?? Number.NaN
  return { exposure: (unit?.exposure ?? Number.NaN) * rate, cash: (unit?.cash ?? Number.NaN) * rate, notional: at * Number(instrument.multiplier) * rate } // prettier-ignore
}

/** All limits of the plan's table and of the settings. @param weightOf - after the plan */
export function checkedLimits(
  inputs: PlanInputs,
  settings: ConstructionSettings,
  weightOf: (instrument: InstrumentId) => number,
): readonly CheckedLimit[] {
  const balance = (currency: string) => toNumber(inputs.snapshot.cash.find((row) => row.currency === currency)?.amount ?? (0n as never)) // prettier-ignore
  const cash = inputs.snapshot.cash.reduce((sum, row) => sum + toNumber(row.amount) * inputs.fx.get(row.currency)!, 0) // prettier-ignore
  const unitsHeld = ({ id, assetClass, symbol }: Instrument) => assetClass === 'CASH' ? balance(symbol) : toNumber(inputs.snapshot.positions.find((row) => row.instrument === id)?.quantity ?? (0n as never)) // prettier-ignore
  const nav = inputs.instruments.reduce((sum, one) => sum + unitsHeld(one) * unitOf(inputs, one).cash, cash) // prettier-ignore
  const book = inputs.instruments.map((instrument): Holding => {
    const unit = unitOf(inputs, instrument)
    return { instrument, ...unit, start: (unitsHeld(instrument) * unit.exposure) / nav, weight: weightOf(instrument.id) } // prettier-ignore
  })
  return [
    ...sums(inputs, book),
    ...day(inputs, book, nav, cash),
    ...betas(inputs, settings, book),
    ...names(inputs, settings, book, nav),
  ]
}

const warnOf = (limits: readonly Limit[], metric: Metric) => limits.find((limit) => limit.metric === metric)!.warn // prettier-ignore
const add = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const isNamed = ({ instrument }: Holding) => instrument.assetClass === 'STK' || instrument.assetClass === 'OPT' // prettier-ignore
const issuerOf = ({ instrument }: Holding) => instrument.assetClass === 'OPT' ? instrument.underlying : instrument.id // prettier-ignore

type At = (holding: Holding) => number
const START: At = ({ start }) => start
const AFTER: At = ({ weight }) => weight

const INITIAL = { STK: 0.5, OPT: 0.1, FUT: 0.05, CASH: 0.02 }
const LEVERAGE = { STK: 2, OPT: 10, FUT: 20, CASH: 50 }

const two = (label: string, limit: number, value: (at: At) => number, start = value): CheckedLimit => ({ label, limit, start: start(START), value: value(AFTER) }) // prettier-ignore

function sums({ limits }: PlanInputs, book: readonly Holding[]): CheckedLimit[] {
  const gross = (of: readonly Holding[]) => (at: At) => add(of.map((one) => Math.abs(at(one))))
  const byIssuer = (of: readonly Holding[]) => (at: At) => add([...Map.groupBy(of, issuerOf).values()].map((group) => Math.abs(add(group.map(at))))) // prettier-ignore
  const net = (at: At) => add(book.map((one) => netOf(book, one, at)))
  const named = book.filter(isNamed)
  const classes = Map.groupBy(book, ({ instrument }) => instrument.assetClass)
  return [
    two('gross', warnOf(limits, 'grossLeverage'), gross(book)),
    two('net', warnOf(limits, 'netLeverage'), (at) => Math.abs(net(at))),
    ...[...Map.groupBy(named, issuerOf)].map(([issuer, of]) => two(`position:${issuer}`, warnOf(limits, 'largestPosition'), byIssuer(of))), // prettier-ignore
    ...[...Map.groupBy(named, ({ instrument }) => instrument.sector)].map(([sector, of]) => two(`sector:${sector}`, warnOf(limits, 'largestSector'), byIssuer(of), gross(of))), // prettier-ignore
    ...[...classes].map(([name, of]) => two(`class:${name}`, LEVERAGE[name], gross(of))),
    two('margin', 1, (at) => add(book.map((one) => INITIAL[one.instrument.assetClass] * Math.abs(at(one))))), // prettier-ignore
  ]
}

/**
 * A pair short the currency that something else is held in counts only as far as it is more than that. One that hedges
 * nothing as the book stands counts whole, whatever is bought beside it.
 */
function netOf(book: readonly Holding[], one: Holding, at: At): number {
  const { instrument } = one
  if (instrument.assetClass !== 'CASH') return at(one)
  const beside = book.filter((other) => isNamed(other) && other.instrument.currency === instrument.symbol) // prettier-ignore
  const held = (of: At) => add(beside.map((other) => of(other) * (other.cash / other.exposure)))
  if (START(one) * held(START) >= 0 || at(one) * held(at) >= 0) return at(one)
  return Math.sign(at(one)) * Math.max(0, Math.abs(at(one)) - Math.abs(held(at)))
}

/** Turnover of what changes hands, cash after costs, and maintenance margin against the broker's cushion. */
function day(
  inputs: PlanInputs,
  book: readonly Holding[],
  nav: number,
  cash: number,
): CheckedLimit[] {
  // prettier-ignore
  const { limits, policy, snapshot } = inputs
  const startOfDay = toNumber(inputs.day.startOfDayNav)
  const left = Math.max(0, (warnOf(limits, 'turnoverToday') * startOfDay - toNumber(inputs.day.tradedToday)) / nav) // prettier-ignore
  const traded = ({ weight, start, notional, exposure }: Holding) => exposure === 0 || weight === start ? 0 : Math.abs(((weight - start) * notional) / exposure) // prettier-ignore
  const paid = ({ weight, start, cash: unit, exposure }: Holding) => weight === start ? 0 : ((weight - start) * unit) / exposure // prettier-ignore
  const costs = add(book.map((one) => costOf(inputs, one, traded(one) * nav) / nav))
  const cushion = toNumber(snapshot.margin.excessLiquidity) / nav
  const margin = (at: At) => add(book.map((one) => maintenanceOf(inputs, one, at(one))))
  return [
    { label: 'turnover', start: 0, limit: left, value: add(book.map(traded)) },
    { label: 'cash', start: policy.cashBuffer - cash / nav, limit: 0, value: policy.cashBuffer - (cash / nav - add(book.map(paid)) - costs) }, // prettier-ignore
    { label: 'marginCushion', start: warnOf(limits, 'marginCushion') - cushion, limit: 0, value: warnOf(limits, 'marginCushion') - (cushion + margin(START) - margin(AFTER)) }, // prettier-ignore
  ]
}

/** Half the spread, commission without its minimum, and impact by the square-root law; base currency. */
function costOf(
  inputs: PlanInputs,
  { instrument, notional: unit }: Holding,
  notional: number,
): number {
  // prettier-ignore
  if (notional === 0) return 0
  const { bid = 0, ask = 0 } = inputs.quotes.get(instrument.id) ?? {}
  const units = notional / unit
  const premium = (bid + ask) / 2
  const perContract = premium >= 0.1 ? 0.65 : premium >= 0.05 ? 0.5 : 0.25
  const commission = { STK: Math.min(0.005 * units, 0.01 * notional), OPT: perContract * units, FUT: 0.85 * units, CASH: 0.00002 * notional }[instrument.assetClass] // prettier-ignore
  const bars = inputs.bars.get(instrument.id) ?? []
  const returns = bars.slice(1).map(({ close }, i) => close / bars[i]!.close - 1)
  const volatility = returns.length < 20 ? 0.032 : standardDeviation(returns)
  const recent = bars.slice(-20)
  const rate = Number(instrument.multiplier) * inputs.fx.get(instrument.currency)!
  const known = (add(recent.map(({ close, volume }) => close * volume)) / recent.length) * rate
  const value = known > 0 ? known : instrument.assetClass === 'CASH' ? 1e10 : notional
  return notional * ((ask - bid) / (ask + bid) + volatility * Math.sqrt(notional / value)) + commission // prettier-ignore
}

/** The performance bond of a contract, of the notional of a unit, by the table of the exchange. */
function bondOf(of: Future, units: number, notional: number): number {
  const { maintenance } = futureMargin(quantity('1'), price((notional / Number(of.multiplier)).toFixed(6)), of) // prettier-ignore
  return units * toNumber(maintenance)
}

/** A quarter of long stock, 30 % or the floor of short; an option's premium long, its uncovered requirement less premium short; a future's performance bond is asked of its table. */
function maintenanceOf(inputs: PlanInputs, one: Holding, weight: number): number {
  const { instrument, exposure, notional } = one
  if (weight === 0) return 0
  const units = weight / exposure
  if (instrument.assetClass === 'CASH') return 0.02 * Math.abs(weight)
  if (instrument.assetClass === 'FUT') return bondOf(instrument, Math.abs(units), notional)
  const mark = notional / Number(instrument.multiplier)
  if (instrument.assetClass === 'STK')
    return weight >= 0 ? 0.25 * weight : Math.abs(units) * Math.max(0.3 * mark, 5 * (inputs.fx.get(instrument.currency) ?? 1)) // prettier-ignore
  if (units >= 0) return units * notional
  const { bid = 0, ask = 0 } = inputs.quotes.get(instrument.underlying) ?? {}
  const [spot, strike] = [(bid + ask) / 2, toNumber(instrument.strike)]
  const out = Math.max(0, instrument.right === 'C' ? strike - spot : spot - strike)
  const least = 0.1 * (instrument.right === 'C' ? spot : strike)
  return -units * 100 * Math.max(0.2 * spot - out, least)
}

function betas(
  inputs: PlanInputs,
  { factorBands }: ConstructionSettings,
  book: readonly Holding[],
): CheckedLimit[] {
  // prettier-ignore
  const rows = book.map((one) => ({ instrument: one.instrument.id, sector: one.instrument.sector, driver: one.instrument.assetClass === 'OPT' ? one.instrument.underlying : one.instrument.id })) // prettier-ignore
  const panel = returnPanel(rows, inputs.bars, inputs.benchmark)
  const beta = (at: At) => add(book.map((one) => at(one) * slope(panel.rows.get(one.instrument.id)!, panel.market!))) // prettier-ignore
  return [
    { label: 'beta', start: Math.abs(beta(START)), value: Math.abs(beta(AFTER)), limit: warnOf(inputs.limits, 'beta') }, // prettier-ignore
    ...factorBands.flatMap(({ factor, lower, upper }): CheckedLimit[] =>
      factor !== 'beta'
        ? []
        : [
            { label: 'factor:beta', start: beta(START), value: beta(AFTER), limit: upper },
            { label: 'factor:beta', start: -beta(START), value: -beta(AFTER), limit: -lower },
          ],
    ),
  ]
}

/** What holds for single names: each as an excess that must not be above 0, or above the start where that is more. */
function names(
  inputs: PlanInputs,
  settings: ConstructionSettings,
  book: readonly Holding[],
  nav: number,
): CheckedLimit[] {
  // prettier-ignore
  return book.flatMap(({ instrument, start, weight, notional, exposure }) => {
    const { id } = instrument
    const quote = inputs.quotes.get(id)
    const isStale = quote === undefined || inputs.asOf - quote.at > inputs.staleness.quoteMs
    const bars = (inputs.bars.get(id) ?? []).slice(-20)
    const rate = Number(instrument.multiplier) * inputs.fx.get(instrument.currency)!
    const daily = bars.length === 0 ? Infinity : (add(bars.map(({ close, volume }) => close * volume)) / bars.length) * rate // prettier-ignore
    const traded = weight === start ? 0 : Math.abs(((weight - start) * notional) / exposure) * nav
    const cannotMove = isStale || settings.doNotTrade.includes(id)
    const cannotShort = instrument.assetClass === 'STK' && !instrument.shortable
    const at = (label: string, from: number, value: number, limit = 0) => ({ label: `${label}:${id}`, start: from, value, limit }) // prettier-ignore
    return [
      ...(cannotMove ? [at('untouched', 0, Math.abs(weight - start))] : []),
      ...(settings.doNotSell.includes(id) ? [at('do-not-sell', 0, (start - weight) / exposure)] : []),
      ...(cannotShort ? [at('not-shortable', Math.max(0, -start), Math.max(0, -weight))] : []),
      ...(settings.longOnly && instrument.assetClass !== 'CASH' ? [at('long-only', Math.max(0, -start / exposure), Math.max(0, -weight / exposure))] : []), // prettier-ignore
      at('participation', 0, traded, daily * settings.participation),
    ]
  })
}
