/** The stages of `npm test`: a tool that says yes or no, or a suite of tests that is counted. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runTool } from './command.ts'

export interface Stage {
  readonly name: string
  run(scene: Scene): Promise<Outcome>
}

/** Where a stage may write, and how what it starts is recognised. */
export interface Scene {
  /** A fresh temporary folder, `TMPDIR` of everything that is started. */
  readonly temporary: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface Outcome {
  readonly passed: number
  readonly failed: number
  /** Titles of the tests that did not run, and would have said why. */
  readonly skipped: readonly string[]
  /** What the tool said; shown when something failed. */
  readonly output: string
}

/** A tool that exits 0 when all is well. */
export function toolStage(name: string, tool: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async ({ env }) => {
      const { exitCode, output } = await runTool(tool, args, env)
      return exitCode === 0 ? passedOnce : failedOnce(output)
    },
  }
}

/** A vitest run; every test counts, and a suite without a test fails. */
export function suiteStage(name: string, ...args: readonly string[]): Stage {
  return {
    name,
    run: async ({ env, temporary }) => {
      const report = join(temporary, `${name.replaceAll(' ', '-')}.json`)
      const reporting = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
      const ended = await runTool('vitest', ['run', ...args, ...reporting], env)
      return existsSync(report) ? counted(report, ended) : failedOnce(ended.output)
    },
  }
}

export const passedOnce: Outcome = { passed: 1, failed: 0, skipped: [], output: '' }
export const failedOnce = (output: string): Outcome => ({ ...passedOnce, passed: 0, failed: 1, output }) // prettier-ignore

/** The part of vitest's JSON report that is read here. */
const REPORT = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
})

function counted(
  path: string,
  ended: { readonly exitCode: number; readonly output: string },
): Outcome {
  // prettier-ignore
  const report = REPORT.parse(JSON.parse(readFileSync(path, 'utf8')))
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  // A file that does not load, or an error outside any test, fails the run without failing a test.
  const failed = Math.max(report.numFailedTests, ended.exitCode === 0 ? 0 : 1)
  return {
    passed: report.numPassedTests,
    failed: report.numPassedTests + failed === 0 ? 1 : failed,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName), // prettier-ignore
    output: ended.output,
  }
}
