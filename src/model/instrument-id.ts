/**
 * The grammar of instrument names, one line a class:
 *
 *   `AAPL.STK.USD` · `AAPL.OPT.20260116.C.190.USD` · `ESZ6.FUT.USD` · `EUR.CASH.USD`
 *
 * A symbol may itself hold dots (`BRK.B.STK.USD`), so names are read from the right. A bare
 * `AAPL` means `AAPL.STK.USD`.
 */
import { format, parse } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { dayNumberOf } from '#model/time.ts'

/** What a name says, before anybody has asked the broker about it. */
export interface InstrumentName {
  readonly symbol: string
  readonly assetClass: AssetClass
  readonly currency: string
  /** `20260116`, of options only. */
  readonly expiry?: string
  readonly right?: 'C' | 'P'
  /** Decimal text, of options only. */
  readonly strike?: string
}

/**
 * Reads a name from a file or a command line.
 *
 * @returns the parts, or what was wrong with the text
 */
export function parseInstrumentName(text: string): Result<InstrumentName> {
  const trimmed = text.trim()
  const option = /^(.+)\.OPT\.(\d{8})\.([CP])\.(\d+(?:\.\d{1,9})?)\.([A-Z]{3})$/.exec(trimmed)
  if (option !== null) return optionName(option)
  const other = /^(.+)\.(STK|FUT|CASH)\.([A-Z]{3})$/.exec(trimmed)
  const [, named] = /\.([A-Z]{3,5})\.[A-Z]{3}$/.exec(trimmed) ?? []
  if (other === null && named !== undefined)
    return err(`"${text}": ${named} is no class of instrument; expected STK, OPT, FUT or CASH as in AAPL.STK.USD`) // prettier-ignore
  const symbol = other?.[1] ?? trimmed
  if (!/^[A-Z0-9][A-Z0-9 .\-/]{0,20}$/.test(symbol))
    return err(`"${text}" is no instrument; expected such as AAPL, AAPL.STK.USD, ESZ6.FUT.USD`)
  if (other === null) return ok({ symbol, assetClass: 'STK', currency: 'USD' })
  return ok({ symbol, assetClass: other[2] as AssetClass, currency: other[3] ?? 'USD' })
}

function optionName(match: RegExpExecArray): Result<InstrumentName> {
  const [text, symbol = '', expiry = '', right, strike = '', currency = ''] = match
  const day = `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`
  if (dayNumberOf(day) === undefined) return err(`"${text}": ${expiry} is no day of the calendar`)
  const nanos = parse(strike)
  if (nanos === undefined || nanos <= 0n) return err(`"${text}": the strike must be above 0`)
  return ok({
    symbol,
    assetClass: 'OPT',
    currency,
    expiry,
    right: right === 'P' ? 'P' : 'C',
    strike: format(nanos),
  })
}

/**
 * The one spelling of a name.
 *
 * @example
 * instrumentIdOf({ symbol: 'AAPL', assetClass: 'STK', currency: 'USD' }) // => 'AAPL.STK.USD'
 */
export function instrumentIdOf(name: InstrumentName): InstrumentId {
  const middle =
    name.assetClass === 'OPT'
      ? `OPT.${name.expiry ?? ''}.${name.right ?? ''}.${name.strike ?? ''}`
      : name.assetClass
  return `${name.symbol}.${middle}.${name.currency}` as InstrumentId
}

/** The name that an instrument's own fields spell; equal to its `id`, tested. */
export function nameOf(of: Instrument): InstrumentName {
  const { assetClass, currency } = of
  if (of.assetClass === 'FUT') return { symbol: of.localSymbol, assetClass, currency }
  if (of.assetClass !== 'OPT') return { symbol: of.symbol, assetClass, currency }
  return {
    symbol: of.symbol,
    assetClass,
    currency,
    expiry: of.expiry.replaceAll('-', ''),
    right: of.right,
    strike: format(of.strike),
  }
}

/** Reads a name and spells it the one way: `AAPL` → `AAPL.STK.USD`. */
export function readInstrumentId(text: string): Result<InstrumentId> {
  const name = parseInstrumentName(text)
  return name.ok ? ok(instrumentIdOf(name.value)) : name
}
