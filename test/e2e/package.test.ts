/**
 * The package as a stranger gets it: built, packed, installed into an empty folder, run. What only
 * works in a checkout (TypeScript as it stands, a file that was not packed, a dependency that is
 * only for development) shows here.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'ballast-package-'))
const built = join(folder, 'built')
const home = join(folder, 'home')
const BUILD = ['--disable-warning=ExperimentalWarning', 'scripts/build.ts', '--out', built]

beforeAll(() => {
  mkdirSync(home)
  succeed(process.execPath, BUILD, process.cwd())
  succeed('npm', ['pack', built, '--loglevel=error'], folder)
  const installing = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  succeed('npm', ['install', join(folder, `ballast-${version()}.tgz`), ...installing], home)
}, 240_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the installed package', () => {
  test('ballast --version is the version of the package', () => {
    expect(succeed('npx', ['ballast', '--version'], home)).toBe(`${version()}\n`)
  })

  test('the demo rebalances an account, from outside a checkout', () => {
    const events = succeed('npx', ['ballast', 'demo', '--once', '--json'], home)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; summary?: { verdict: string } })
    expect(events.at(-1)).toMatchObject({ type: 'RunCompleted', summary: { breaks: 0 } })
  })

  test('its types are whole: a program of somebody else compiles against them', () => {
    const program = `
      import { format, parse } from 'ballast/model/fixed'
      import type { Plan } from 'ballast/model/plan'
      export const cash = (plan: Plan): string => format(plan.nav, 2)
      export const cents: bigint | undefined = parse('0.01')`
    writeFileSync(join(home, 'program.mts'), program)
    const strictly = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024']
    expect(succeed('tsc', [...strictly, 'program.mts'], home)).toBe('')
  })

  test('and they load: the same program runs', () => {
    const program = `import { format, parse } from 'ballast/model/fixed'; console.log(format(parse('1.5')))`
    const eager = ['--input-type=module', '--eval', program]
    expect(succeed(process.execPath, eager, home)).toBe('1.5\n')
  })

  test('holds no source, no test and nothing of the checkout', () => {
    const { status, stdout } = spawnSync('tar', ['-tzf', `ballast-${version()}.tgz`], { cwd: folder, encoding: 'utf8' }) // prettier-ignore
    expect(status).toBe(0)
    const files = stdout.trim().split('\n')
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|node_modules/.test(file))).toEqual([])
  })
})

describe('an older Node', () => {
  test('is told what was found, what is needed and how to get it', () => {
    const pretend = join(folder, 'pretend.cjs')
    writeFileSync(pretend, `Object.defineProperty(process, 'versions', { value: { node: '18.19.1' } })`) // prettier-ignore
    const args = ['--require', pretend, join(built, 'bin/ballast.cjs'), '--version']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(/found Node 18\.19\.1, expected 24 or newer.*nodejs\.org/)
  })

  test('can read the file that tells it so', () => {
    const code = readFileSync('bin/ballast.cjs', 'utf8').replaceAll(/\/\*[^]*?\*\//g, '')
    expect(code).not.toMatch(/=>|`|\b(?:const|let|class|async|await|import|of)\b|\?\.|\?\?/)
  })
})

function version(): string {
  return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
}

/** What it printed; fails the test, with both streams, unless it exits 0. */
function succeed(command: string, args: readonly string[], cwd: string): string {
  const path = [dirname(process.execPath), join(process.cwd(), 'node_modules/.bin'), process.env['PATH']] // prettier-ignore
  const env = { ...process.env, PATH: path.join(delimiter) }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  expect(status, `${command} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0)
  return stdout
}
