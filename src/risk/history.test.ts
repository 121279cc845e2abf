/** The figures on real history, against the definitions written out slowly. */
import { existsSync } from 'node:fs'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { money } from '#model/fixed.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { correlationClusters } from '#risk/correlation-clusters.ts'
import { metricsOf } from '#risk/metrics.ts'
import { returnPanel, type ReturnPanel } from '#risk/return-panel.ts'
import { residuals } from '#numerics/regression.ts'
import { covariance, standardDeviation } from '#numerics/moments.ts'

const FILE = '../shared/data/bars/us_20_large_adjclose_1990_2021.parquet'

interface Row {
  readonly symbol: string
  readonly date: Date
  readonly adj_close: number
}

/** Bars of all names up to and with a day, as a plan made the next morning would have them. */
async function barsUntil(day: string): Promise<Map<InstrumentId, PriceBar[]>> {
  const file = await asyncBufferFromFile(FILE)
  const rows = (await parquetReadObjects({ file, compressors })) as unknown as Row[]
  const bars = new Map<InstrumentId, PriceBar[]>()
  for (const { symbol, date, adj_close: close } of rows) {
    const on = date.toISOString().slice(0, 10)
    if (on > day) continue
    const of = bars.get(symbol as InstrumentId) ?? []
    of.push({
      date: on,
      at: date.getTime(),
      open: close,
      high: close,
      low: close,
      close,
      volume: 0,
    })
    bars.set(symbol as InstrumentId, of)
  }
  return bars
}

function panelOf(bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>): ReturnPanel {
  const names = [...bars.keys()].map((instrument) => ({
    instrument,
    sector: 'S',
    driver: instrument,
  }))
  return returnPanel(names, bars, undefined)
}

const alike = (series: readonly Float64Array[]) =>
  series.flatMap((x, i) => series.slice(i + 1).filter((y) => covariance(x, y) / (standardDeviation(x) * standardDeviation(y)) >= 0.7)).length // prettier-ignore

test.skipIf(!existsSync(FILE))(`March 2020 by the definitions (${FILE})`, async () => {
  const bars = await barsUntil('2020-03-16')
  const panel = panelOf(bars)
  const clusters = correlationClusters(panel)
  const weight = 0.9 / bars.size
  const nav = money('1000000', 'USD')
  const metrics = metricsOf({
    exposures: [...bars.keys()].map((instrument) => ({
      instrument,
      issuer: instrument,
      assetClass: 'STK' as const,
      sector: 'S',
      weight,
    })),
    nav: 1e6,
    excessLiquidity: 5e5,
    panel,
    clusters,
    day: {
      previousCloseNav: nav,
      peakNav: nav,
      startOfDayNav: nav,
      tradedToday: money('0', 'USD'),
    },
  })

  // The same year of the same book, one day at a time from prices.
  const losses = Array.from({ length: 252 }, (_, back) => {
    const returns = [...bars.values()].map((of) => of.at(-1 - back)!.close / of.at(-2 - back)!.close - 1) // prettier-ignore
    return -weight * returns.reduce((total, value) => total + value, 0)
  }).toSorted((a, b) => b - a)
  // (252 − 1) × 5 % = 12.55 places from the worst.
  expect(metrics.var95).toBeCloseTo(losses[12]! * 0.45 + losses[13]! * 0.55, 9)
  expect(metrics.var99).toBeCloseTo(losses[2]! * 0.49 + losses[3]! * 0.51, 9)
  const tail = losses.slice(0, 13)
  expect(metrics.expectedShortfall).toBeCloseTo(tail.reduce((total, x) => total + x, 0) / 13, 9)
  // The worst day of the year was 12 or 16 March 2020, about a tenth of the book.
  expect(losses[0]).toBeGreaterThan(0.08)
  expect(metrics.beta).toBeCloseTo(0.9, 9)

  // Raw correlations call nearly all of it one bet; beside the market few names are alike.
  const recent = [...panel.rows.values()].map((row) => row.slice(-120))
  const pairs = (bars.size * (bars.size - 1)) / 2
  const beside = recent.map((row) => residuals(row, panel.market!.slice(-120)))
  expect(alike(recent) / pairs).toBeGreaterThan(0.4)
  expect(alike(beside) / pairs).toBeLessThan(0.1)
  expect(metrics.correlatedWeight).toBeCloseTo(2 * weight, 9)
})

// After a year in which oil halved, and after one in which it doubled; in between they went apart.
test.skipIf(!existsSync(FILE)).each([
  ['2009-01-05', true],
  ['2021-06-01', true],
  ['2018-02-05', false],
])(`on %s the two oil majors are one bet: %s (${FILE})`, async (day, together) => {
  const clusters = correlationClusters(panelOf(await barsUntil(day)))
  const [exxon, chevron] = [
    clusters.get('XOM' as InstrumentId),
    clusters.get('CVX' as InstrumentId),
  ]
  expect(exxon === chevron).toBe(together)
  // Most names are a bet of their own.
  expect([...clusters].filter(([name, first]) => name !== first).length).toBeLessThan(6)
})
