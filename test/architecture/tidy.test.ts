/**
 * The shape of the code, kept by a test instead of by memory.
 *
 * `HOUSE` reads top to bottom as the architecture (ARCHITECTURE.md tells it in words). A folder may
 * import itself and what its row names, and a row may name only rows above it, so there can be no
 * cycle. Pure folders are deterministic: no clock, no chance, no waiting, no input or output, and
 * no package but ours. Ports are screens of types: an adapter folder below one may be impure.
 */
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Kind = 'pure' | 'port' | 'impure'
interface Room {
  readonly folder: string
  readonly mayImport: readonly string[]
  readonly kind: Kind
}

const rooms: Room[] = []
const above = () => rooms.map(({ folder }) => folder)
const allPure = () => rooms.filter(({ kind }) => kind === 'pure').map(({ folder }) => folder)
const ports = () => rooms.filter(({ kind }) => kind === 'port').map(({ folder }) => folder)
const allBut = (...left: string[]) => above().filter((name) => !left.includes(name))
function room(folder: string, mayImport: readonly string[], kind: Kind): void {
  rooms.push({ folder, mayImport, kind })
}

// prettier-ignore
{
  room('model', [], 'pure')
  room('numerics', ['model'], 'pure')
  room('schedules', ['model'], 'pure')
  room('marketdata', ['model', 'numerics', 'schedules'], 'pure')
  room('pricing', ['model', 'numerics', 'schedules', 'marketdata'], 'pure')
  room('alpha', ['model', 'numerics', 'marketdata'], 'pure')
  room('costs', ['model', 'numerics', 'schedules', 'marketdata', 'pricing'], 'pure')
  room('reconciliation', ['model'], 'pure')
  room('risk', ['model', 'numerics', 'schedules', 'marketdata', 'pricing'], 'pure')
  room('construction', allBut('reconciliation'), 'pure')
  room('execution', allBut('construction', 'alpha', 'reconciliation'), 'pure')
  room('analytics', above(), 'pure')
  room('engine', ['model', 'marketdata', 'reconciliation', 'risk', 'execution'], 'pure')
  room('contract', above(), 'pure')
  room('exchange', ['model', 'numerics', 'schedules', 'marketdata', 'pricing'], 'pure')
  room('journal', ['model'], 'port')
  room('tws', ['model'], 'impure')
  room('feeds', ['model', 'numerics', 'marketdata', 'exchange', 'tws'], 'port')
  room('brokers', ['model', 'risk', 'execution', 'schedules', 'exchange', 'tws'], 'port')
  room('gateway', ['model', 'schedules', 'marketdata', 'pricing', 'exchange', 'feeds'], 'impure')
  room('runtime', [...allPure(), ...ports()], 'impure')
  room('research', [...allPure(), 'feeds'], 'impure')
  room('server', ['contract', 'runtime'], 'impure')
  room('cli', above(), 'impure')
}

/** Rooms that later work opens; a folder that appears must leave this list. */
const NOT_YET_OPEN = ['analytics', 'research', 'server']

const IMPURE =
  /\b(Date\.now|new Date\b|performance\.|Math\.random|Math\.pow|randomUUID|process\.|console\.|setTimeout|setInterval|setImmediate|queueMicrotask|fetch\(|await |Intl\.|toLocale)|from '(?!#)(?!node:crypto')|\*\* ?[\d.]*\.\d/

const files = globSync('src/**/*.ts')
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => ({ path, folder: path.split('/')[1] ?? '', code: withoutComments(path) }))

test('there is a house to check', () => {
  expect(files.length).toBeGreaterThan(20)
})

test('every folder has a row, and every row a folder or a place on the list', () => {
  const standing = [...new Set(files.map(({ folder }) => folder))]
  const named = rooms.map(({ folder }) => folder)
  expect(standing.filter((folder) => !named.includes(folder))).toEqual([])
  expect(named.filter((folder) => !standing.includes(folder))).toEqual(
    named.filter((folder) => NOT_YET_OPEN.includes(folder)),
  )
})

test.each(rooms)('$folder leans only on rows above it', ({ folder, mayImport }) => {
  const position = rooms.findIndex((other) => other.folder === folder)
  const below = rooms.slice(position).map((other) => other.folder)
  expect(mayImport.filter((name) => below.includes(name))).toEqual([])
})

test.each(files)('$path imports only what its folder may', ({ folder, code }) => {
  const allowed = new Set([folder, ...(rooms.find((r) => r.folder === folder)?.mayImport ?? [])])
  const imported = [...code.matchAll(/(?:from|import) ?\(?'#([^/']+)/g)].map((found) => found[1])
  expect(imported.filter((name) => !allowed.has(name ?? ''))).toEqual([])
  expect(code).not.toMatch(/(?:from|import) ?\(?'\.\.?\//)
})

const pure = new Set(rooms.filter(({ kind }) => kind === 'pure').map(({ folder }) => folder))
test.each(files.filter(({ folder }) => pure.has(folder)))('$path is pure', ({ path, code }) => {
  expect(IMPURE.exec(code)?.[0]).toBeUndefined()
  if (!path.startsWith('src/numerics/')) expect(code).not.toContain('WebAssembly')
  expect(
    code.includes('node:crypto') && !/import \{ createHash \} from 'node:crypto'/.test(code),
  ).toBe(false)
})

test('only risk mints what may be sent', () => {
  const minting = files.filter(({ code }) => /as RiskApproved</.test(code)).map(({ path }) => path)
  expect(minting).toEqual(['src/risk/approve.ts'])
})

test('only brokers send orders', () => {
  const sending = files.filter(({ code }) => code.includes('.placeOrder(')).map(({ path }) => path)
  expect(sending.filter((path) => !/^src\/(brokers|tws)\//.test(path))).toEqual([])
})

function withoutComments(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm, '')
}
