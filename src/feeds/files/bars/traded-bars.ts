/**
 * Bars as they were traded, where corporate actions are known: what a replayed market wants.
 *
 * The bars file is split-adjusted as of the day it was made; a factor file beside it says by what.
 * Symbols it does not name stay as the file has them.
 */
import type { Split } from '#marketdata/corporate-actions.ts'
import { readBars, sharedDayNames, symbolBars, type BarsSelection, type NameOf, type SymbolBars } from '#feeds/files/bars/bars-file.ts' // prettier-ignore
import {
  factorFileBeside,
  readFactors,
  type FactorRow,
  type Factors,
} from '#feeds/files/bars/factor-file.ts'
import { unadjust } from '#feeds/files/bars/unadjust.ts'

/** Bars as traded, and the splits they show as jumps; `adjustedCloses` carry these and dividends. */
export interface TradedBars extends SymbolBars {
  readonly splits: readonly Split[]
}

/**
 * Reads bars and takes the splits out that were carried into them.
 *
 * @param factorFile - where absent: `../corporate_actions/factor_files.csv` as seen from the bars
 *   file, if it is there
 * @returns by symbol; one without a bar in the range is missing
 * @throws FeedError `unreadable`
 */
export async function readTradedBars(
  path: string,
  selection: BarsSelection,
  factorFile: string | undefined = factorFileBeside(path),
): Promise<ReadonlyMap<string, TradedBars>> {
  const factors: Factors = factorFile === undefined ? new Map() : readFactors(factorFile)
  const found = await readBars(path, selection)
  const namesOf = sharedDayNames()
  return new Map([...found].map(([symbol, bars]) => [symbol, traded(bars, factors.get(symbol) ?? [], namesOf(bars.assetClass))])) // prettier-ignore
}

function traded(adjusted: SymbolBars, factors: readonly FactorRow[], nameOf: NameOf): TradedBars {
  const { columns, splits } = unadjust(adjusted.columns, factors)
  return Object.assign(symbolBars(columns, adjusted, nameOf), { splits })
}
