import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordedContext } from '#test/support/cli-context.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { runCli } from '#cli/cli.ts'

const VERBS = [
  'demo',
  'init',
  'doctor',
  'plan',
  'show',
  'diff',
  'explain',
  'tca',
  'apply',
  'watch',
  'status',
  'positions',
  'orders',
  'reconcile',
  'halt',
  'resume',
  'journal verify',
  'journal replay',
  'journal export',
  'gateway',
]

async function run(folder: string, ...words: string[]) {
  const context = recordedContext(folder)
  const code = await runCli(words, context)
  return { code, out: context.printed.join('\n'), err: context.noted.join('\n') }
}

test('the help lists every verb', async () => {
  const { code, out } = await run('/', '--help')
  expect(code).toBe(0)
  for (const verb of VERBS)
    expect(out).toMatch(new RegExp(`^ {2}${verb.split(' ')[0] ?? ''}\\b`, 'm'))
})

test.each(VERBS)('the help of %s shows an example of it and the exit codes', async (verb) => {
  const { code, out } = await run('/', ...verb.split(' '), '--help')
  expect(code).toBe(0)
  expect(out).toContain(`\n  $ ballast ${verb}`)
  expect(out).toMatch(/Exit codes: 0 done.*4 stale plan\./)
})

test.each(VERBS.filter((verb) => verb !== 'init'))('%s prints JSON for programs', async (verb) => {
  const { out } = await run('/', ...verb.split(' '), '--help')
  expect(out).toContain('--json')
})

test('a gateway that listens tells the clock offset that its clients are to set', async () => {
  const context = recordedContext(scratchFolder())
  const listens = Promise.withResolvers<string>()
  const ended = runCli(['gateway', '--port', '0'], {
    ...context,
    out: (text) => listens.resolve(text),
    onInterrupt: (listener) => {
      void listens.promise.then(listener)
      return () => {}
    },
  })
  expect(await listens.promise).toMatch(/venue time [^ ]*Z, clockOffsetMs -?\d+\./)
  expect(await ended).toBe(0)
})

test.each([
  ['no such verb', ['plam'], 'plan'],
  ['no such option', ['plan', '--jsno'], '--json'],
  ['a number out of range', ['gateway', '--port', '70000'], 'from 0 to 65535'],
  ['an account that is no paper account', ['gateway', '--account', 'U1'], 'DU1234567'],
  ['a day that is none', ['demo', '--from', 'monday'], '2018-02-05'],
  ['a missing argument', ['apply'], 'plan'],
  ['nothing to raise', ['plan', '--raise', '0'], '25000'],
  ['both kinds of partial plan', ['plan', '--cash-only', '--raise', '5'], ''],
])('%s ends with 1 and says what was meant', async (_, words, hint) => {
  const { code, out, err } = await run(scratchFolder(), ...words)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(hint)
})

test('init writes its files once, and never over others', async () => {
  const folder = scratchFolder()
  const first = await run(folder, 'init', 'mine')
  expect(first.code).toBe(0)
  expect(first.out).toMatch(/^wrote mine\/ballast\.yaml$/m)
  expect(existsSync(join(folder, 'mine/targets.csv'))).toBe(true)
  const again = await run(folder, 'init', 'mine')
  expect(again.code).toBe(1)
  expect(again.err).toMatch(/ballast\.yaml: is there already/)
})

test('a verb without a configuration says how to get one', async () => {
  const { code, err } = await run(scratchFolder(), 'show', 'abcdef')
  expect({ code, err }).toEqual({
    code: 1,
    err: 'ballast: ballast.yaml: is not there; make one with ballast init, or name it with --config',
  })
})
