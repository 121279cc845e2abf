/** The columns of the universe file, and how their cells are read. */
import type { Currency, Money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import { err, ok } from '#model/result.ts'
import type { IsoDate } from '#model/time.ts'
import {
  countCell,
  currencyCell,
  exactCell,
  incrementsCell,
  numberCell,
  patternCell,
  wordCell,
  yesNoCell,
  type CellReader,
} from '#feeds/files/inputs/cells.ts'
import type { Columns } from '#feeds/files/inputs/csv-table.ts'
import { listedCell } from '#feeds/files/inputs/listed-name.ts'
import { HOURS, type HoursKind } from '#feeds/files/inputs/universe-defaults.ts'

/** A row as it is written: empty text and undefined are cells left empty. */
export interface UniverseCells {
  readonly instrument: InstrumentId
  readonly conId: number | undefined
  readonly exchange: string
  readonly currency: string
  readonly sector: string
  readonly multiplier: number | undefined
  readonly tickRule: PriceIncrements | undefined
  readonly shortable: boolean
  readonly borrowRate: number
  readonly primaryExchange: string
  readonly status: 'active' | 'halted'
  readonly type: 'COMMON' | 'ETF' | undefined
  readonly name: string
  readonly issuerName: string
  readonly localSymbol: string
  readonly tradingClass: string
  readonly expiry: IsoDate | undefined
  readonly underlying: InstrumentId | undefined
  readonly hours: HoursKind | undefined
  readonly borrowQuantity: number | undefined
  readonly marginRate: number | undefined
  readonly initialMargin: Money<Currency> | undefined
  readonly maintenanceMargin: Money<Currency> | undefined
  readonly optionsListed: boolean | undefined
  readonly dividendYield: number | undefined
}

const VENUE = patternCell(/^[A-Z][A-Z0-9.]{0,15}$/, 'an exchange such as SMART, NASDAQ or CME')
const TITLE = /^[\p{L}\p{N}][\p{L}\p{N} &,.'/()-]{0,60}$/u
const SYMBOL = /^[A-Z0-9][A-Z0-9 .]{0,30}$/

const kindOfStock: CellReader<'COMMON' | 'ETF'> = (cell) => {
  const word = wordCell('common', 'etf')(cell)
  return word.ok ? ok(word.value === 'etf' ? 'ETF' : 'COMMON') : err('COMMON or ETF')
}

/** `2026-12-18` or `20261218`; whether the calendar has it is asked where the row is whole. */
const day: CellReader<IsoDate> = (cell) => {
  const parts = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(cell)
  return parts === null ? err('a day such as 2026-12-18') : ok(parts.slice(1).join('-'))
}

const margin = exactCell<Money<Currency>>(
  (nanos) => nanos > 0n,
  "an amount in the contract's currency such as 13200",
)

const optional = { means: undefined }
const blank = { means: '' }

/** In the order that the documentation has them. */
export const UNIVERSE_COLUMNS: Columns<UniverseCells> = {
  instrument: { read: listedCell },
  conId: { read: countCell("IBKR's contract id such as 265598"), empty: optional },
  exchange: { read: VENUE, empty: blank },
  currency: { read: currencyCell, empty: blank },
  sector: { read: patternCell(TITLE, 'a sector such as Technology'), empty: { means: 'unknown' } },
  multiplier: { read: countCell('a whole number such as 1 or 100'), empty: optional },
  tickRule: { read: incrementsCell, empty: optional },
  shortable: { read: yesNoCell, empty: { means: true } },
  borrowRate: {
    read: numberCell(0, 10, 'a yearly fraction from 0 to 10 such as 0.003'),
    empty: { means: 0 },
  },
  primaryExchange: { read: VENUE, empty: blank },
  status: { read: wordCell('active', 'halted'), empty: { means: 'active' } },
  type: { read: kindOfStock, empty: optional },
  name: { read: patternCell(TITLE, 'a name such as APPLE INC'), empty: blank },
  issuerName: { read: patternCell(TITLE, 'a name such as APPLE INC'), empty: blank },
  localSymbol: { read: patternCell(SYMBOL, "the exchange's own name such as ESZ6"), empty: blank },
  tradingClass: { read: patternCell(SYMBOL, 'a trading class such as ES or SPXW'), empty: blank },
  expiry: { read: day, empty: optional },
  underlying: { read: listedCell, empty: optional },
  hours: { read: wordCell(...HOURS), empty: optional },
  borrowQuantity: { read: numberCell(0, 1e12, 'a number of shares ≥ 0 such as 1500000'), empty: optional }, // prettier-ignore
  marginRate: { read: numberCell(0.001, 1, 'a fraction of the value above 0, at most 1, such as 0.5'), empty: optional }, // prettier-ignore
  initialMargin: { read: margin, empty: optional },
  maintenanceMargin: { read: margin, empty: optional },
  optionsListed: { read: yesNoCell, empty: optional },
  dividendYield: { read: numberCell(0, 1, 'a yearly fraction from 0 to 1 such as 0.015'), empty: optional }, // prettier-ignore
}
