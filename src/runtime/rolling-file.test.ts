import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type RollingFile, rollingFile } from '#runtime/rolling-file.ts'
import { scratchFolder } from '#test/support/scratch.ts'

test('a file is set aside before it grows too large, the oldest goes, none is open to others', () => {
  const folder = scratchFolder()
  const file = rolling(folder)
  for (let i = 1; i <= 9; i++) file.write(`line ${i}\n`) // seven bytes each, two a file
  expect(contentsOf(folder)).toEqual({
    log: 'line 9\n',
    'log.1': 'line 7\nline 8\n',
    'log.2': 'line 5\nline 6\n',
  })
  for (const name of readdirSync(folder))
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

test('it goes on where the last process stopped', () => {
  const folder = scratchFolder()
  const first = rolling(folder)
  first.write('line 1\n')
  first.close()
  first.write('dropped')
  const second = rolling(folder)
  second.write('line 2\n')
  second.write('line 3\n')
  expect(contentsOf(folder)).toEqual({ log: 'line 3\n', 'log.1': 'line 1\nline 2\n' })
})

test('a line longer than a file has a file of its own', () => {
  const folder = scratchFolder()
  const file = rolling(folder)
  const long = 'x'.repeat(40)
  for (const line of ['short', long, 'short']) file.write(line)
  expect(contentsOf(folder)).toEqual({ log: 'short', 'log.1': long, 'log.2': 'short' })
})

test('what cannot be written is dropped in silence, and later lines are tried again', () => {
  const folder = join(scratchFolder(), 'logs')
  const file = rolling(folder)
  file.write('line 1\nline 2\n')
  rmSync(folder, { recursive: true })
  file.write('line 3\n')
  file.write('line 4\n')
  const again = rolling(folder)
  file.write('line 5\n')
  expect(contentsOf(folder)).toEqual({ log: 'line 5\n' })
  again.close()
})

function rolling(folder: string): RollingFile {
  const file = rollingFile({ path: join(folder, 'log'), maximumBytes: 16, kept: 2 })
  onTestFinished(() => file.close())
  return file
}

const contentsOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
