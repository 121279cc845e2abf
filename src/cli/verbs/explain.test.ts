/** `ballast explain` without a plan, of a plan, of a name that is not in it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planFrom } from '#construction/plan.ts'
import { runCli } from '#cli/cli.ts'
import { savePlan } from '#cli/plan-store.ts'
import { recordedContext } from '#test/support/cli-context.ts'
import { planInputs } from '#test/support/plan-inputs.ts'
import { scratchFolder } from '#test/support/scratch.ts'

async function explain(folder: string, ...words: readonly string[]) {
  const context = recordedContext(folder)
  const code = await runCli(['explain', ...words], context)
  return { code, out: context.printed.join('\n'), err: context.noted.join('\n') }
}

function folderWithConfig(): string {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'ballast.yaml'), 'mode: paper\naccount: DU1234567\nbroker: { kind: ibkr }\nstateFolder: state\n') // prettier-ignore
  mkdirSync(join(folder, 'state'))
  return folder
}

test('without a plan it says what makes one', async () => {
  const { code, err } = await explain(folderWithConfig(), 'AAA')
  expect(code).toBe(1)
  expect(err).toMatch(/no plan in .*; ballast plan makes one/)
})

test('of a plan, by symbol or in full; an unknown name is met with the nearest', async () => {
  const folder = folderWithConfig()
  const plan = planFrom(planInputs(1_000_000, [{ symbol: 'APPL', target: 0.03 }, { symbol: 'MSFT', held: 100 }])) // prettier-ignore
  savePlan(join(folder, 'state'), plan)
  const named = await explain(folder, 'APPL')
  expect(named.code).toBe(0)
  expect(named.out).toMatch(
    /APPL\.STK\.USD in plan .*, decided by targets: 0\.00 % before, 3\.00 % wanted/,
  )
  expect(await explain(folder, 'APPL.STK.USD', '--plan', plan.planId.slice(0, 10))).toEqual(named)
  const document = JSON.parse((await explain(folder, 'MSFT', '--json')).out) as unknown
  expect(document).toMatchObject({ instrument: 'MSFT.STK.USD', policy: 'targets', after: 0, lines: [{ side: 'SELL' }] }) // prettier-ignore
  expect((await explain(folder, 'AAPL')).err).toMatch(
    /AAPL: is not in plan .*, did you mean APPL\?/,
  )
  expect((await explain(folder, 'ZZZ')).err).toMatch(/expected a name that is held or may be/)
  expect((await explain(folder, 'a b')).err).toMatch(/"a b" is no instrument/)
})
