import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { acquireLock } from '#runtime/lock-file.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const CHILD = 'test/support/children/hold-lock.ts'

test('a second engine is refused, by name of the first, until that one lets go', () => {
  const folder = scratchFolder()
  const first = acquireLock(folder)
  expect(() => acquireLock(folder)).toThrow(
    new RegExp(
      `in use by another engine, process ${process.pid}, started at 20.*kill ${process.pid}`,
    ),
  )
  first.release()
  first.release()
  expect(existsSync(join(folder, 'engine.json'))).toBe(false)
  acquireLock(folder).release()
})

test('the lock of a killed engine is free', async () => {
  const folder = scratchFolder()
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect(() => acquireLock(folder)).toThrow(`process ${child.pid}`)

  child.kill('SIGKILL')
  await once(child, 'exit')
  acquireLock(folder).release()
})

test('an engine that has not yet said who it is does not pass for a crashed one', () => {
  const folder = scratchFolder()
  const first = acquireLock(folder)
  onTestFinished(() => first.release())
  writeFileSync(join(folder, 'engine.json'), '{"pid":')
  expect(() => acquireLock(folder)).toThrow('in use by another engine, which is just starting')
})

test('what is not a lock file is not taken for one', () => {
  const folder = scratchFolder()
  writeFileSync(
    join(folder, 'engine.lock'),
    'somebody’s shopping list, and a long one at that'.repeat(20),
  )
  expect(() => acquireLock(folder)).toThrow(/state folder .* cannot be locked/)
})

test('its files are its owner’s alone', () => {
  const folder = scratchFolder()
  const lock = acquireLock(folder)
  onTestFinished(() => lock.release())
  for (const file of ['engine.lock', 'engine.json'])
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
})
