/**
 * Instruments in TWS's words: the contract that a request or an order names, and the name of a
 * contract that TWS shows us. Both adapters (orders, market data) speak of instruments so.
 */
import { OptionType, SecType, type Contract } from '@stoqey/ib'
import { nanosFrom, toNumber } from '#model/border.ts'
import { format } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import { instrumentIdOf, parseInstrumentName, type InstrumentName } from '#model/instrument-id.ts'

const SEC_TYPES: Readonly<Record<AssetClass, SecType>> = {
  STK: SecType.STK,
  OPT: SecType.OPT,
  FUT: SecType.FUT,
  CASH: SecType.CASH,
}

/** Where IBKR routes a class when nobody names a venue; a future is found by its local symbol. */
const ROUTES: Readonly<Record<AssetClass, string>> = {
  STK: 'SMART',
  OPT: 'SMART',
  FUT: '',
  CASH: 'IDEALPRO',
}

/** The contract of an instrument that TWS has described: its id and route say all. */
export function contractOf(instrument: Instrument): Contract {
  const contract: Contract = {
    conId: instrument.conId,
    symbol: instrument.symbol,
    secType: SEC_TYPES[instrument.assetClass],
    exchange: instrument.exchange,
    currency: instrument.currency,
  }
  if (instrument.assetClass === 'STK') return { ...contract, primaryExch: instrument.primaryExchange } // prettier-ignore
  if (instrument.assetClass === 'FUT') return { ...contract, localSymbol: instrument.localSymbol }
  if (instrument.assetClass === 'CASH') return contract
  return {
    ...contract,
    lastTradeDateOrContractMonth: instrument.expiry.replaceAll('-', ''),
    strike: toNumber(instrument.strike),
    right: instrument.right === 'C' ? OptionType.Call : OptionType.Put,
  }
}

/** The contract to ask TWS about when all we have is a name. */
export function contractOfName(name: InstrumentName): Contract {
  const { assetClass, currency, symbol } = name
  const secType = SEC_TYPES[assetClass]
  const conId = CON_ID_SYMBOL.exec(symbol)?.[1]
  if (conId !== undefined) return { conId: Number(conId), exchange: ROUTES[assetClass] }
  if (assetClass === 'FUT') return { localSymbol: symbol, secType, currency }
  const contract: Contract = { symbol, secType, exchange: ROUTES[assetClass], currency }
  if (assetClass !== 'OPT') return contract
  return {
    ...contract,
    lastTradeDateOrContractMonth: name.expiry ?? '',
    strike: Number(name.strike),
    right: name.right === 'P' ? OptionType.Put : OptionType.Call,
  }
}

/** `C265598`: how we call what TWS calls by a name that our grammar has no room for. */
const CON_ID_SYMBOL = /^C([1-9]\d{4,})$/

/**
 * What we call a contract that TWS shows in a position, an order or an execution. Total: a security
 * type we do not trade, or a symbol our grammar cannot spell, is called by its contract id, for one
 * odd holding must not hide the others.
 *
 * @example
 * instrumentIdFrom({ symbol: 'AAPL', secType: 'STK', currency: 'USD', conId: 265598 }) // => 'AAPL.STK.USD'
 */
export function instrumentIdFrom(contract: Contract): InstrumentId {
  const { secType = '', currency = '', conId = 0 } = contract
  const assetClass = ASSET_CLASSES[secType]
  const byConId = (kind: string): InstrumentId =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- spelled outside the grammar on purpose
    `C${conId}.${kind}.${currency}` as InstrumentId
  if (assetClass === undefined) return byConId(secType === '' ? 'UNKNOWN' : secType)
  const id = instrumentIdOf(nameFrom(contract, assetClass))
  return parseInstrumentName(id).ok ? id : byConId(assetClass)
}

const ASSET_CLASSES: Readonly<Record<string, AssetClass>> = {
  STK: 'STK',
  OPT: 'OPT',
  FUT: 'FUT',
  CASH: 'CASH',
}

function nameFrom(contract: Contract, assetClass: AssetClass): InstrumentName {
  const { symbol = '', localSymbol = '', currency = '' } = contract
  if (assetClass === 'FUT') return { symbol: localSymbol, assetClass, currency }
  if (assetClass !== 'OPT') return { symbol, assetClass, currency }
  const expiry = (contract.lastTradeDateOrContractMonth ?? '').slice(0, 8)
  const right = contract.right === OptionType.Put ? 'P' : 'C'
  return { symbol, assetClass, currency, expiry, right, strike: strikeText(contract.strike) }
}

/** Decimal text of a strike without the float's tail: 187.5, 190. */
const strikeText = (strike = 0): string => format(nanosFrom(Number.isFinite(strike) ? strike : 0))
