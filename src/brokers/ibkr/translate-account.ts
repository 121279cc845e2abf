/** Positions, cash and margin: TWS's rows → ours. Pure. */
import { SecType } from '@stoqey/ib'
import { priceFrom, quantityFrom } from '#model/border.ts'
import { money, parse, type Currency, type Money } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import type { CashBalance, MarginFigures, Position } from '#model/account.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { PositionRow, SummaryRow } from '#tws/account-queries.ts'
import { instrumentIdFrom } from '#tws/contract.ts'
import { TwsError } from '#tws/tws-error.ts'

/** IBKR's tags of the margin figures. */
const TAGS = {
  netLiquidation: 'NetLiquidation',
  equityWithLoan: 'EquityWithLoanValue',
  grossPositionValue: 'GrossPositionValue',
  initialMargin: 'InitMarginReq',
  maintenanceMargin: 'MaintMarginReq',
  availableFunds: 'AvailableFunds',
  excessLiquidity: 'ExcessLiquidity',
  buyingPower: 'BuyingPower',
} as const satisfies Readonly<Record<keyof MarginFigures, string>>

/** What to ask of the account summary; the ledger by currency comes with it. */
export const SUMMARY_TAGS: readonly string[] = Object.values(TAGS)

/**
 * The one ledger row a currency's cash is read from. `TotalCashBalance` repeats it, and adding sweep
 * rows to it counts the same money twice (QuantConnect/Lean.Brokerages.InteractiveBrokers#200).
 */
const CASH_TAG = 'CashBalance'
/** IBKR's name for the sum in base currency, which is no currency. */
const BASE = 'BASE'

export interface AccountFigures {
  readonly baseCurrency: Currency
  readonly margin: MarginFigures
  /** Sorted by currency; the base currency always has a row. */
  readonly cash: readonly CashBalance[]
  /** Only where there is some, sorted by currency. */
  readonly futuresProfit?: readonly CashBalance[]
}

/**
 * The figures of one account.
 *
 * @returns what is missing or unreadable otherwise: half an account is never returned
 */
export function accountFiguresFrom(
  rows: readonly SummaryRow[],
  account: AccountId,
): Result<AccountFigures> {
  const own = rows.filter((row) => row.account === account)
  const baseCurrency = own.find(({ tag }) => tag === TAGS.netLiquidation)?.currency
  if (baseCurrency === undefined || baseCurrency === '')
    return err(`the account summary has no ${TAGS.netLiquidation} of ${account}`)
  const margin = marginFrom(own)
  if (!margin.ok) return margin
  const cash = cashFrom(own, baseCurrency)
  if (!cash.ok) return cash
  const futuresProfit = futuresProfitFrom(own)
  const figures = { baseCurrency, margin: margin.value, cash: cash.value }
  return ok(futuresProfit.length === 0 ? figures : { ...figures, futuresProfit })
}

function marginFrom(rows: readonly SummaryRow[]): Result<MarginFigures> {
  const problems: string[] = []
  const figure = (tag: string): Money<Currency> => {
    const row = rows.find((one) => one.tag === tag)
    const amount = parse(row?.value ?? '')
    if (amount === undefined)
      problems.push(`${tag} is ${row === undefined ? 'missing' : `"${row.value}"`}`)
    return moneyOf(amount ?? 0n)
  }
  const margin: MarginFigures = {
    netLiquidation: figure(TAGS.netLiquidation),
    equityWithLoan: figure(TAGS.equityWithLoan),
    grossPositionValue: figure(TAGS.grossPositionValue),
    initialMargin: figure(TAGS.initialMargin),
    maintenanceMargin: figure(TAGS.maintenanceMargin),
    availableFunds: figure(TAGS.availableFunds),
    excessLiquidity: figure(TAGS.excessLiquidity),
    buyingPower: figure(TAGS.buyingPower),
  }
  return problems.length === 0 ? ok(margin) : err(`account summary: ${problems.join(', ')}`)
}

function cashFrom(
  rows: readonly SummaryRow[],
  baseCurrency: Currency,
): Result<readonly CashBalance[]> {
  if (!rows.some(({ tag }) => tag === CASH_TAG))
    return err(`account summary: ${CASH_TAG} is missing`)
  const byCurrency = new Map<Currency, Money<Currency>>([[baseCurrency, money('0', baseCurrency)]])
  for (const { tag, currency, value } of rows) {
    if (tag !== CASH_TAG || currency === BASE || currency === '') continue
    const amount = parse(value)
    if (amount === undefined) return err(`account summary: cash in ${currency} is "${value}"`)
    byCurrency.set(currency, moneyOf(amount))
  }
  const sorted = [...byCurrency].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return ok(sorted.map(([currency, amount]) => ({ currency, amount })))
}

/**
 * Ledger rows that a currency's worth is the sum of, beside cash and futures. Funds and bonds are not traded here, and are in
 * the sum all the same.
 */
const WORTH = [
  'StockMarketValue',
  'OptionMarketValue',
  'FutureOptionValue',
  'FundValue',
  'MutualFundValue',
  'MoneyMarketFundValue',
  'CorporateBondValue',
  'TBondValue',
  'TBillValue',
  'WarrantValue',
  'IssuerOptionValue',
]

/**
 * What futures have gained since they were last settled ("real-time change in futures value since last settlement", IBKR,
 * TWS Users' Guide, Market Value), where the cash does not have it yet. The same page has cash with "futures P&L"
 * in it; which of the two a ledger does, its own sum says: a currency is worth its cash, its holdings, and this where it stands apart.
 */
function futuresProfitFrom(rows: readonly SummaryRow[]): readonly CashBalance[] {
  const amountOf = (tag: string, of: Currency): bigint =>
    parse(rows.find((row) => row.tag === tag && row.currency === of)?.value ?? '0') ?? 0n
  return rows
    .filter(({ tag, currency }) => tag === 'FuturesPNL' && currency !== BASE && currency !== '')
    .flatMap(({ currency, value }) => {
      const profit = parse(value) ?? 0n
      const rest = [CASH_TAG, ...WORTH].reduce((sum, tag) => sum + amountOf(tag, currency), 0n)
      const apart = amountOf('NetLiquidationByCurrency', currency) - rest
      const isApart = distance(apart, profit) < distance(apart, 0n)
      return profit !== 0n && isApart ? [{ currency, amount: moneyOf(profit) }] : []
    })
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a)

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nanos of a decimal that was just parsed
const moneyOf = (nanos: bigint): Money<Currency> => nanos as Money<Currency>

/**
 * A holding.
 *
 * A currency pair's row is no holding: IBKR's "virtual FX position" only remembers what a
 * conversion cost, and the money itself is in the cash ledger. Counted twice, it would be traded away.
 *
 * @returns undefined where nothing is held: a position that was closed today still has a row
 * @throws TwsError `unreadable` when TWS does not say how much: unknown is not flat
 */
export function positionFrom({
  contract,
  quantity,
  averageCost,
}: PositionRow): Position | undefined {
  if (quantity === 0 || contract.secType === SecType.CASH) return undefined
  const instrument = instrumentIdFrom(contract)
  if (quantity === undefined || !Number.isFinite(quantity))
    throw new TwsError('unreadable', `positions: the size of ${instrument} was not written`)
  return {
    instrument,
    conId: contract.conId ?? 0,
    quantity: quantityFrom(quantity),
    averageCost: priceFrom(averageCost ?? 0),
    currency: contract.currency ?? '',
  }
}
