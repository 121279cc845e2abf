/** Every policy on real history: 30 large US names of eleven sectors over the two years before a day. */
import { existsSync, readFileSync } from 'node:fs'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { beforeAll, describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { LIMITS } from '#risk/limits.ts'
import type { PolicyFacts } from '#construction/policies/policy-facts.ts'
import { policyTargets, type SharingPolicy } from '#construction/policies/policy-targets.ts'
import { dot, fromDense, times } from '#test/support/covariances.ts'
import { policyFacts, riskModelOf, stock } from '#test/support/policy-facts.ts'

const BARS = '../shared/data/bars/us_equity_daily_2005_2021.parquet'
const SECTORS = '../shared/data/reference/sector_map.csv'
/** Names at the two ends of the alphabet, which a file sorted by symbol keeps in its first and last row group. */
const SYMBOLS = 'AAPL ABBV ABT ACN ADBE ADP AEP AIG AMAT AMGN AMT AMZN APD AVGO AXP BA BAC UNH UNP UPS USB V VRTX VZ WELL WFC WM WMT XEL XOM'.split(' ') // prettier-ignore
const ENDS = [
  [0, 251_904],
  [2_015_232, 2_266_678],
] as const
const DAY = '2021-06-01'
const DAYS = 504

interface Row {
  readonly symbol: string
  readonly date: Date
  readonly adj_close: number
}

const stored = existsSync(BARS) && existsSync(SECTORS)
let facts: PolicyFacts
let covariance: number[][]
let mean: number[]
let bars: Map<InstrumentId, PriceBar[]>

/** Total-return bars of each name up to and with a day. */
async function barsUntil(day: string): Promise<Map<InstrumentId, PriceBar[]>> {
  const file = await asyncBufferFromFile(BARS)
  const columns = ['symbol', 'date', 'adj_close']
  const rows: Row[] = []
  for (const [rowStart, rowEnd] of ENDS)
    rows.push(...((await parquetReadObjects({ file, compressors, columns, rowStart, rowEnd })) as unknown as Row[]).filter(({ symbol, date }) => SYMBOLS.includes(symbol) && date <= new Date(day))) // prettier-ignore
  const bySymbol = Map.groupBy(rows, ({ symbol }) => idOf(symbol))
  return new Map([...bySymbol].map(([id, of]) => [id, of.slice(-DAYS - 1).map(barOf)]))
}

const idOf = (symbol: string) => `${symbol}.STK.USD` as InstrumentId

function barOf({ date, adj_close: close }: Row): PriceBar {
  return { date: date.toISOString().slice(0, 10), at: date.getTime(), open: close, high: close, low: close, close, volume: 1e6 } // prettier-ignore
}

const average = (of: readonly number[]) => of.reduce((sum, r) => sum + r, 0) / of.length

beforeAll(async () => {
  if (!stored) return
  bars = await barsUntil(DAY)
  const ids = SYMBOLS.map(idOf)
  const series = ids.map((id) => bars.get(id)!.slice(1).map(({ close }, t) => close / bars.get(id)![t]!.close - 1)) // prettier-ignore
  const centred = series.map((of) => of.map((r) => r - average(of)))
  covariance = centred.map((a) => centred.map((b) => dot(a, b) / (DAYS - 1)))
  mean = series.map((of) => average(of) * 21)
  const sectorOf = new Map(readFileSync(SECTORS, 'utf8').split('\n').map((line) => [line.split(',')[0]!, /(Information Technology|Communication Services|Consumer \w+|Health Care|Financials|Energy|Utilities|Materials|Real Estate|Industrials),/.exec(line)?.[1] ?? 'unknown'])) // prettier-ignore
  facts = policyFacts(fromDense(covariance), {
    names: ids.map((instrument, i) => stock(i, { instrument, sector: sectorOf.get(SYMBOLS[i]!)!, weight: 0.03 })), // prettier-ignore
    risk: riskModelOf(ids, fromDense(covariance)),
    forecasts: new Map(ids.map((instrument, i) => [instrument, { instrument, expectedReturn: mean[i]!, uncertainty: 0.03, daily: new Float64Array(0), parts: [] }])), // prettier-ignore
    // A made-up ladder of sizes: only its proportions count.
    marketValue: new Map(ids.map((instrument, i) => [instrument, 2e12 / (1 + i)])),
    limits: LIMITS,
    cashBuffer: 0.02,
  })
}, 20_000)

const risk = (w: ArrayLike<number>) => Math.sqrt(dot(w, times(covariance, w)))
const sum = (w: Float64Array) => w.reduce((total, value) => total + value, 0)
function decided(kind: SharingPolicy, of = facts): Float64Array {
  const targets = policyTargets(kind, of)
  if (!targets.ok) throw new Error(targets.error)
  return targets.value
}

describe.skipIf(!stored)(`30 names to ${DAY} (${BARS})`, () => {
  test.each([
    'equal-weight',
    'inverse-volatility',
    'risk-parity',
    'hierarchical-risk-parity',
    'minimum-variance',
    'maximum-sharpe',
    'black-litterman',
  ] as const)('%s: finite weights, long, all invested', (kind) => {
    // prettier-ignore
    const w = decided(kind)
    expect(w.every((weight) => weight >= 0 && weight < 0.25)).toBe(true)
    if (kind === 'black-litterman') expect(sum(w)).toBeLessThanOrEqual(0.9 + 1e-9)
    else expect(sum(w)).toBeCloseTo(0.9, 9)
  })

  test('those that optimise are within the limits of names and sectors', () => {
    for (const kind of ['minimum-variance', 'maximum-sharpe', 'black-litterman'] as const) {
      const w = decided(kind)
      expect(Math.max(...w)).toBeLessThanOrEqual(0.04 + 1e-9)
      for (const members of Map.groupBy(w.keys(), (i) => facts.names[i]!.sector).values())
        expect(members.reduce((total, i) => total + w[i]!, 0)).toBeLessThanOrEqual(0.16 + 1e-9)
    }
  })

  test('least risk is that of minimum variance, and less is taken than by equal weights by all that look at risk', () => {
    const equal = risk(decided('equal-weight'))
    for (const kind of ['inverse-volatility', 'risk-parity', 'hierarchical-risk-parity', 'minimum-variance'] as const) expect(risk(decided(kind))).toBeLessThan(equal) // prettier-ignore
    // Without limits of names and sectors, none of them has less.
    const free = { ...facts, limits: LIMITS.map((limit) => limit.metric.startsWith('largest') ? { ...limit, warn: Infinity } : limit) } // prettier-ignore
    const least = risk(decided('minimum-variance', free))
    const tangency = decided('maximum-sharpe', free)
    const ratio = (w: Float64Array) => dot(mean, w) / risk(w)
    expect(risk(tangency)).toBeGreaterThan(least)
    expect(ratio(decided('minimum-variance', free))).toBeLessThan(ratio(tangency))
    for (const kind of [
      'equal-weight',
      'inverse-volatility',
      'risk-parity',
      'hierarchical-risk-parity',
    ] as const) {
      expect(risk(decided(kind))).toBeGreaterThan(least)
      expect(ratio(decided(kind))).toBeLessThan(ratio(tangency))
    }
  })

  test('risk parity gives every name the same share in the variance', () => {
    const w = decided('risk-parity')
    const slopes = times(covariance, w)
    const shares = slopes.map((slope, i) => (w[i]! * slope) / dot(w, slopes))
    for (const share of shares) expect(Math.abs(share * 30 - 1)).toBeLessThan(1e-10)
  })

  test.each(['sample', 'ewma', 'ledoit-wolf', 'statistical', 'sector-style'] as const)(
    'all decide on a risk model of the kind %s, and minimum variance has the least of its risk',
    (kind) => {
      const names = facts.names.map(({ instrument, sector }) => ({ instrument, sector, driver: instrument })) // prettier-ignore
      const model = estimateRiskModel(names, bars, undefined, { ...facts.settings.risk, kind, windowDays: DAYS }) // prettier-ignore
      if (!model.ok) throw new Error(model.error)
      const of = { ...facts, risk: model.value, limits: LIMITS.map((limit) => limit.metric.startsWith('largest') ? { ...limit, warn: Infinity } : limit) } // prettier-ignore
      const { exposures, factorCovariance, factors, specificVariance } = model.value
      const k = factors.length
      const variance = (w: Float64Array) => {
        const sums = factors.map((_, j) => w.reduce((total, x, i) => total + x * exposures[i * k + j]!, 0)) // prettier-ignore
        const common = sums.reduce((total, x, i) => total + sums.reduce((inner, y, j) => inner + x * y * factorCovariance[i * k + j]!, 0), 0) // prettier-ignore
        return common + w.reduce((total, x, i) => total + x * x * specificVariance[i]!, 0)
      }
      const least = variance(decided('minimum-variance', of))
      for (const other of [
        'equal-weight',
        'inverse-volatility',
        'risk-parity',
        'hierarchical-risk-parity',
        'maximum-sharpe',
      ] as const)
        // prettier-ignore
        expect(variance(decided(other, of))).toBeGreaterThan(least)
      expect(sum(decided('black-litterman', of))).toBeGreaterThan(0.5)
    },
  )
})
