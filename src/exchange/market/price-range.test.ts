import { expect, test } from 'vitest'
import { chanceOf } from '#exchange/chance.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import type { InstrumentId } from '#model/ids.ts'

const DATES = ['2026-01-06', '2026-01-08', '2026-01-09'] as const
const market = syntheticClasses({
  seed: 8,
  stocks: syntheticUniverse({ seed: 8, count: 3 }),
  firstDate: '2025-09-02',
  lastDate: '2026-02-27',
  entryDate: '2026-01-05',
  volatilityFactor: 2,
})
const draw = chanceOf(8, 'ranges')
const one = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)] as T

const optionsOn = (underlying: InstrumentId): readonly InstrumentId[] => {
  const listed = market.directory?.optionsOn?.(underlying, DATES[0], {}) ?? []
  return listed.length === 0 ? [] : Array.from({ length: 40 }, () => one(listed).id)
}
const idsOf = (of: string) => market.instruments.filter(({ assetClass, id }) => assetClass === of && (of !== 'FUT' || id.includes('H6'))).map(({ id }) => id) // prettier-ignore

const sessionOf = (date: string, from: number, to: number) => [newYorkInstant(date, from), newYorkInstant(date, to)] as const // prettier-ignore

test.each([
  { of: 'stocks and funds', ids: idsOf('STK'), from: 570, to: 959 },
  { of: 'stocks and funds in the morning', ids: idsOf('STK'), from: 240, to: 569 },
  { of: 'stocks and funds in the evening', ids: idsOf('STK'), from: 960, to: 1_199 },
  { of: 'futures', ids: idsOf('FUT'), from: -300, to: 1_000 },
  { of: 'pairs', ids: idsOf('CASH'), from: -300, to: 1_000 },
  { of: 'options on stocks and funds', ids: idsOf('STK').flatMap(optionsOn), from: 570, to: 959 },
  { of: 'options on an index', ids: optionsOn('SPX.IND.USD' as InstrumentId), from: 570, to: 959 },
])('bounds hold what $of are quoted at', ({ ids, from, to }) => {
  let looked = 0
  for (let i = 0; i < 250; i++) {
    const id = one(ids)
    const [opens, closes] = sessionOf(one(DATES), from, to)
    const begin = opens + Math.floor(draw() * (closes - opens))
    const end = Math.min(closes, begin + Math.floor(Math.exp(draw() * 9) * 1_000))
    const range = market.priceRange?.(id, begin, end)
    if (range === undefined) continue
    for (let j = 0; j <= 20; j++) {
      const at = Math.floor(begin + ((end - begin) * j) / 20)
      const [fair, liquidity] = [market.fairPrice(id, at), market.liquidity(id, at)]
      if (fair === undefined || liquidity === undefined) continue
      const where = `${id} at ${at} of ${begin} to ${end}`
      const spread = fair * liquidity.spread
      looked++
      expect(fair, where).toBeGreaterThanOrEqual(range.low * (1 - 1e-12))
      expect(fair, where).toBeLessThanOrEqual(range.high * (1 + 1e-12))
      expect(spread, where).toBeGreaterThanOrEqual(range.leastSpread * (1 - 1e-9))
      expect(spread, where).toBeLessThanOrEqual(range.mostSpread * (1 + 1e-9))
    }
  }
  expect(looked).toBeGreaterThan(1_000)
})
