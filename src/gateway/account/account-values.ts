/**
 * The account in IBKR's keys, computed from the venue's ledger.
 *
 * The keys, their order and which of them go by currency are those of a real account's answer. What
 * this account never has (bonds, funds, dividends in flight) is there with 0.00, because clients
 * look for it.
 */
import { holdings } from '#gateway/account/holdings.ts'
import type { AccountValue } from '#gateway/messages/outgoing/account.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { toNumber } from '#model/border.ts'
import { divideHalfEven, format, type Currency, type Money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'

/** Every value of the account, the ledger by currency at the end. */
export function accountValues(venue: Exchange): readonly AccountValue[] {
  return [...totals(venue), ...ledger(venue)]
}

/** Figures of the whole account, in the base currency or in none. */
export function totals(venue: Exchange): readonly AccountValue[] {
  const base = venue.baseCurrency
  const margin = venue.margin()
  const standing = venue.standing()
  const leverage = ratio(margin.grossPositionValue, margin.netLiquidation, 2)
  const amounts: readonly (readonly [string, bigint])[] = [
    ['AccruedCash', standing.accruedInterest],
    ['AccruedDividend', standing.accruedDividends],
    ['AvailableFunds', margin.availableFunds],
    ['Billable', 0n],
    ['BuyingPower', margin.buyingPower],
    ['EquityWithLoanValue', margin.equityWithLoan],
    ['ExcessLiquidity', margin.excessLiquidity],
    ['FullAvailableFunds', margin.availableFunds],
    ['FullExcessLiquidity', margin.excessLiquidity],
    ['FullInitMarginReq', margin.initialMargin],
    ['FullMaintMarginReq', margin.maintenanceMargin],
    ['GrossPositionValue', margin.grossPositionValue],
    ['Guarantee', 0n],
    ['IndianStockHaircut', 0n],
    ['InitMarginReq', margin.initialMargin],
    ['LookAheadAvailableFunds', margin.availableFunds],
    ['LookAheadExcessLiquidity', margin.excessLiquidity],
    ['LookAheadInitMarginReq', margin.initialMargin],
    ['LookAheadMaintMarginReq', margin.maintenanceMargin],
    ['MaintMarginReq', margin.maintenanceMargin],
    ['NetLiquidation', margin.netLiquidation],
    ['NetLiquidationUncertainty', 0n],
    ['PostExpirationExcess', 0n],
    ['PostExpirationMargin', 0n],
    ['RegTEquity', margin.equityWithLoan],
    ['RegTMargin', margin.initialMargin],
    ['SettledCash', inBase(venue, [...standing.settledCash])],
    ['TotalCashValue', inBase(venue, [...venue.cash()])],
  ]
  return [
    plain('AccountCode', venue.account),
    plain('AccountReady', 'true'),
    plain('AccountType', 'INDIVIDUAL'),
    ...amounts.flatMap(([key, amount]) => [
      { key, value: cents(amount), currency: base },
      ...(ACCOUNT_ONLY.has(key) ? [] : [{ key: `${key}-S`, value: cents(amount), currency: base }]),
    ]),
    plain('Cushion', ratio(margin.excessLiquidity, margin.netLiquidation, 6)),
    plain('DayTradesRemaining', String(standing.dayTradesRemaining)),
    plain('Leverage', leverage),
    plain('Leverage-S', leverage),
    plain('LookAheadNextChange', '0'),
    plain('NLVAndMarginInReview', 'false'),
    plain('SegmentTitle-S', 'US Securities'),
    plain('TradingType-S', 'STKNOPT'),
  ]
}

/** Keys that have no row for the securities segment. */
const ACCOUNT_ONLY: ReadonlySet<string> = new Set(['BuyingPower', 'NetLiquidationUncertainty'])

/**
 * The ledger: what is held in each currency, and `BASE`, all of it in the base currency.
 *
 * @returns the currencies in order, `BASE` first; every key for one before the next
 */
export function ledger(venue: Exchange): readonly AccountValue[] {
  const cash = venue.cash()
  const currencies = [
    ...new Set([venue.baseCurrency, ...cash.keys(), ...positionCurrencies(venue)]),
  ].toSorted()
  const rows = currencies.map((currency) => ({
    currency,
    rate: rateToBase(venue, currency),
    cash: cash.get(currency) ?? 0n,
    ...positionsIn(venue, currency),
  }))
  const total = (of: (row: LedgerRow) => bigint): bigint =>
    rows.reduce((sum, row) => sum + scaled(of(row), row.rate), 0n)
  const base: LedgerRow = {
    currency: 'BASE',
    rate: 1,
    cash: total((row) => row.cash),
    stock: total((row) => row.stock),
    option: total((row) => row.option),
    future: total((row) => row.future),
    unrealized: total((row) => row.unrealized),
    realized: total((row) => row.realized),
  }
  return [base, ...rows].flatMap((row) => ledgerRow(row, venue.account))
}

interface LedgerRow extends HeldIn {
  readonly currency: string
  /** Base currency per unit. */
  readonly rate: number
  readonly cash: bigint
}

function ledgerRow(row: LedgerRow, account: string): AccountValue[] {
  const { currency } = row
  const worth = row.cash + row.stock + row.option + row.future
  const values: readonly (readonly [string, string])[] = [
    ['AccountOrGroup', account],
    ['AccruedCash', '0.00'],
    ['CashBalance', fine(row.cash)],
    ['CorporateBondValue', '0.00'],
    ['Currency', currency],
    ['ExchangeRate', currencyRate(row.rate)],
    ['FundValue', '0.00'],
    ['FutureOptionValue', '0.00'],
    ['FuturesPNL', cents(row.future)],
    ['FxCashBalance', '0.00'],
    ['IssuerOptionValue', '0.00'],
    ['MoneyMarketFundValue', '0.00'],
    ['MutualFundValue', '0.00'],
    ['NetDividend', '0.00'],
    ['NetLiquidationByCurrency', fine(worth)],
    ['OptionMarketValue', cents(row.option)],
    ['RealCurrency', currency],
    ['RealizedPnL', cents(row.realized)],
    ['StockMarketValue', cents(row.stock)],
    ['TBillValue', '0.00'],
    ['TBondValue', '0.00'],
    ['TotalCashBalance', fine(row.cash)],
    ['UnrealizedPnL', cents(row.unrealized)],
    ['WarrantValue', '0.00'],
  ]
  return values.map(([key, value]) => ({ key, value, currency }))
}

interface HeldIn {
  readonly stock: bigint
  readonly option: bigint
  readonly future: bigint
  readonly unrealized: bigint
  readonly realized: bigint
}

function positionCurrencies(venue: Exchange): Currency[] {
  return holdings(venue).map(({ instrument }) => instrument.currency)
}

/** A future's value is its open profit: the contract itself costs nothing. */
function positionsIn(venue: Exchange, currency: Currency): HeldIn {
  const sums = { stock: 0n, option: 0n, future: 0n, unrealized: 0n, realized: 0n }
  for (const { instrument, position } of holdings(venue)) {
    if (position === undefined || instrument.currency !== currency) continue
    sums.unrealized += position.unrealizedPnl
    sums.realized += position.realizedPnl
    if (instrument.assetClass === 'STK') sums.stock += position.marketValue
    if (instrument.assetClass === 'OPT') sums.option += position.marketValue
    if (instrument.assetClass === 'FUT') sums.future += position.unrealizedPnl
  }
  return sums
}

/**
 * Base currency per unit of `currency`, by the mid of the pair listed here; 1 for the base itself
 * and where no pair is listed.
 */
function rateToBase(venue: Exchange, currency: Currency): number {
  const base = venue.baseCurrency
  if (currency === base) return 1
  const direct = midOf(venue, instrumentIdOf({ symbol: currency, assetClass: 'CASH', currency: base })) // prettier-ignore
  if (direct !== undefined) return direct
  const inverse = midOf(venue, instrumentIdOf({ symbol: base, assetClass: 'CASH', currency }))
  return inverse === undefined ? 1 : 1 / inverse
}

function midOf(venue: Exchange, pair: InstrumentId): number | undefined {
  const quote = venue.quote(pair)
  if (quote?.bid === undefined || quote.ask === undefined) return undefined
  return (toNumber(quote.bid) + toNumber(quote.ask)) / 2
}

function inBase(
  venue: Exchange,
  amounts: readonly (readonly [Currency, Money<Currency>])[],
): bigint {
  return amounts.reduce(
    (sum, [currency, amount]) => sum + scaled(amount, rateToBase(venue, currency)),
    0n,
  )
}

/** An amount at a rate of nine decimals. */
function scaled(amount: bigint, rate: number): bigint {
  if (rate === 1) return amount
  return divideHalfEven(amount * BigInt(Math.round(rate * 1e9)), 1_000_000_000n)
}

const plain = (key: string, value: string): AccountValue => ({ key, value, currency: '' })

/** Two decimals, half-even: how IBKR states most amounts. */
export const cents = (nanos: bigint): string => format(rounded(nanos, 10_000_000n), 2)
/** Four decimals: how it states cash. */
const fine = (nanos: bigint): string => format(rounded(nanos, 100_000n), 2)

const rounded = (nanos: bigint, unit: bigint): bigint => divideHalfEven(nanos, unit) * unit

const currencyRate = (rate: number): string => (rate === 1 ? '1.00' : rate.toFixed(7))

function ratio(part: bigint, whole: bigint, places: number): string {
  if (whole <= 0n) return '0'
  return (Number(part) / Number(whole)).toFixed(places).replace(/\.?0+$/, '')
}
