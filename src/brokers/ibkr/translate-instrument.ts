/** Instruments: TWS's contract details and market rules → ours. Pure. */
import { OptionType, type ContractDetails } from '@stoqey/ib'
import { priceFrom, quantityFrom } from '#model/border.ts'
import { greater, price, quantity } from '#model/fixed.ts'
import type { AssetClass, Instrument, PriceIncrements } from '#model/instrument.ts'
import { instrumentIdOf, type InstrumentName } from '#model/instrument-id.ts'
import { err, ok, type Result } from '#model/result.ts'
import { instrumentIdFrom } from '#tws/contract.ts'
import type { RuleRow } from '#tws/messages.ts'
import { readWireDate } from '#tws/wire-time.ts'

/** The futures' algo destination; orders name the real venue. */
const ALGO_VENUE = 'QBALGO'
/** IBKR's router; where a contract is listed there, orders go there. */
const ROUTER = 'SMART'

/**
 * The one contract that TWS means by a name. The same contract may be listed once a venue.
 *
 * @returns why there is none otherwise, in words for a person
 */
export function oneContract(rows: readonly ContractDetails[]): Result<ContractDetails> {
  const routed = rows.find(({ contract }) => contract.exchange === ROUTER)
  const direct = rows.find(({ contract }) => contract.exchange !== ALGO_VENUE)
  const first = routed ?? direct ?? rows[0]
  if (first === undefined) return err('the broker knows no such contract')
  const ids = new Set(rows.map(({ contract }) => contract.conId))
  if (ids.size === 1) return ok(first)
  const listed = rows.map(({ contract }) => `${contract.localSymbol ?? contract.symbol ?? '?'} (conId ${contract.conId ?? '?'}, ${contract.primaryExch ?? contract.exchange ?? '?'})`) // prettier-ignore
  return err(`the broker knows ${ids.size} such contracts: ${listed.join(', ')}`)
}

/** The market rule of the venue we route to, or of the first; undefined where TWS names none. */
export function marketRuleIdOf(details: ContractDetails): number | undefined {
  const venues = (details.validExchanges ?? '').split(',')
  const rules = (details.marketRuleIds ?? '').split(',').filter((id) => id !== '')
  const at = Math.max(0, venues.indexOf(details.contract.exchange ?? ''))
  const ruleId = Number(rules[at] ?? rules[0])
  return rules.length > 0 && Number.isSafeInteger(ruleId) ? ruleId : undefined
}

/**
 * An instrument.
 *
 * @param name - by which it was asked for; the instrument bears it
 * @param rule - the rows of its market rule; empty: one step, minTick
 * @returns why we cannot trade it otherwise
 */
export function instrumentFrom(
  name: InstrumentName,
  details: ContractDetails,
  rule: readonly RuleRow[],
): Result<Instrument> {
  const { contract, priceMagnifier = 1 } = details
  const kind: string = contract.secType ?? ''
  if (kind !== name.assetClass) return err(`it is a ${kind}; expected ${name.assetClass}`)
  // Prices in hundredths of the currency (London) would be taken for a hundred times the money.
  if (priceMagnifier > 1) return err(`its prices are in 1/${priceMagnifier} ${contract.currency ?? ''}, which is not supported`) // prettier-ignore
  const increments = incrementsFrom(rule, details.minTick)
  if (increments === undefined) return err('the broker gives no price increment for it')
  const conId = contract.conId ?? 0
  if (conId <= 0) return err('the broker gives no contract id for it')
  return CLASSES[name.assetClass](details, {
    id: instrumentIdOf(name),
    conId,
    symbol: contract.symbol ?? name.symbol,
    exchange: contract.exchange ?? '',
    currency: contract.currency ?? name.currency,
    multiplier: multiplierFrom(contract.multiplier),
    priceIncrements: increments,
    lot: lotFrom(details.sizeIncrement),
    sector: 'unknown',
  })
}

type Common = Omit<Extract<Instrument, { readonly assetClass: 'CASH' }>, 'assetClass'>

const CLASSES: Readonly<
  Record<AssetClass, (details: ContractDetails, common: Common) => Result<Instrument>>
> = {
  STK: ({ contract }, common) =>
    ok({
      ...common,
      assetClass: 'STK',
      primaryExchange: contract.primaryExch ?? '',
      // Whether shares can be had today the broker says when asked for them (404, 201); the
      // universe file says what we may ask for.
      shortable: true,
      borrowRate: 0,
    }),
  CASH: (_, common) => ok({ ...common, assetClass: 'CASH' }),
  FUT: (details, common) => {
    const expiry = expiryOf(details)
    const { localSymbol = '' } = details.contract
    if (expiry === undefined) return err('the broker gives no expiry for it')
    return ok({ ...common, assetClass: 'FUT', localSymbol, expiry })
  },
  OPT: (details, common) => {
    const { contract } = details
    const expiry = expiryOf(details)
    if (expiry === undefined) return err('the broker gives no expiry for it')
    if (contract.right === undefined) return err('the broker does not say whether it is a call or a put') // prettier-ignore
    return ok({
      ...common,
      assetClass: 'OPT',
      underlying: underlyingOf(details),
      expiry,
      strike: priceFrom(contract.strike ?? 0),
      right: contract.right === OptionType.Call ? 'C' : 'P',
    })
  },
}

const expiryOf = ({ realExpirationDate = '', contract }: ContractDetails): string | undefined =>
  readWireDate(realExpirationDate) ?? readWireDate((contract.lastTradeDateOrContractMonth ?? '').slice(0, 8)) // prettier-ignore

const underlyingOf = ({ underConId, underSymbol, underSecType, contract }: ContractDetails) =>
  instrumentIdFrom({
    ...(underConId === undefined ? {} : { conId: underConId }),
    ...(underSymbol === undefined ? {} : { symbol: underSymbol }),
    ...(underSecType === undefined ? {} : { secType: underSecType }),
    ...(contract.currency === undefined ? {} : { currency: contract.currency }),
  })

/** TWS leaves the multiplier of what has none empty or 0. */
const multiplierFrom = (multiplier = 0): bigint => BigInt(Math.max(1, Math.round(multiplier)))

/** Fractions of a share cannot be ordered through the API (10243): one unit at least. */
const lotFrom = (sizeIncrement = 1): Instrument['lot'] =>
  greater(quantity('1'), quantityFrom(Number.isFinite(sizeIncrement) ? sizeIncrement : 1))

function incrementsFrom(rule: readonly RuleRow[], minTick = 0): PriceIncrements | undefined {
  const rows = rule
    .map(({ lowEdge, increment }) => ({
      from: priceFrom(lowEdge),
      increment: priceFrom(increment),
    }))
    .filter(({ increment }) => increment > 0n)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  if (rows.length > 0) return rows
  const increment = priceFrom(minTick)
  return increment > 0n ? [{ from: price('0'), increment }] : undefined
}
