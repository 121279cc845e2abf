/** Finds the running engine or starts one for the time of a verb. */
import { reachEngine } from '#runtime/remote-engine.ts'
import type { CliContext } from '#cli/context.ts'
import type { LoadedConfig } from '#cli/config/load-config.ts'
import type { Engine } from '#cli/engine/engine.ts'
import { startLocalEngine } from '#cli/engine/local-engine.ts'

/**
 * Works with an engine and lets go of it, whatever happens.
 *
 * @param mayContinueRun - whether a run that a crash left unfinished may go on
 * @throws StartError when none runs and none can be started
 */
export async function withEngine<T>(
  context: CliContext,
  config: LoadedConfig,
  mayContinueRun: boolean,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const running = await findRunningEngine(config.stateFolder)
  const engine = running ?? (await startLocalEngine(context, config, mayContinueRun))
  for (const note of engine.notes) context.note(note)
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

/** The engine of another process; undefined when none runs on the state folder. */
export async function findRunningEngine(stateFolder: string): Promise<Engine | undefined> {
  const remote = await reachEngine(stateFolder)
  if (remote === undefined) return undefined
  return {
    notes: [],
    command: (command, onEvent = () => {}) => remote.command(command, onEvent),
    continued: undefined,
    close: () => Promise.resolve(remote.close()),
  }
}
