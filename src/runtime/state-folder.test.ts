import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { prepareStateFolder, writePrivately } from '#runtime/state-folder.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const isRoot = process.getuid?.() === 0

test('a folder that is absent is created, its owner’s alone, and nothing stays behind', () => {
  const path = join(scratchFolder(), 'deep', 'state')
  const folder = prepareStateFolder(path)
  for (const made of [path, folder.plans, folder.logs])
    expect([made, statSync(made).mode & 0o777]).toEqual([made, 0o700])
  expect(prepareStateFolder(path)).toEqual(folder)
})

test('an empty folder that is open to others is made private', () => {
  const path = join(scratchFolder(), 'state')
  mkdirSync(path, { mode: 0o755 })
  prepareStateFolder(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test('a full one is left as it is, and the person told what to do', () => {
  const path = join(scratchFolder(), 'home')
  mkdirSync(path, { mode: 0o755 })
  writeFileSync(join(path, 'letter.txt'), '')
  expect(() => prepareStateFolder(path)).toThrow(
    /is open to others \(mode 755\), expected 700; run `chmod 700/,
  )
  expect(statSync(path).mode & 0o777).toBe(0o755)
})

test('a file in its place is no folder', () => {
  const path = join(scratchFolder(), 'state')
  writeFileSync(path, '')
  expect(() => prepareStateFolder(path)).toThrow(/a file is in the way/)
  expect(() => prepareStateFolder(join(path, 'below'))).toThrow(/a part of the path is a file/)
})

test.runIf(isRoot)('another user’s folder is refused (needs root to make one)', () => {
  const path = join(scratchFolder(), 'state')
  mkdirSync(path, { mode: 0o700 })
  chownSync(path, 12_345, 12_345)
  expect(() => prepareStateFolder(path)).toThrow('belongs to user 12345')
})

test.skipIf(isRoot)('a read-only folder is refused (root may write anywhere)', () => {
  const path = join(scratchFolder(), 'state')
  mkdirSync(path)
  chmodSync(path, 0o500)
  expect(() => prepareStateFolder(path)).toThrow(/cannot be written to: permission is refused/)
})

test.skipIf(!existsSync('/sys/kernel'))('a read-only disk is refused (needs /sys)', () => {
  expect(() => prepareStateFolder('/sys/kernel/ballast')).toThrow(
    /cannot be created: permission is refused|read-only/,
  )
})

test('a private file is written whole, and over an older one', () => {
  const path = join(scratchFolder(), 'plan.json')
  writePrivately(path, 'one')
  writePrivately(path, 'two')
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})
