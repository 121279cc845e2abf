/** What documents claim, as far as a machine can tell: pages generated from code, links, commands, lists. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { generatedPages } from '../../scripts/pages.ts'

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}))
const generated = await generatedPages()

test('there are documents to check', () => {
  expect(pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'docs/notation.md']),
  )
})

test.each([...generated.keys()])('%s is what the tables say (else: npm run docs)', (path) => {
  expect(readFileSync(path, 'utf8')).toBe(generated.get(path))
})

test.each(pages)('$path links to what is there', ({ path, text }) => {
  const targets = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)]
  const dead = targets.filter(([, file = '', anchor]) => {
    const target = file === '' ? path : join(dirname(path), file)
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
  })
  expect(dead.map(([link]) => link)).toEqual([])
})

test.each(pages)('$path names only npm scripts that exist', ({ text }) => {
  const named = [...text.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
})

test('every runtime dependency has a decision, and every decision a dependency', () => {
  const decision = readFileSync('docs/decisions/0004-runtime-dependencies.md', 'utf8')
  const rows = decision.matchAll(/^\| (`[^|]*`) +\|/gm)
  const decided = [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)) // prettier-ignore
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  expect(new Set(decided.filter((name) => name !== 'node:sqlite'))).toEqual(new Set(installed))
})

test('versions are exact, so that nobody installs what was not tested', () => {
  const { dependencies, optionalDependencies } = manifest
  const loose = Object.entries({ ...dependencies, ...optionalDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)) // prettier-ignore
  expect(loose).toEqual([])
})

test('decisions are numbered without a gap and dated', () => {
  const decisions = pages.filter(({ path }) => path.startsWith('docs/decisions/'))
  const numbers = decisions.map(({ path }) => Number(/\/(\d{4})-/.exec(path)?.[1]))
  expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1))
  const undated = decisions.filter(({ text }) => !/20\d{2}-\d{2}-\d{2}/.test(text.slice(0, 300)))
  expect(undated.map(({ path }) => path)).toEqual([])
})

test('single letters in the mathematics are those of docs/notation.md', () => {
  const notation = readFileSync('docs/notation.md', 'utf8')
  const lettered = notation.slice(notation.indexOf('## Letters'), notation.indexOf('## Units'))
  const rows = [...lettered.matchAll(/^\| (`[^|]*) +\|/gm)].map(([, cell = '']) => cell)
  const known = new Set(
    rows.flatMap((cell) => [...cell.matchAll(/`(.)`/g)].map(([, name]) => name)),
  )
  expect(known.size).toBeGreaterThan(15)
  const rooms = globSync('src/{numerics,costs,risk,construction}/**/*.ts').filter((path) => !path.endsWith('.test.ts')) // prettier-ignore
  const strangers = rooms.flatMap((path) => lettersOf(path).filter((name) => !known.has(name)).map((name) => `${path}: ${name}`)) // prettier-ignore
  expect(strangers).toEqual([])
})

/** Single letters that a file declares: constants, variables, parameters. */
function lettersOf(path: string): readonly string[] {
  const code = readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm, '')
  const declared = code.matchAll(/\b(?:const|let) ([A-Za-z])\b|[(,] ?([A-Za-z])(?=: |, |\) =>)|(?<![\w.])([A-Za-z]) =>/g) // prettier-ignore
  return [...new Set([...declared].map(([, a, b, c]) => a ?? b ?? c ?? ''))]
}

/** As GitHub spells them. */
function anchorsOf(path: string): readonly string[] {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(
    ([, heading = '']) =>
    heading.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'), // prettier-ignore
  )
}
