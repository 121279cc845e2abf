import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Broker } from '#brokers/broker.ts'
import { createInstrumentDirectory } from '#runtime/instrument-directory.ts'
import { planInputs } from '#test/support/plan-inputs.ts'
import { table } from '#test/support/table.ts'

const STOCK: Instrument = { ...planInputs(0, [{ symbol: 'AAA' }]).instruments[0]!, sector: 'unknown' } // prettier-ignore
const CALL: Instrument = {
  ...STOCK,
  assetClass: 'OPT',
  id: 'AAA.OPT.20180316.C.100.USD' as InstrumentId,
  multiplier: 100n,
  lot: quantity('1'),
  underlying: STOCK.id,
  expiry: '2018-03-16',
  strike: price('100'),
  right: 'C',
}
const FUTURE: Instrument = {
  ...STOCK,
  assetClass: 'FUT',
  id: 'ESH8.FUT.USD' as InstrumentId,
  localSymbol: 'ESH8',
  expiry: '2018-03-16',
}

test.each(
  table(`
  what                                       | stock   | option     | future | ofOption   | ofFuture
  an option is in its underlying's sector    | Energy  |            |        | Energy     | unknown
  a row that says none counts as none        | Energy  | unknown    |        | Energy     | unknown
  a sector of its own holds                  | Energy  | Volatility |        | Volatility | unknown
  of no sector at all                        |         |            |        | unknown    | unknown
  a future as its row is                     | Energy  |            | Index  | Energy     | Index
`),
)('$what', async (row) => {
  const all = [STOCK, CALL, FUTURE]
  const broker: Pick<Broker, 'describe'> = {
    describe: (names) => Promise.resolve(names.map(({ assetClass }) => all.find((of) => of.assetClass === assetClass)!)), // prettier-ignore
  }
  const rows = [
    [STOCK.id, row.stock],
    [CALL.id, row.option],
    [FUTURE.id, row.future],
  ] as const
  const facts = rows.flatMap(([id, sector]) => sector === '' ? [] : [[id, { sector, shortable: true, borrowRate: 0 }] as const]) // prettier-ignore
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is asked of it
  const directory = createInstrumentDirectory(broker as Broker, new Map(facts), () => {})
  const { known } = await directory.describe(all.map(({ id }) => id))
  expect(known.map(({ sector }) => sector)).toEqual([row.stock === '' ? 'unknown' : row.stock, row.ofOption, row.ofFuture]) // prettier-ignore
})

test('what our names have no room for is unknown, and the rest is asked about', async () => {
  const asked: string[] = []
  const broker: Pick<Broker, 'describe'> = {
    describe: (names) => {
      asked.push(...names.map(({ symbol }) => symbol))
      return Promise.resolve([STOCK])
    },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is asked of it
  const directory = createInstrumentDirectory(broker as Broker, new Map(), () => {})
  const bond = 'C123456.BOND.USD' as InstrumentId
  const { known, unknown } = await directory.describe([bond, STOCK.id])
  expect(known.map(({ id }) => id)).toEqual([STOCK.id])
  expect(unknown).toEqual([{ instrument: bond, reason: expect.stringContaining('BOND is no class of instrument; expected STK, OPT, FUT or CASH') as string }]) // prettier-ignore
  expect(asked).toEqual(['AAA'])
})
