/** The engine's rules out of a configuration that has been read. */
import { hashOf, type Json } from '#model/canonical-json.ts'
import type { AccountId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import type { EngineSettings } from '#engine/settings.ts'
import { limitsOf } from '#cli/config/limits.ts'
import type { Config } from '#cli/config/schema.ts'

/**
 * @param configHash - from `configHashOf`
 */
export function engineSettingsOf(config: Config, configHash: string): EngineSettings {
  const limits = limitsOf(config)
  invariant(limits.ok, 'a configuration that was read has sound limits')
  const { gate, execution, staleness } = config
  return { configHash, limits: limits.value, gate, execution, staleness }
}

/**
 * What a plan stands on besides the account: sha256 over the configuration with its defaults and
 * the text of the input files, so that any change of either is another hash.
 *
 * @param inputs - name of each input file in the configuration and its text
 */
export function configHashOf(config: Config, inputs: Readonly<Record<string, string>>): string {
  const plain: Json = JSON.parse(JSON.stringify(config))
  return hashOf({ config: plain, inputs })
}

/** The configured account; the schema has checked its form. */
export const accountOf = ({ account }: Pick<Config, 'account'>): AccountId =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- text of the form that the schema asks for
  account as AccountId
