/** Forecasts from a feature on the history of the S&P 500, held against months that the literature tells of. */
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { featureForecasts, type FeatureSettings } from '#alpha/feature-forecasts.ts'
import { informationCoefficient } from '#alpha/information-coefficient.ts'
import { readBars } from '#feeds/files/bars/bars-file.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { InstrumentId } from '#model/ids.ts'

const MOMENTUM: FeatureSettings = {
  kind: 'momentum',
  informationCoefficient: 0.02,
  horizonDays: 21,
  confidence: 0.5,
  sectorNeutral: false,
}

const REAL = '../shared/data/bars/us_equity_daily_2005_2021.parquet'

describe.skipIf(!existsSync(REAL))(
  `momentum of the S&P 500 in 2008 and 2009 (needs ${REAL})`,
  () => {
    let bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
    beforeAll(async () => {
      const read = await readBars(REAL, { first: '2007-05-01', last: '2009-05-29' })
      bars = new Map([...read].map(([symbol, { bars: days, adjustedCloses = [] }]) => [`${symbol}.STK.USD` as InstrumentId, days.map((bar, t) => ({ ...bar, close: adjustedCloses[t]! }))])) // prettier-ignore
    })

    /** Forecasts after a day's close against the returns of the 21 sessions after it. */
    function coefficientOn(date: string) {
      const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
      const asOf = Date.UTC(year, month - 1, day, 22)
      const { forecasts } = featureForecasts([MOMENTUM], { asOf, names: [...bars.keys()], bars, fundamentals: new Map(), sectors: new Map() }) // prettier-ignore
      const realised = new Map([...bars].map(([name, days]) => {
      const at = days.findIndex((bar) => bar.date === date)
      return [name, days[at + 21]!.close / days[at]!.close - 1] as const
    })) // prettier-ignore
      return informationCoefficient(forecasts, realised)
    }

    // K. Daniel & T. Moskowitz, "Momentum Crashes", Journal of Financial Economics 122 (2016): from March to May 2009
    // the losers of the crisis rose far above its winners; in June 2008 they were still falling.
    test.each([
      ['2008-05-30', 1],
      ['2009-03-09', -1],
      ['2009-03-31', -1],
    ])('on %s', (date, sign) => {
      const { pearson, rank, names } = coefficientOn(date)
      expect(names).toBeGreaterThan(400)
      expect(rank * sign).toBeGreaterThan(0.2)
      expect(pearson * sign).toBeGreaterThan(0.2)
    })
  },
)
