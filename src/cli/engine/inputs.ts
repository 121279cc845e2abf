/** The input files that a configuration names, read and held against its limits. */
import { readFile } from 'node:fs/promises'
import type { InstrumentId } from '#model/ids.ts'
import type { Result } from '#model/result.ts'
import type { Target } from '#construction/plan-inputs.ts'
import { checkWeightSums, readTargets } from '#feeds/files/inputs/targets.ts'
import { readUniverse, type UniverseRow } from '#feeds/files/inputs/universe.ts'
import type { UniverseFacts } from '#runtime/engine-host.ts'
import { readInput, shownPath, type LoadedConfig } from '#cli/config/load-config.ts'
import { engineSettingsOf } from '#cli/config/engine-settings.ts'

/** Targets as they are on disk now, whole or every error a line each. */
export async function targetsNow(
  of: LoadedConfig,
  workingFolder: string,
): Promise<Result<readonly Target[]>> {
  const shown = shownPath(of.targetsFile, workingFolder)
  const text = await readInput(
    of.targetsFile,
    shown,
    `write it, or set files.targets in ${of.file}`,
  )
  if (!text.ok) return text
  const rows = readTargets(text.value, shown)
  if (!rows.ok) return rows
  const { limits } = engineSettingsOf(of.config, '')
  const breachOf = (metric: string) =>
    limits.find((limit) => limit.metric === metric)?.breach ?? Number.POSITIVE_INFINITY
  return checkWeightSums(rows.value, shown, {
    net: breachOf('netLeverage'),
    gross: breachOf('grossLeverage'),
    cashBuffer: of.config.policy.cashBuffer,
  })
}

/** The universe file's rows. */
export async function universeNow(
  of: LoadedConfig,
  workingFolder: string,
): Promise<Result<readonly UniverseRow[]>> {
  const shown = shownPath(of.universeFile, workingFolder)
  const text = await readInput(
    of.universeFile,
    shown,
    `write it, or set files.universe in ${of.file}`,
  )
  return text.ok ? readUniverse(text.value, shown) : text
}

/** What the engine wants of the universe. */
export const universeFactsOf = (
  rows: readonly UniverseRow[],
): ReadonlyMap<InstrumentId, UniverseFacts> =>
  new Map(
    rows.map(({ instrument, sector, shortable, borrowRate }) => [
      instrument,
      { sector, shortable, borrowRate },
    ]),
  )

/** The texts that count in the configuration's hash; a file that is not there counts as empty. */
export async function inputTexts(of: LoadedConfig): Promise<Readonly<Record<string, string>>> {
  const { targetsFile, universeFile, forecastsFile, fundamentalsFile, benchmarkFile } = of
  const more = {
    forecasts: forecastsFile,
    fundamentals: fundamentalsFile,
    benchmark: benchmarkFile,
  }
  const named = Object.entries(more).flatMap(([name, path]) => path === undefined ? [] : [[name, path] as const]) // prettier-ignore
  const texts = await Promise.all(named.map(async ([name, path]) => [name, await textOf(path)] as const)) // prettier-ignore
  return {
    targets: await textOf(targetsFile),
    universe: await textOf(universeFile),
    ...Object.fromEntries(texts),
  }
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
