/**
 * The file of corporate actions: `instrument,date,type,ratio,amount,newInstrument,newConId` and, where it
 * matters, `costShare,payDate`; a row an action. Which columns a type has is in `FIELDS`; a cell that it
 * does not have is refused.
 */
import type { CorporateAction } from '#exchange/controls.ts'
import { price, type Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import { err, ok, type Result } from '#model/result.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import { countCell, exactCell, instrumentCell, numberCell, wordCell, type CellReader } from '#feeds/files/inputs/cells.ts' // prettier-ignore
import { collect, readTable, type Columns, type Located } from '#feeds/files/inputs/csv-table.ts'

export interface ActionRow {
  readonly action: CorporateAction
  /** The contract id that IBKR gave the new instrument; undefined: as it is listed. */
  readonly newConId: number | undefined
}

/**
 * Reads the file of corporate actions.
 *
 * @param file - as the person named it, for the messages
 * @returns the actions by date, those of one day in the file's order; or every error, a line each
 */
export function readActions(text: string, file: string): Result<readonly ActionRow[]> {
  const table = readTable(text, file, COLUMNS)
  if (!table.ok) return table
  const once = refuseRepeated(table.value, file)
  if (!once.ok) return once
  const actions = collect(table.value.map((located) => actionOf(located, file)))
  return actions.ok
    ? ok(actions.value.toSorted((a, b) => compare(a.action.date, b.action.date)))
    : actions
}

interface Cells {
  readonly instrument: InstrumentId
  readonly date: IsoDate
  readonly type: CorporateAction['type']
  readonly ratio: number | undefined
  readonly amount: Price | undefined
  readonly newInstrument: InstrumentId | undefined
  readonly newConId: number | undefined
  readonly costShare: number | undefined
  readonly payDate: IsoDate | undefined
}

const stock: CellReader<InstrumentId> = (cell) => {
  const [id, name] = [instrumentCell(cell), parseInstrumentName(cell)]
  return id.ok && name.ok && name.value.assetClass === 'STK' ? id : err('a stock such as AAPL or AAPL.STK.USD') // prettier-ignore
}

const day: CellReader<IsoDate> = (cell) =>
  dayNumberOf(cell) === undefined ? err('a day such as 2014-06-09') : ok(cell)

/** `7`, `7:1` and `1:10` are new units for old ones. */
const ratio: CellReader<number> = (cell) => {
  const parts = /^(\d+(?:\.\d+)?)(?::(\d+(?:\.\d+)?))?$/.exec(cell)
  const value = parts === null ? 0 : Number(parts[1]) / Number(parts[2] ?? 1)
  return value > 0 && Number.isFinite(value) ? ok(value) : err('new units for old ones such as 7:1, 1:10 or 0.5') // prettier-ignore
}

const optional = { means: undefined }

const COLUMNS: Columns<Cells> = {
  instrument: { read: stock },
  date: { read: day },
  type: { read: wordCell('split', 'dividend', 'ticker-change', 'merger-cash', 'spin-off') },
  ratio: { read: ratio, empty: optional },
  amount: {
    read: exactCell<Price>((nanos) => nanos > 0n, 'an amount a share above 0 such as 0.24'),
    empty: optional,
  },
  newInstrument: { read: stock, empty: optional },
  newConId: { read: countCell("IBKR's contract id such as 265598"), empty: optional },
  costShare: { read: numberCell(0, 1, 'a share of the cost from 0 to 1 such as 0.24'), empty: optional }, // prettier-ignore
  payDate: { read: day, empty: optional },
}

const FIELD_NAMES = [
  'ratio',
  'amount',
  'newInstrument',
  'newConId',
  'costShare',
  'payDate',
] as const

type Field = (typeof FIELD_NAMES)[number]

const FIELDS: Readonly<
  Record<CorporateAction['type'], { readonly needs: readonly Field[]; readonly may: readonly Field[] }> // prettier-ignore
> = {
  split: { needs: ['ratio'], may: [] },
  dividend: { needs: ['amount'], may: ['payDate'] },
  'ticker-change': { needs: ['newInstrument'], may: ['newConId'] },
  'merger-cash': { needs: ['amount'], may: [] },
  'spin-off': { needs: ['ratio', 'newInstrument'], may: ['newConId', 'costShare'] },
}

function actionOf({ line, row }: Located<Cells>, file: string): Result<ActionRow> {
  const wrong = wrongField(row)
  if (wrong !== undefined) return err(`${file}:${line} ${wrong}`)
  return ok({ action: madeOf(row), newConId: row.newConId })
}

function wrongField(row: Cells): string | undefined {
  const { needs, may } = FIELDS[row.type]
  const missing = needs.find((field) => row[field] === undefined)
  if (missing !== undefined) return `${missing}: was "", expected a value: a ${row.type} has one`
  const stray = FIELD_NAMES.find((field) => row[field] !== undefined && ![...needs, ...may].includes(field)) // prettier-ignore
  if (stray !== undefined) return `${stray}: expected nothing, a ${row.type} has none`
  if (row.newInstrument === row.instrument)
    return `newInstrument: was ${row.instrument}, expected another than instrument`
  return row.payDate !== undefined && row.payDate < row.date
    ? `payDate: was "${row.payDate}", expected ${row.date} or later`
    : undefined
}

/** `wrongField` has seen that what the type needs is there. */
function madeOf({ type, instrument, date, ...row }: Cells): CorporateAction {
  const { ratio: units = 1, amount = NOTHING, newInstrument = instrument, costShare = 0 } = row
  const paid = row.payDate === undefined ? {} : { payDate: row.payDate }
  const made: { readonly [T in CorporateAction['type']]: () => CorporateAction } = {
    split: () => ({ type: 'split', instrument, date, ratio: units }),
    dividend: () => ({ type: 'dividend', instrument, date, amount, ...paid }),
    'ticker-change': () => ({ type: 'ticker-change', instrument, date, newInstrument }),
    'merger-cash': () => ({ type: 'merger-cash', instrument, date, amount }),
    'spin-off': () => ({ type: 'spin-off', instrument, date, newInstrument, ratio: units, costShare }), // prettier-ignore
  }
  return made[type]()
}

const NOTHING = price('0')

/** The same thing twice on a day would be done twice. */
function refuseRepeated(rows: readonly Located<Cells>[], file: string): Result<unknown> {
  const firstLine = new Map<string, number>()
  return collect(
    rows.map(({ line, row }): Result<unknown> => {
      // A day can have two spin-offs, never two splits.
      const key = [row.instrument, row.date, row.type, row.newInstrument ?? ''].join(' ')
      const earlier = firstLine.get(key)
      firstLine.set(key, earlier ?? line)
      if (earlier === undefined) return ok(undefined)
      return err(`${file}:${line} type: ${row.type} of ${row.instrument} on ${row.date} is in line ${earlier} already, expected each once`) // prettier-ignore
    }),
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
