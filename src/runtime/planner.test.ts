import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { Feed } from '#feeds/feed.ts'
import type { InstrumentDirectory } from '#runtime/instrument-directory.ts'
import { createPlanner } from '#runtime/planner.ts'
import { AS_OF, idOf, planInputs } from '#test/support/plan-inputs.ts'

const SAMPLE = planInputs(1_000_000, [{ symbol: 'AAA' }])
const STOCK = SAMPLE.instruments[0]!
const CALL: Instrument = {
  id: 'AAA.OPT.20180316.C.100.USD' as InstrumentId,
  assetClass: 'OPT',
  conId: 902,
  symbol: 'AAA',
  exchange: 'SMART',
  currency: 'USD',
  multiplier: 100n,
  priceIncrements: STOCK.priceIncrements,
  lot: quantity('1'),
  sector: STOCK.sector,
  underlying: idOf('AAA'),
  expiry: '2018-03-16',
  strike: price('100'),
  right: 'C',
}
const MIDS: ReadonlyMap<InstrumentId, number> = new Map([
  [STOCK.id, 100],
  [CALL.id, 4],
])

const directory: InstrumentDirectory = {
  describe: (ids) => {
    const known = [STOCK, CALL].filter(({ id }) => ids.includes(id))
    return Promise.resolve({ known, unknown: [] })
  },
  get: () => undefined,
}

const feed: Feed = {
  connect: () => Promise.resolve(),
  subscribe: () => Promise.resolve(),
  quotes: (instruments) =>
    Promise.resolve(new Map(instruments.map(({ id }) => [id, quoteAt(id, MIDS.get(id) ?? 0)]))),
  dailyBars: ({ id }) => Promise.resolve(SAMPLE.bars.get(id) ?? []),
  onQuote: () => {},
  close: () => Promise.resolve(),
}

function quoteAt(instrument: InstrumentId, mid: number): Quote {
  return { ...SAMPLE.quotes.get(STOCK.id)!, instrument, bid: mid - 0.01, ask: mid + 0.01, at: AS_OF } // prettier-ignore
}

test('what an option is on is priced too, though it is neither held nor wanted', async () => {
  const planner = createPlanner(feed, directory)
  const targets = [{ instrument: CALL.id, weight: 0.05 }]
  const { plan } = await planner.plan({ ...SAMPLE, targets }).finally(() => planner.close())
  expect(plan.skipped).toEqual([])
  expect(plan.phases.B.map(({ instrument }) => instrument)).toEqual([CALL.id])
  // Its risk is measured by the stock's returns, of which it moves about half.
  expect(plan.risk.after.largestPosition).toBeGreaterThan(0.04)
  expect(plan.risk.after.var95).toBeGreaterThan(0)
})
