/**
 * Accounts of all four asset classes by seed, to build optimisation cases of: some names short, some not to be traded, one
 * without a quote, an option, a future, and a pair that hedges a stock in euros.
 */
import { moneyFrom, toNumber } from '#model/border.ts'
import { price, quantity, type Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import type { Quote } from '#marketdata/quote.ts'
import { blackScholesPrice } from '#pricing/black-scholes.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import { LIMITS } from '#risk/limits.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'
import type { CaseSettings } from '#construction/optimisation/name-bounds.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { AS_OF, idOf, PLAIN_POLICY, planInputs, type NameCase } from '#test/support/plan-inputs.ts'

export interface OptimisationWorld {
  readonly inputs: PlanInputs
  readonly construction: CaseSettings
  readonly forecasts: readonly CombinedForecast[]
}

export const OPTION = 'S00.OPT.20180316.C.100.USD' as InstrumentId
export const PUT = 'S00.OPT.20180316.P.100.USD' as InstrumentId
export const FUTURE = 'ESH8.FUT.USD' as InstrumentId
export const PAIR = 'EUR.CASH.USD' as InstrumentId
export const EURO_STOCK = 'SAP.STK.EUR' as InstrumentId
const EURO = 1.25

export function optimisationWorld(seed: number): OptimisationWorld {
  const random = randomStream(randomKey(seed, 'world'))
  const chance = (p: number) => random.uniform() < p
  const isPoor = chance(0.4)
  const count = 6 + random.below(20)
  const sectors = ['Energy', 'Financials', 'Industrials', 'Technology']
  const names = Array.from({ length: count }, (_, i): NameCase => ({
    symbol: `S${String(i).padStart(2, '0')}`,
    price: i === 0 ? 100 : 20 + Math.floor(180 * random.uniform()),
    held: chance(0.3)
      ? 0
      : Math.round(
          (chance(isPoor ? 0.05 : 0.25) ? -1 : 1) * (isPoor ? 1_500 : 500) * random.uniform(),
        ),
    sector: sectors[random.below(sectors.length)]!,
    spread: 0.001 * random.uniform(),
    shortable: chance(0.8),
    ...(chance(0.05) && i > 0 ? { quote: 'stale' as const } : {}),
  }))
  const plain = planInputs(isPoor ? 200_000 : 600_000 + 400_000 * random.uniform(), names) // prettier-ignore
  const inputs = withOtherClasses(random, withTightLimits(random, plain, isPoor))
  const ids = inputs.instruments.map(({ id }) => id)
  const pick = (p: number) => ids.filter((id) => id !== PAIR && chance(p))
  const construction: CaseSettings = {
    settings: {
      policies: ['forecast'],
      horizonDays: 1 + random.below(40),
      periods: 1,
      riskAversion: 1 + 9 * random.uniform(),
      uncertaintyAversion: random.uniform(),
      longOnly: chance(0.2),
      participation: 0.001 + 0.05 * random.uniform(),
      doNotTrade: pick(0.06),
      doNotSell: pick(0.06),
      factorBands: chance(0.5) ? [{ factor: 'beta', lower: -0.1, upper: 0.6 }] : [],
      risk: { kind: 'sample', factors: 0, windowDays: 252, halfLifeDays: 63 },
    },
    eligible: ids.filter(() => chance(0.9)),
    excluded: [],
    benchmarkWeights: new Map(),
  }
  const forecasts = ids.filter(() => chance(0.8)).map((instrument): CombinedForecast => ({ instrument, expectedReturn: 0.03 * random.normal(), uncertainty: 0.01 * random.uniform(), daily: new Float64Array(0), parts: [] })) // prettier-ignore
  const targets = ids.map((instrument) => ({ instrument, weight: 0 }))
  return { inputs: { ...inputs, targets }, construction, forecasts }
}

/** Levels at which books of this size are now inside, now outside; the cushion is about what is asked for where cash is short. */
function withTightLimits(random: RandomStream, inputs: PlanInputs, isPoor: boolean): PlanInputs {
  const limits = LIMITS.map((limit) => {
    if (limit.direction === 'min') return limit
    const factor = (isPoor ? 1 : 0.3) + 1.5 * random.uniform()
    return { ...limit, warn: limit.warn * factor, breach: limit.breach * factor }
  })
  const { margin } = inputs.snapshot
  const cushion = (isPoor ? 0.1 + 0.15 * random.uniform() : 0.7) * toNumber(margin.netLiquidation)
  const snapshot = { ...inputs.snapshot, margin: { ...margin, excessLiquidity: moneyFrom(cushion, 'USD') } } // prettier-ignore
  return { ...inputs, snapshot, limits, policy: { ...PLAIN_POLICY, cashBuffer: 0.02 } }
}

function withOtherClasses(random: RandomStream, inputs: PlanInputs): PlanInputs {
  const premium = blackScholesPrice({ right: 'C', spot: 100, strike: 100, years: 40 / 365, rate: 0 }, 0.3) // prettier-ignore
  const held = (most: number) => Math.round(most * (2 * random.uniform() - 1))
  const others: readonly [Instrument, number, number, Currency][] = [
    [optionOf('C'), premium, held(30), 'USD'],
    [optionOf('P'), premium, held(30), 'USD'],
    [futureOf(), 2_700, held(3), 'USD'],
    [euroStock(), 90, Math.abs(held(1_500)), 'EUR'],
    [pairOf(), EURO, 0, 'USD'],
  ]
  const euros = moneyFrom(Math.round(-150_000 * random.uniform()), 'EUR')
  const positions = others.filter(([, , units]) => units !== 0).map(([instrument, mark, units, currency]) => ({ instrument: instrument.id, conId: instrument.conId, quantity: quantity(String(units)), averageCost: price(mark.toFixed(4)), currency })) // prettier-ignore
  const quotes = others.map(([{ id }, mark]): readonly [InstrumentId, Quote] => [
    id,
    { instrument: id, bid: mark * 0.9995, ask: mark * 1.0005, bidSize: 10, askSize: 10, last: mark, close: mark, volume: 1_000, at: AS_OF - 500, kind: 'live', halted: false }, // prettier-ignore
  ])
  const like = inputs.bars.get(idOf('S01')) ?? []
  const bars = [FUTURE, EURO_STOCK, PAIR].map((id) => [id, like] as const)
  return {
    ...inputs,
    snapshot: {
      ...inputs.snapshot,
      positions: [...inputs.snapshot.positions, ...positions],
      cash: [...inputs.snapshot.cash, { currency: 'EUR', amount: euros }],
    },
    instruments: [...inputs.instruments, ...others.map(([instrument]) => instrument)],
    quotes: new Map([...inputs.quotes, ...quotes]),
    bars: new Map([...inputs.bars, ...bars]),
    fx: new Map([
      ['USD', 1],
      ['EUR', EURO],
    ]),
  }
}

const base = { exchange: 'SMART', priceIncrements: [{ from: price('0'), increment: price('0.01') }], lot: quantity('1') } // prettier-ignore
const optionOf = (right: 'C' | 'P'): Instrument => ({ ...base, assetClass: 'OPT', id: right === 'C' ? OPTION : PUT, conId: right === 'C' ? 900_001 : 900_005, symbol: 'S00', currency: 'USD', multiplier: 100n, sector: 'Industrials', underlying: idOf('S00'), expiry: '2018-03-16', strike: price('100'), right }) // prettier-ignore
const futureOf = (): Instrument => ({ ...base, assetClass: 'FUT', id: FUTURE, conId: 900_002, symbol: 'ES', currency: 'USD', multiplier: 50n, sector: 'unknown', localSymbol: 'ESH8', expiry: '2018-03-16' }) // prettier-ignore
const pairOf = (): Instrument => ({ ...base, assetClass: 'CASH', id: PAIR, conId: 900_003, symbol: 'EUR', currency: 'USD', multiplier: 1n, sector: 'unknown' }) // prettier-ignore
const euroStock = (): Instrument => ({ ...base, assetClass: 'STK', id: EURO_STOCK, conId: 900_004, symbol: 'SAP', currency: 'EUR', multiplier: 1n, sector: 'Technology', primaryExchange: 'IBIS', shortable: true, borrowRate: 0.003 }) // prettier-ignore

/** One market factor and specific variances, of names in an order. */
export function plainRisk(names: readonly InstrumentId[]): RiskModel {
  return {
    kind: 'sample',
    instruments: names,
    factors: ['market'],
    exposures: Float64Array.from(names, (_, i) => 0.8 + (0.4 * ((i * 7) % 5)) / 4),
    factorCovariance: Float64Array.of(1e-4),
    specificVariance: Float64Array.from(names, (_, i) => 1e-4 * (1 + ((i * 3) % 4))),
    proxied: [],
    notes: [],
  }
}
