/** An engine in this process: adapters by the configuration and the host around them. */
import type { AccountId, InstrumentId } from '#model/ids.ts'
import { readInstrumentId } from '#model/instrument-id.ts'
import { createAlerts, webhookFrom, type Alerts } from '#runtime/alerts.ts'
import { createEngineHost } from '#runtime/create-engine-host.ts'
import type { EngineHost, HostOptions, HostStatus } from '#runtime/engine-host.ts'
import { createLogger, type Logger } from '#runtime/logger.ts'
import { prepareStateFolder } from '#runtime/state-folder.ts'
import type { CliContext } from '#cli/context.ts'
import { accountOf, configHashOf, engineSettingsOf } from '#cli/config/engine-settings.ts'
import type { LoadedConfig } from '#cli/config/load-config.ts'
import { adaptersOf } from '#cli/engine/adapters.ts'
import type { Engine } from '#cli/engine/engine.ts'
import { inputTexts, universeFactsOf, universeNow } from '#cli/engine/inputs.ts'
import { wishesNow } from '#cli/engine/wishes.ts'
import { CliError } from '#cli/exit-codes.ts'
import { programVersion } from '#cli/version.ts'

/**
 * Starts an engine; verbs of other processes find it by the state folder until it is closed.
 *
 * @param mayContinueRun - whether a run that a crash left unfinished may go on
 * @throws StartError, CliError: each with a message for people
 */
export async function startLocalEngine(
  context: CliContext,
  config: LoadedConfig,
  mayContinueRun: boolean,
): Promise<Engine> {
  const { logs } = prepareStateFolder(config.stateFolder)
  const logger = createLogger({ folder: logs, level: 'info', secrets: [] })
  const alerts = alertsTo(context, accountOf(config.config), logger)
  const options = await hostOptions(context, config, mayContinueRun, logger)
  const onFatal = (error: Error): void => endBy(context, error)
  const host = createEngineHost({ ...options, logger, alerts, onFatal })
  const release = context.onCrash((error) => host.fail(error))
  const { notes } = await startedOr(host, logger).catch((error: unknown) => {
    release()
    throw error
  })
  const run = host.unfinishedRun()
  return {
    notes,
    command: (command, onEvent = () => {}) =>
      host.command(command).finally(host.onRunEvent(onEvent)),
    continued: run && {
      planId: run.planId,
      follow: (onEvent) => run.ended.finally(host.onRunEvent(onEvent)),
    },
    async close() {
      release()
      await host.close()
      await alerts.settled()
      logger.close()
    },
  }
}

/** Exit code 1: an error. The record is not closed; the next start recovers it as after a kill. */
function endBy(context: CliContext, { message, stack }: Error): void {
  context.note(stack ?? message)
  context.note('This is a bug of ballast, please report it. Adding orders were asked to cancel; see ballast orders and ballast reconcile.') // prettier-ignore
  context.exit(1)
}

async function startedOr(host: EngineHost, logger: Logger): Promise<HostStatus> {
  try {
    return await host.start()
  } catch (error) {
    logger.error('the engine could not start', { error })
    await host.close()
    logger.close()
    throw error
  }
}

async function hostOptions(
  context: CliContext,
  config: LoadedConfig,
  mayContinueRun: boolean,
  logger: Logger,
): Promise<Omit<HostOptions, 'logger' | 'alerts' | 'onFatal'>> {
  const { workingFolder } = context
  const universe = await universeNow(config, workingFolder)
  if (!universe.ok) throw new CliError(universe.error)
  const hash = configHashOf(config.config, await inputTexts(config))
  return {
    ...adaptersOf(config.config, (text) => logger.info('the broker says', { text })),
    stateFolder: config.stateFolder,
    settings: engineSettingsOf(config.config, hash),
    policy: config.config.policy,
    benchmark: benchmarkOf(config),
    wishes: async (asOf) => {
      const wishes = await wishesNow(
        config,
        workingFolder,
        universe.value,
        asOf,
        context.environment,
      )
      if (!wishes.ok) throw new CliError(wishes.error)
      return wishes.value
    },
    universe: universeFactsOf(universe.value),
    program: `ballast ${programVersion()}`,
    mayContinueRun,
  }
}

/** To the log and the webhook, and what is critical to the person at the terminal, too. */
function alertsTo(context: CliContext, account: AccountId, logger: Logger): Alerts {
  const webhook = webhookFrom(context.environment)
  if (!webhook.ok) throw new CliError(webhook.error)
  const alerts = createAlerts({ logger, webhook: webhook.value, source: account, secrets: [] })
  return {
    ...alerts,
    raise(alert) {
      alerts.raise(alert)
      if (alert.severity === 'critical') context.note(`! ${alert.text}`)
    },
  }
}

function benchmarkOf({ config, file }: LoadedConfig): InstrumentId | undefined {
  if (config.benchmark === undefined) return undefined
  const id = readInstrumentId(config.benchmark)
  if (!id.ok) throw new CliError(`${file} benchmark: ${id.error}`)
  return id.value
}
