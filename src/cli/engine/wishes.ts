/** What is wished of the portfolio, read anew for every plan: targets, forecasts, fundamentals, and by which policy. */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'
import type { Forecast } from '#alpha/forecast.ts'
import type { PolicyKind } from '#construction/construction-settings.ts'
import type { ConstructionInputs } from '#construction/plan-inputs.ts'
import { readForecasts } from '#feeds/files/inputs/forecasts.ts'
import { readFundamentals, type FundamentalsFile } from '#feeds/files/inputs/fundamentals.ts'
import { readTargets } from '#feeds/files/inputs/targets.ts'
import type { UniverseRow } from '#feeds/files/inputs/universe.ts'
import type { PlanWishes } from '#runtime/engine-host.ts'
import { runForecastCommand } from '#runtime/forecast-command.ts'
import { constructionSettingsOf } from '#cli/config/construction.ts'
import { readInput, shownPath, type LoadedConfig } from '#cli/config/load-config.ts'
import { targetsNow } from '#cli/engine/inputs.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param universe - names that a policy may choose from
 * @param asOf - the planning date, for a program that forecasts
 * @returns else every error of the first file that has some, a line each
 */
export async function wishesNow(
  of: LoadedConfig,
  workingFolder: string,
  universe: readonly UniverseRow[],
  asOf: EpochMs,
  environment: Environment,
): Promise<Result<PlanWishes>> {
  const settings = constructionSettingsOf(of.config)
  if (!settings.ok) return settings
  const { policies, doNotTrade, doNotSell } = settings.value
  const targets = policies.includes('targets') ? await targetsNow(of, workingFolder) : ok([])
  if (!targets.ok) return targets
  const areTargets = policies.length === 1 && policies[0] === 'targets'
  if (areTargets && doNotTrade.length + doNotSell.length === 0) return ok({ targets: targets.value }) // prettier-ignore
  const files = areTargets ? ok(NO_FILES) : await policyFiles(of, workingFolder, policies, universe, asOf, environment) // prettier-ignore
  if (!files.ok) return files
  const { forecasts } = files.value
  const { forecasts: about, screen } = of.config
  const construction: ConstructionInputs = {
    ...files.value,
    settings: settings.value,
    features: areTargets ? [] : about.features.map(withoutAbsent),
    screen,
    fundamentalsMostAgeDays: about.fundamentalsMostAgeDays,
    universe: universe.map(({ instrument }) => instrument),
    combination: {
      horizonDays: settings.value.horizonDays,
      sourceWeights: new Map(areTargets ? [] : Object.entries(about.sourceWeights)),
      mostHalfLives: about.mostHalfLives,
    },
    eligible: areTargets ? [] : eligibleOf(policies, about.features.length > 0, universe, forecasts), // prettier-ignore
  }
  return ok({ targets: targets.value, construction })
}

type PolicyFiles = Pick<
  ConstructionInputs,
  'forecasts' | 'fundamentals' | 'benchmarkWeights' | 'fileNotes'
>

/** Targets alone look at none of them. */
const NO_FILES: PolicyFiles = {
  forecasts: [],
  fundamentals: [],
  benchmarkWeights: new Map(),
  fileNotes: [],
}

async function policyFiles(
  of: LoadedConfig,
  workingFolder: string,
  policies: readonly PolicyKind[],
  universe: readonly UniverseRow[],
  asOf: EpochMs,
  environment: Environment,
): Promise<Result<PolicyFiles>> {
  const written = await forecastsNow(of, workingFolder)
  if (!written.ok) return written
  const told = await commandNow(of, universe, asOf, environment)
  if (!told.ok) return told
  const forecasts = [...written.value, ...told.value]
  const { features } = of.config.forecasts
  if (policies[0] === 'forecast' && forecasts.length + features.length === 0)
    return err(`${of.file} policy.kind: was forecast without any forecast, expected files.forecasts, forecasts.features or forecasts.command`) // prettier-ignore
  const fundamentals = await fundamentalsNow(of, workingFolder)
  if (!fundamentals.ok) return fundamentals
  const benchmark = await benchmarkNow(of, workingFolder)
  if (!benchmark.ok) return benchmark
  return ok({ forecasts, fundamentals: fundamentals.value.rows, fileNotes: fundamentals.value.notes, benchmarkWeights: benchmark.value }) // prettier-ignore
}

async function forecastsNow(
  { forecastsFile, file }: LoadedConfig,
  workingFolder: string,
): Promise<Result<readonly Forecast[]>> {
  if (forecastsFile === undefined) return ok([])
  const shown = shownPath(forecastsFile, workingFolder)
  const text = await readInput(forecastsFile, shown, `write it, or change files.forecasts in ${file}`) // prettier-ignore
  return text.ok ? readForecasts(text.value, shown) : text
}

/** What the configured program prints; nothing where there is none. */
async function commandNow(
  { config, file }: LoadedConfig,
  universe: readonly UniverseRow[],
  asOf: EpochMs,
  environment: Environment,
): Promise<Result<readonly Forecast[]>> {
  const { command, commandTimeoutMs } = config.forecasts
  if (command === undefined) return ok([])
  const names = universe.filter(isTradable).map(({ instrument }) => instrument)
  return await runForecastCommand(
    { command, configFile: file, timeoutMs: commandTimeoutMs, mostBytes: MOST_BYTES, secrets: [], environment }, // prettier-ignore
    { asOf, currency: config.baseCurrency, horizonDays: config.construction.horizonDays, names },
  )
}

/** Of what the program prints: more is a mistake. */
const MOST_BYTES = 50_000_000

const isTradable = ({ assetClass, status }: UniverseRow): boolean =>
  assetClass !== 'IND' && status === 'active'

async function fundamentalsNow(
  { fundamentalsFile, file }: LoadedConfig,
  workingFolder: string,
): Promise<Result<FundamentalsFile>> {
  if (fundamentalsFile === undefined) return ok({ rows: [], notes: [] })
  const shown = shownPath(fundamentalsFile, workingFolder)
  const text = await readInput(fundamentalsFile, shown, `write it, or change files.fundamentals in ${file}`) // prettier-ignore
  if (!text.ok) return text
  return readFundamentals(text.value, shown)
}

async function benchmarkNow(
  { benchmarkFile, file }: LoadedConfig,
  workingFolder: string,
): Promise<Result<ReadonlyMap<InstrumentId, number>>> {
  if (benchmarkFile === undefined) return ok(new Map())
  const shown = shownPath(benchmarkFile, workingFolder)
  const text = await readInput(benchmarkFile, shown, `write it, or change files.benchmark in ${file}`) // prettier-ignore
  if (!text.ok) return text
  const rows = readTargets(text.value, shown)
  return rows.ok ? ok(new Map(rows.value.map(({ instrument, weight }) => [instrument, weight]))) : rows // prettier-ignore
}

/** Policies that choose among the universe look at all of it; forecasts alone choose among what is forecast. */
function eligibleOf(
  policies: readonly PolicyKind[],
  hasFeatures: boolean,
  universe: readonly UniverseRow[],
  forecasts: readonly Forecast[],
): readonly InstrumentId[] {
  const choosing = policies.filter((kind) => !['targets', 'forecast', 'hold'].includes(kind))
  const tradable = universe.filter(isTradable)
  const listed = choosing.length > 0 || hasFeatures ? tradable.map(({ instrument }) => instrument) : [] // prettier-ignore
  return [...new Set([...listed, ...forecasts.map(({ instrument }) => instrument)])].toSorted()
}

type Feature = LoadedConfig['config']['forecasts']['features'][number]

function withoutAbsent({ halfLifeDays, ...feature }: Feature) {
  return halfLifeDays === undefined ? feature : { ...feature, halfLifeDays }
}
