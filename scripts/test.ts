/**
 * `npm test`, the contributor's whole ritual, and `npm run check` (`--quick`), the same without
 * the slow parts. Prints a line for each stage, what a failed one said, and last
 * `N passed, N failed`; exits 1 when anything failed.
 *
 * Two stages run side by side, the checkers beside the quick suites; the end-to-end suites have
 * the machine to themselves, since they measure time.
 */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endTools, ROOT } from './command.ts'
import { doctestStage } from './doctest.ts'
import { leftoversStage, RUN_MARK } from './leftovers.ts'
import { suiteStage, toolStage, type Outcome, type Scene, type Stage } from './stage.ts'

const CHECKERS: readonly Stage[] = [
  toolStage('types', 'tsc'),
  toolStage('lint', 'oxlint', '--type-aware'),
  toolStage('format', 'prettier', '--check', '--cache', '--log-level=warn', '.'),
  toolStage('dead code', 'knip', '--no-progress'),
]
/** Each adapter runs its port's suite beside its own code. */
const CONFORMANCE = globSync('src/**/*.test.ts', { cwd: ROOT }).filter((path) =>
  readFileSync(join(ROOT, path), 'utf8').includes('Conformance('),
)
const QUICK_SUITES: readonly Stage[] = [
  suiteStage('architecture', 'test/architecture'),
  suiteStage('unit', 'src/', ...CONFORMANCE.map((path) => `--exclude=${path}`)),
  suiteStage('conformance', 'test/conformance', ...CONFORMANCE),
  suiteStage('replay', 'test/replay'),
  doctestStage(),
]
const SLOW_SUITES: readonly Stage[] = [
  suiteStage('simulation', '--config', 'vitest.simulation.config.ts'),
  suiteStage('e2e', '--config', 'vitest.e2e.config.ts'),
]

const quick = process.argv.includes('--quick')
const temporary = mkdtempSync(join(tmpdir(), 'ballast-'))
process.once('exit', () => rmSync(temporary, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endTools()
    process.exit(1)
  })
}

const leftovers = leftoversStage()
const outcomes = [
  ...(await Promise.all([inTurn(CHECKERS), inTurn(QUICK_SUITES)])).flat(),
  ...(await inTurn([...(quick ? [] : SLOW_SUITES), leftovers])),
]
const passed = sum(outcomes.map((outcome) => outcome.passed))
const failed = sum(outcomes.map((outcome) => outcome.failed))
for (const title of outcomes.flatMap(({ skipped }) => skipped)) console.log(`skipped: ${title}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

async function inTurn(stages: readonly Stage[]): Promise<readonly Outcome[]> {
  const played: Outcome[] = []
  for (const stage of stages) played.push(await play(stage))
  return played
}

async function play(stage: Stage): Promise<Outcome> {
  const begun = performance.now()
  const outcome = await stage.run(scene())
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  const verdict = outcome.failed === 0 ? 'ok' : 'FAILED'
  const count = outcome.passed + outcome.failed > 1 ? `${outcome.passed} passed` : ''
  if (outcome.failed > 0) console.log(`\n${outcome.output.trimEnd()}\n`)
  console.log(
    [stage.name.padEnd(13), verdict.padEnd(7), `${seconds} s`.padStart(7), `  ${count}`].join('').trimEnd(), // prettier-ignore
  )
  return outcome
}

function scene(): Scene {
  return {
    temporary,
    env: {
      TMPDIR: temporary,
      [RUN_MARK]: temporary,
      // Two settings of one thing make Node warn; tests that care for colour set their own.
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      // Else the checkers keep one in the temporary folder; a program that starts often starts faster.
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
    },
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
