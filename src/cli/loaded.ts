/** The configuration that a verb was given, or the message that ends it. */
import type { CliContext } from '#cli/context.ts'
import { CliError } from '#cli/exit-codes.ts'
import { loadConfig, type LoadedConfig } from '#cli/config/load-config.ts'

/**
 * @param file - as given with --config
 * @throws CliError naming file, line, field, found and expected
 */
export async function loaded(context: CliContext, file: string): Promise<LoadedConfig> {
  const config = await loadConfig(file, context.workingFolder)
  if (!config.ok) throw new CliError(config.error)
  return config.value
}
