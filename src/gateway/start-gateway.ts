/**
 * Starts a simulated IB Gateway: reads what it was given, builds the venue, listens.
 */
import { readTextFile } from '#gateway/input-files.ts'
import { cashOf, checkLoan } from '#gateway/cash-options.ts'
import { clearingOf } from '#gateway/clearing-options.ts'
import { impactTerms } from '#gateway/impact-terms.ts'
import { openMarket } from '#gateway/market.ts'
import { checkSubscriptions, marketDataOf } from '#gateway/market-data-options.ts'
import { GatewayError, type GatewayOptions, type RunningGateway } from '#gateway/options.ts'
import { readFaultPlan, type FaultPlan } from '#gateway/faults/plan.ts'
import { FAULTS } from '#gateway/faults/registry.ts'
import { serve } from '#gateway/server.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { ExchangeSettings } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { readPositions } from '#feeds/files/inputs/positions.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'

/**
 * @returns when it listens; it then runs until it is closed
 * @throws GatewayError `unreadable` and `bad-input` for what the options name, `cannot-listen`
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { market, startAt, halted, borrowable } = await openMarket(options)
  checkCurrencies(options, market)
  checkSubscriptions(options, market.directory?.listed ?? market.instruments)
  const venue = createExchange({
    seed: options.seed,
    account: accountOf(options.account),
    baseCurrency: options.baseCurrency,
    startAt,
    market,
    cash: cashOf(options),
    positions: await positionsOf(options, market),
    halted,
    clearing: { ...clearingOf(options), borrowable },
    ...(options.impact === undefined ? {} : { impact: impactTerms(options.impact) }),
    ...(options.volatilityHalts === undefined
      ? {}
      : { volatilityHalts: options.volatilityHalts === 'on' }),
  })
  checkLoan(options, venue)
  return serve(venue, options, await planOf(options), await marketDataOf(options))
}

async function planOf({ faultsFile }: GatewayOptions): Promise<FaultPlan | undefined> {
  if (faultsFile === undefined) return undefined
  const plan = readFaultPlan(await readTextFile(faultsFile), faultsFile, FAULTS)
  if (!plan.ok) throw new GatewayError('bad-input', plan.error)
  return plan.value
}

/** Each currency of the listing and of the cash needs a pair with the account's, or what is held is worth nothing known. */
function checkCurrencies(options: GatewayOptions, { instruments }: MarketModel): void {
  const { baseCurrency, cash } = options
  const pairs = new Set(instruments.flatMap((of) => (of.assetClass === 'CASH' ? [`${of.symbol}.${of.currency}`, `${of.currency}.${of.symbol}`] : []))) // prettier-ignore
  const foreign = instruments.find(({ currency }) => currency !== baseCurrency && !pairs.has(`${currency}.${baseCurrency}`)) // prettier-ignore
  if (foreign !== undefined)
    throw new GatewayError('bad-input', `${foreign.id} is in ${foreign.currency}, expected the account's currency ${baseCurrency} or a listed pair of the two such as ${foreign.currency}.CASH.${baseCurrency}: without it there is no exchange rate`) // prettier-ignore
  const unknown = [...cashOf(options).keys()].find((of) => of !== baseCurrency && !pairs.has(`${of}.${baseCurrency}`)) // prettier-ignore
  if (unknown !== undefined)
    throw new GatewayError('bad-input', `--cash: was "${cash}", expected currencies that a listed pair changes into ${baseCurrency}: there is no ${unknown}.CASH.${baseCurrency}`) // prettier-ignore
}

function accountOf(text: string): AccountId {
  if (!/^D[UF]\d{3,12}$/.test(text))
    throw new GatewayError('bad-input', `--account: was "${text}", expected a paper account such as DU1234567`) // prettier-ignore
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked: this is where an account's name enters
  return text as AccountId
}

/** A holding must be in something the market lists and can price. */
async function positionsOf(
  { positionsFile, market: marketName }: GatewayOptions,
  market: MarketModel,
): Promise<ExchangeSettings['positions']> {
  if (positionsFile === undefined) return []
  const rows = readPositions(await readTextFile(positionsFile), positionsFile)
  if (!rows.ok) throw new GatewayError('bad-input', rows.error)
  const listed = new Set(market.instruments.map(({ id }) => id))
  const isListed = (id: InstrumentId) => listed.has(id) || isOption(market, id)
  const strange = rows.value.filter(({ instrument }) => !isListed(instrument))
  if (strange.length > 0)
    throw new GatewayError('bad-input', strange.map(({ instrument }) => `${positionsFile}: ${instrument} is not listed on the market ${marketName}; expected a name of the universe`).join('\n')) // prettier-ignore
  return rows.value.map(({ instrument, quantity, averageCost }) => ({
    instrument,
    quantity,
    ...(averageCost === undefined ? {} : { averageCost }),
  }))
}

const isOption = ({ directory }: MarketModel, id: InstrumentId): boolean =>
  directory?.byId(id)?.assetClass === 'OPT'
