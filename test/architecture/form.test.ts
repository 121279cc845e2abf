/**
 * The form of the code: what a file, a folder and an export look like, so that a reader who knows
 * one file knows them all. Whether it is right is for the other tests to say.
 */
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Names that say where code was put for want of a better thought, and never what it does. */
const SAYS_NOTHING = /^(utils?|helpers?|common|shared|misc|managers?|lib|index)$/i

/** Past this a file has more than one reason to change. Blank lines and comments count too. */
const LONGEST_FILE = 480

const files = globSync('{src,test,bench,scripts}/**/*.ts')
  .filter((path) => !path.includes('.doctest'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const sources = files.filter(({ path }) => path.startsWith('src/') && !path.endsWith('.test.ts'))

test('there are files to look at', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(files.length).toBeGreaterThan(sources.length)
})

test('every folder and file is named after what it is for', () => {
  const parts = sources.flatMap(({ path }) => [
    ...dirname(path).split('/'),
    basename(path, extname(path)),
  ])
  expect([...new Set(parts)].filter((name) => SAYS_NOTHING.test(name))).toEqual([])
  expect([...new Set(parts)].filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([])
})

test('no file is too long to be read at one sitting', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > LONGEST_FILE)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('every file opens with what it is for', () => {
  const silent = sources.filter(({ text }) => !text.startsWith('/**'))
  expect(silent.map(({ path }) => path)).toEqual([])
})

describe.each([
  ['default exports', /^export default /m],
  ['barrels: a name has one home', /^export (?:type )?(?:\*|\{[^}]*\}) from /m],
  ['enums: a union of literals says the same in plain JavaScript', /^\s*(?:export )?(?:const )?enum /m], // prettier-ignore
  ['namespaces', /^\s*(?:export )?(?:declare )?namespace /m],
  ['tests that run alone', /\b(?:test|describe|it)\.only\(/],
  ['silenced type errors', /@ts-(?:ignore|nocheck)/],
])('there are no %s', (_what, form) => {
  test('anywhere', () => {
    const found = files.filter(
      ({ path, text }) => !path.endsWith('form.test.ts') && form.test(text),
    )
    expect(found.map(({ path }) => path)).toEqual([])
  })
})

test('every exported function and class says what it does', () => {
  const silent = sources.flatMap(({ path, text }) =>
    undocumented(text).map((name) => `${path}: ${name}`),
  )
  expect(silent).toEqual([])
})

/**
 * Exported functions and classes without a docstring. The first of a file is what its header
 * speaks of, and a one-line constant says itself what it is.
 */
function undocumented(text: string): readonly string[] {
  const declarations = [
    ...text.matchAll(/^export (?:abstract |async )?(?:function\*?|class) (\w+)/gm),
  ]
  return declarations
    .slice(1)
    .filter(({ index }) => !/\*\/\n(?:\/\/.*\n)*$/.test(text.slice(0, index)))
    .map(([, name = '']) => name)
}
