/** What a cell of the universe file means that was left empty, by class; and which class has which column. */
import type { SessionKind } from '#marketdata/calendar.ts'
import type { ListedClass, ListedName } from '#feeds/files/inputs/listed-name.ts'

/** Calendars that an instrument can trade by; extended hours belong to `us-equity`. */
export const HOURS = ['us-equity', 'globex', 'idealpro'] as const satisfies readonly SessionKind[]

export type HoursKind = (typeof HOURS)[number]

interface Usual {
  /** Undefined: there is no usual one, the file has to say. */
  readonly exchange: string | undefined
  readonly multiplier: number | undefined
  readonly hours: HoursKind
  readonly type: 'COMMON' | undefined
}

/**
 * By class. Futures differ too much to have a usual exchange or size. An option on US equity is for 100
 * shares (OCC's standard contract); forex goes to IBKR's own venue.
 */
export const USUAL: Readonly<Record<ListedClass, Usual>> = {
  STK: { exchange: 'SMART', multiplier: 1, hours: 'us-equity', type: 'COMMON' },
  OPT: { exchange: 'SMART', multiplier: 100, hours: 'us-equity', type: undefined },
  FUT: { exchange: undefined, multiplier: undefined, hours: 'globex', type: undefined },
  CASH: { exchange: 'IDEALPRO', multiplier: 1, hours: 'idealpro', type: undefined },
  IND: { exchange: 'CBOE', multiplier: 1, hours: 'us-equity', type: undefined },
}

/** Columns that only some classes have: a cell of another class is a slip, and is refused. */
export const CLASS_COLUMNS = [
  { column: 'type', of: ['STK'] },
  { column: 'borrowQuantity', of: ['STK'] },
  { column: 'optionsListed', of: ['STK', 'IND', 'FUT'] },
  { column: 'dividendYield', of: ['STK', 'IND'] },
  { column: 'expiry', of: ['FUT', 'OPT'] },
  { column: 'underlying', of: ['FUT', 'OPT'] },
  { column: 'initialMargin', of: ['FUT'] },
  { column: 'maintenanceMargin', of: ['FUT'] },
  { column: 'marginRate', of: ['STK', 'OPT', 'FUT', 'CASH'] },
] as const satisfies readonly { column: string; of: readonly ListedClass[] }[]

/** The exchange's own name, as IBKR shows it in `localSymbol`. */
export function usualLocalSymbol(name: ListedName): string {
  if (name.assetClass === 'CASH') return `${name.symbol}.${name.currency}`
  if (name.assetClass === 'OPT') return optionSymbol(name)
  return name.assetClass === 'STK' ? name.symbol.replace('.', ' ') : name.symbol
}

/**
 * The 21 characters of an option: root in six, expiry, right, strike × 1,000 in eight (OCC, "Options
 * Symbology Initiative", 2010). A strike of more than three decimals has none: its name stands.
 */
function optionSymbol({ symbol, expiry = '', right = 'C', strike = '' }: ListedName): string {
  const [whole = '', decimals = ''] = strike.split('.')
  const thousandths = `${whole}${decimals.padEnd(3, '0')}`
  if (decimals.length > 3 || thousandths.length > 8) return `${symbol} ${expiry} ${right} ${strike}`
  return `${symbol.replace('.', '').padEnd(6)}${expiry.slice(2).replaceAll('-', '')}${right}${thousandths.padStart(8, '0')}` // prettier-ignore
}

/** `ES` of ESZ6: the root; of others their local name, or an option's root. */
export function usualTradingClass(name: ListedName): string {
  if (name.assetClass === 'FUT') return name.symbol.replace(/[FGHJKMNQUVXZ]\d{1,2}$/, '')
  return name.assetClass === 'OPT' ? name.symbol : usualLocalSymbol(name)
}
