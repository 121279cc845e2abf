import { expect, test } from 'vitest'
import { openMarket } from '#gateway/market.ts'
import { isSynthetic, syntheticTerms } from '#gateway/synthetic-terms.ts'
import { table } from '#test/support/table.ts'

test('a synthetic market without terms is the usual one', () => {
  expect(syntheticTerms('synthetic')).toMatchObject({ names: 500, volatilityFactor: 1 })
  expect(isSynthetic('synthetic:names=3')).toBe(true)
  expect(isSynthetic('synthetic.csv')).toBe(false)
})

test('terms say how many companies there are, how wild, and what else is listed', async () => {
  const { market } = await openMarket({ seed: 2, market: 'synthetic:names=7,classes=STK+CASH' })
  const listed = market.directory?.listed ?? []
  expect(listed.filter(({ assetClass }) => assetClass === 'STK')).toHaveLength(7)
  expect(new Set(listed.map(({ assetClass }) => assetClass))).toEqual(new Set(['STK', 'CASH']))
})

test('a factor on volatility moves every class further', async () => {
  const [calm, wild] = [await rangeOf('synthetic:names=3'), await rangeOf('synthetic:names=3,volatility=3')] // prettier-ignore
  expect(calm).toHaveLength(11)
  calm.forEach((range, i) => expect(wild[i]).toBeGreaterThan(range))
})

test.each(
  table(`
  market                       | words
  synthetic:name=5             | expected terms names, volatility, classes
  synthetic:names=none         | --market names: was "none", expected a whole number
  synthetic:names=20000        | from 1 to 10000
  synthetic:volatility=0       | expected a factor from 0.05 to 10
  synthetic:classes=STK+BOND   | out of STK, OPT, FUT, CASH, IND
`),
)('$market is refused', ({ market, words }) => {
  expect(() => syntheticTerms(market)).toThrow(words)
})

/** Highest over lowest close of 200 days. */
async function rangeOf(market: string): Promise<readonly number[]> {
  const opened = (await openMarket({ seed: 2, market })).market
  return opened.instruments
    .filter((of) => ['GBP.CASH.USD', 'ESH6.FUT.USD'].includes(of.id) || of.assetClass === 'STK')
    .map(({ id }) => opened.dailyBars(id, 200, '2026-01-02', 'splits').map(({ close }) => close))
    .map((closes) => Math.max(...closes) / Math.min(...closes))
}
