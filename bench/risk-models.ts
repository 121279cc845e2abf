/**
 * Risk models: how long each kind takes to estimate, and how well it foretells.
 *
 * Times are of three years of daily bars, from bars to the finished model, in a warm process. The second table is of real
 * history (`../shared/data`, left out where it is absent): for each kind the bias statistic (1 is right, 2 is twice the risk that was
 * foretold) of random long portfolios, of random spreads, and of the minimum-variance portfolio, and what the last came to.
 */
import { existsSync } from 'node:fs'
import { estimateRiskModel } from '#risk/models/estimate.ts'
import { RISK_MODELS, type RiskModelKind, type RiskModelSettings } from '#risk/models/risk-model.ts'
import { foretold } from '#test/support/risk-forecasts.ts'
import { EQUITY_BARS, equityHistory } from '#test/support/equity-history.ts'
import { returnWorld } from '#test/support/return-worlds.ts'
import { milliseconds, percentile } from './figures.ts'

const SIZES = [100, 500, 1_000] as const
const DAYS = 756
const WARM_RUNS = 5
const SECTORS = 11
/** Names of the accuracy table, and trading days between two models. */
const HISTORY_NAMES = 150
const EVERY = 63

const settingsOf = (kind: RiskModelKind): RiskModelSettings => ({ kind, factors: 15, windowDays: DAYS, halfLifeDays: 90 }) // prettier-ignore

/** Prints a line for each kind and size, then a line for each kind. */
export async function run(): Promise<void> {
  console.log(`risk models: from ${DAYS} daily bars a name to the model`)
  for (const size of SIZES) for (const kind of RISK_MODELS) console.log(timed(kind, size))
  if (!existsSync(EQUITY_BARS)) {
    console.log(`  no ${EQUITY_BARS}: what the models foretell was not measured`)
    return
  }
  const { names, bars } = await equityHistory(HISTORY_NAMES, '2007-01-01', '2021-12-31')
  console.log(`  ${names.length} US stocks, a model every ${EVERY} days from 2010 to 2021: bias, and the minimum-variance portfolio`) // prettier-ignore
  for (const kind of RISK_MODELS) {
    const found = foretold({ names, bars, first: DAYS + 1, every: EVERY }, settingsOf(kind))
    console.log(`  ${kind.padEnd(13)} long ${found.longBias.toFixed(2)}   spread ${found.spreadBias.toFixed(2)}   minimum variance ${found.minimumBias.toFixed(2)}, ${(100 * found.minimumVolatility).toFixed(1)} % a year`) // prettier-ignore
  }
}

function timed(kind: RiskModelKind, size: number): string {
  const { names, bars } = returnWorld({ names: size, days: DAYS, sectors: SECTORS })
  const once = () => estimateRiskModel(names, bars, undefined, settingsOf(kind))
  const model = once()
  if (!model.ok) throw new Error(model.error)
  const taken = Array.from({ length: WARM_RUNS }, () => {
    const begun = performance.now()
    once()
    return performance.now() - begun
  })
  return `  ${String(size).padStart(5)} names   ${kind.padEnd(13)} ${milliseconds(percentile(taken, 0.5)).padStart(8)}   ${model.value.factors.length} factors`
}
