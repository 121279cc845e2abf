/**
 * What others charge for a trade and the broker passes on: exchanges, the clearing houses, the regulators.
 *
 * Regulators change their rates by decree, so theirs are dated rows; the last on or before the trade's day
 * holds. Exchanges and clearing houses change theirs several times a year, by venue and by member: one row each.
 *
 * Sources: SEC, "Fee Rate Advisory" (Section 31) of each row's year; FINRA By-Laws, Schedule A section 1
 * (trading activity fee), each year's rates as IBKR printed them; IBKR,
 * "Stock and ETF Fixed vs. Tiered Pricing Comparison Examples" (exchange, clearing, NYSE and FINRA pass-through);
 * OCC, "Schedule of Fees" (2021–2024); Cboe, "Regulatory Fees"; CME Group fee schedules and NFA By-law 1301(b).
 */
import {
  NANOS,
  fractionOf,
  lesser,
  magnitude,
  minus,
  money,
  notional,
  plus,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { AssetClass, Instrument } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'

/** SEC section 31, on sales of stocks and options: hundredths of a dollar per million dollars. */
export const SECTION_31: readonly (readonly [since: IsoDate, centsAMillion: bigint])[] = [
  ['2015-02-14', 1840n],
  ['2016-02-16', 2180n],
  ['2017-07-04', 2310n],
  ['2018-05-22', 1300n],
  ['2019-04-16', 2070n],
  ['2020-02-18', 2210n],
  ['2021-02-25', 510n],
  ['2022-05-14', 2290n],
  ['2023-02-27', 800n],
  ['2024-05-22', 2780n],
  ['2025-05-14', 0n],
]

/** FINRA trading activity fee on sales: a share, at most so much a trade, a contract. */
export const TRADING_ACTIVITY_FEE: readonly {
  readonly since: IsoDate
  readonly share: Price
  readonly most: Money<Currency>
  readonly contract: Price
}[] = [
  { since: '2012-07-01', share: price('0.000119'), most: money('5.95', 'USD'), contract: price('0.002') }, // prettier-ignore
  { since: '2022-01-01', share: price('0.00013'), most: money('6.49', 'USD'), contract: price('0.00218') }, // prettier-ignore
  { since: '2023-01-01', share: price('0.000145'), most: money('7.27', 'USD'), contract: price('0.00244') }, // prettier-ignore
  { since: '2024-01-01', share: price('0.000166'), most: money('8.3', 'USD'), contract: price('0.00279') }, // prettier-ignore
]

/** Of the broker's tiered commission on stocks, in millionths: NYSE 0.000175, FINRA 0.00056. */
const COMMISSION_SHARE_MILLIONTHS = { nyse: 175n, finra: 560n } as const

/** Dollars a unit. */
export const EXCHANGE_FEES = {
  stock: { removed: price('0.003'), added: price('-0.0021') },
  /** A penny-class option that takes liquidity on Cboe; who adds pays nothing. */
  option: { removed: price('0.5'), added: price('0') },
  /** CME Globex, non-member: equity index, currency, metals and energy, micros. */
  future: {
    ES: price('1.38'), NQ: price('1.38'), RTY: price('1.38'), YM: price('1.38'), EMD: price('1.38'),
    '6E': price('1.6'), '6J': price('1.6'), '6B': price('1.6'), '6A': price('1.6'), '6C': price('1.6'),
    CL: price('1.5'), NG: price('1.6'), GC: price('1.6'), SI: price('1.6'), HG: price('1.6'),
    ZN: price('0.8'), ZB: price('0.87'), ZF: price('0.65'), ZT: price('0.65'),
  } as Readonly<Record<string, Price>>, // prettier-ignore
  microFuture: price('0.35'),
  otherFuture: price('1.5'),
} as const

/** NSCC and DTC a share, at most 0.5 % of value; OCC a contract, at most 55.00 a trade. */
export const CLEARING_FEES = {
  share: price('0.0002'),
  mostOfValueMillionths: 5000n,
  contract: price('0.02'),
  mostATrade: money('55', 'USD'),
} as const

/** The options exchanges' regulatory fee, and NFA's assessment of futures; dollars a contract. */
export const CONTRACT_FEES = { optionsRegulatory: price('0.02905'), nfa: price('0.02') } as const

/** What the fees of an order are a function of. */
export interface FeeBasis {
  readonly instrument: Pick<Instrument, 'assetClass' | 'symbol'>
  readonly side: 'buy' | 'sell'
  readonly filled: Quantity
  readonly added: Quantity
  readonly value: Money<Currency>
  readonly date: IsoDate
}

/** CME's micro equity index contracts, a tenth of the E-mini. */
const MICRO_ROOTS: ReadonlySet<string> = new Set(['MES', 'MNQ', 'MYM', 'M2K'])

/** Whether an instrument is a micro E-mini future, which every fee schedule lists apart. */
export const isMicro = (of: Pick<Instrument, 'assetClass' | 'symbol'>): boolean =>
  of.assetClass === 'FUT' && MICRO_ROOTS.has(of.symbol)

/** By venue and by who took from whom; negative is paid to us. */
export function exchangeFee({ instrument, filled, added }: FeeBasis): Money<Currency> {
  const rates = exchangeRates(instrument)
  const removed = minus(filled, added)
  return plus(each(removed, rates.removed), each(added, rates.added))
}

const RATES: Readonly<Partial<Record<AssetClass, { readonly removed: Price; readonly added: Price }>>> = { STK: EXCHANGE_FEES.stock, OPT: EXCHANGE_FEES.option } // prettier-ignore
const FREE = { removed: price('0'), added: price('0') } as const

function exchangeRates(of: FeeBasis['instrument']) {
  if (of.assetClass !== 'FUT') return RATES[of.assetClass] ?? FREE
  const listed = EXCHANGE_FEES.future[of.symbol] ?? EXCHANGE_FEES.otherFuture
  const rate = isMicro(of) ? EXCHANGE_FEES.microFuture : listed
  return { removed: rate, added: rate }
}

/** What the clearing house takes; a futures exchange's fee has it in it. */
export function clearingFee({ instrument, filled, value }: FeeBasis): Money<Currency> {
  if (instrument.assetClass === 'STK') {
    const most = fractionOf(value, CLEARING_FEES.mostOfValueMillionths, MILLION)
    return lesser(each(filled, CLEARING_FEES.share), most)
  }
  if (instrument.assetClass !== 'OPT') return NOTHING
  return lesser(each(filled, CLEARING_FEES.contract), CLEARING_FEES.mostATrade)
}

/**
 * SEC, FINRA, NFA and the options exchanges' regulatory fee.
 *
 * @param commission - the broker's tiered commission, of which FINRA and NYSE take a share; zero for none
 */
export function regulatoryFees(order: FeeBasis, commission: Money<Currency>): Money<Currency> {
  const { instrument, filled } = order
  if (instrument.assetClass === 'CASH') return NOTHING
  if (instrument.assetClass === 'FUT') return each(filled, CONTRACT_FEES.nfa)
  const sale = order.side === 'sell' ? plus(section31(order), tradingActivity(order)) : NOTHING
  if (instrument.assetClass === 'OPT')
    return plus(sale, each(filled, CONTRACT_FEES.optionsRegulatory))
  const { nyse, finra } = COMMISSION_SHARE_MILLIONTHS
  return plus(sale, fractionOf(commission, nyse + finra, MILLION))
}

function section31({ value, date }: FeeBasis): Money<Currency> {
  const [, cents] = SECTION_31.findLast(([since]) => since <= date) ?? ['', 0n]
  return fractionOf(value, cents, 100n * MILLION)
}

function tradingActivity({ instrument, filled, date }: FeeBasis): Money<Currency> {
  const row = TRADING_ACTIVITY_FEE.findLast(({ since }) => since <= date)
  if (row === undefined) return NOTHING
  if (instrument.assetClass === 'OPT') return each(filled, row.contract)
  return lesser(each(filled, row.share), row.most)
}

const NOTHING: Money<Currency> = money('0', 'USD')
const MILLION = 1_000_000n

/** Units times a charge, which may be below zero. */
function each(units: Quantity, charge: Price): Money<Currency> {
  const size = notional(units, magnitude(charge), { multiplier: 1n, currency: 'USD' })
  return charge < 0n ? fractionOf(size, -NANOS, NANOS) : size
}
