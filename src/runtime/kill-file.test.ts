import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { watchKillFile } from '#runtime/kill-file.ts'

test('the file is seen, once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-kill-'))
  const reasons: string[] = []
  const seen = new Promise<void>((resolve) => {
    void watchKillFile(folder, (reason) => {
      reasons.push(reason)
      resolve()
    })
  })
  writeFileSync(join(folder, 'HALT'), '')
  await seen
  expect(reasons).toEqual([`the kill-switch file ${join(folder, 'HALT')} is there`])
  rmSync(folder, { recursive: true })
})

test('what cannot be looked at is halt', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-kill-'))
  writeFileSync(join(folder, 'file'), '')
  const reason = await new Promise<string>((resolve) => {
    void watchKillFile(join(folder, 'file'), resolve)
  })
  expect(reason).toContain('cannot be looked for')
  rmSync(folder, { recursive: true })
})
