/** What can be seen without starting anything: the running engine's word, else the journal's. */
import { existsSync } from 'node:fs'
import type { EngineState } from '#engine/state.ts'
import type { Journal } from '#journal/journal.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { recover } from '#runtime/recovery.ts'
import { reachEngine } from '#runtime/remote-engine.ts'
import { stateFolderAt } from '#runtime/state-folder.ts'
import { accountOf } from '#cli/config/engine-settings.ts'
import type { LoadedConfig } from '#cli/config/load-config.ts'
import type { EngineView } from '#cli/engine/engine.ts'
import { viewOf } from '#cli/engine/view.ts'
import { CliError } from '#cli/exit-codes.ts'

/**
 * The journal is read beside whoever writes it; its head is shown in either case.
 *
 * @throws CliError when there is neither an engine nor a journal
 */
export async function lookAt({ stateFolder, config }: LoadedConfig): Promise<EngineView> {
  const { journal: path } = stateFolderAt(stateFolder)
  if (!existsSync(path))
    throw new CliError(
      `${stateFolder}: no journal there yet; ballast reconcile or ballast plan begins one`,
    )
  const journal = openSqliteJournal({ path, mode: 'read', account: config.account })
  try {
    const running = await stateOfRunning(stateFolder)
    return viewOf(
      running ?? recorded(journal),
      accountOf(config),
      journal.head,
      running !== undefined,
    )
  } finally {
    await journal.close()
  }
}

async function stateOfRunning(stateFolder: string): Promise<EngineState | undefined> {
  const engine = await reachEngine(stateFolder)
  if (engine === undefined) return undefined
  try {
    return await engine.state()
  } finally {
    engine.close()
  }
}

const recorded = (journal: Journal): EngineState => recover(journal).state
