/** A folder of one's own for a test, gone when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Call inside a test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
