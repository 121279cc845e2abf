/**
 * What a test run must not leave behind: a process, a temporary file, a file in the checkout.
 *
 * Processes are known by a variable that everything started by the run inherits, so one that was
 * detached, or has lost its parent, is found too. That needs Linux' /proc; elsewhere only files
 * are checked, and the stage says so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ROOT } from './command.ts'
import { failedOnce, passedOnce, type Scene, type Stage } from './stage.ts'

/** The variable that marks everything a run starts. */
export const RUN_MARK = 'BALLAST_TEST_RUN'

/** How long a process that was told to end may take to be gone. */
const GRACE_MS = 3_000

/** Call before the first stage; the answer compares with what the checkout holds then. */
export function leftoversStage(): Stage {
  const before = filesInCheckout()
  return {
    name: 'leftovers',
    run: async (scene) => {
      const found = [
        ...(await processesOf(scene)).map((left) => `process still running: ${left}`),
        ...readdirSync(scene.temporary).filter(isNotOurs).map((left) => `temporary file: ${left}`),
        ...filesInCheckout().filter((file) => !before.includes(file)).map((left) => `in the checkout: ${left}`),
      ] // prettier-ignore
      return found.length === 0 ? passedOnce : failedOnce(`${found.join('\n')}\n`)
    },
  }
}

/** Reports of the stages themselves, which go with the folder. */
const isNotOurs = (name: string): boolean => !name.endsWith('.json')

/** As git sees them, ignored ones too; nothing outside a git checkout. */
function filesInCheckout(): readonly string[] {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain', '--ignored'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : []
}

/** `12345 node src/cli/main.ts gateway` of everything with the run's mark; it is ended. */
async function processesOf(scene: Scene): Promise<readonly string[]> {
  const mark = `${RUN_MARK}=${scene.env[RUN_MARK] ?? ''}`
  const deadline = performance.now() + GRACE_MS
  let left = marked(mark)
  while (left.length > 0 && performance.now() < deadline) {
    await pause(100)
    left = marked(mark)
  }
  const named = left.map((id) => `${id} ${commandLineOf(id)}`)
  for (const id of left) end(id)
  return named
}

function marked(mark: string): readonly string[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .filter((id) => readOrEmpty(`/proc/${id}/environ`).split('\0').includes(mark))
}

const commandLineOf = (id: string): string =>
  readOrEmpty(`/proc/${id}/cmdline`).replaceAll('\0', ' ').trim()

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it ended meanwhile, or belongs to somebody else
  }
}

function end(id: string): void {
  try {
    process.kill(Number(id), 'SIGKILL')
  } catch {
    // it ended meanwhile
  }
}
