/**
 * Ctrl-C in the middle of `apply`, the kill-switch file, and what the two leave behind: no
 * working order, a book that agrees with the broker, and an honest account of what is left.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ballast, demoWorld } from '#test/support/demo-world.ts'

interface Document {
  readonly type: string
  readonly summary?: { readonly verdict: string; readonly unfinished: readonly string[] }
}

test('Ctrl-C cancels what is working, reconciles and says what is left; a halt holds until released', async () => {
  const { folder, stateFolder } = await demoWorld(2)
  const planId = await planIn(folder)
  let asked = 0
  const interrupted = ballast(folder, ['apply', planId, '--yes', '--json'], (line) => {
    if (typeOf(line) === 'OrderAccepted' && asked++ === 0) interrupted.child.kill('SIGINT')
  })
  const first = await interrupted.ended
  expect(first, first.stderr).toMatchObject({ code: 2 })
  expect(first.stderr).toContain('cancelling what is working')
  const { summary } = JSON.parse(first.stdout.split('\n').at(-1) ?? '{}') as Document
  expect(summary).toMatchObject({ verdict: 'canceled', breaks: 0 })
  expect(summary?.unfinished.join('\n')).not.toContain('still')
  expect(summary?.unfinished.length).toBeGreaterThan(0)
  expect(await openOrdersIn(folder)).toBe(0)

  const killFile = join(stateFolder, 'HALT')
  const again = await planIn(folder)
  const halted = ballast(folder, ['apply', again, '--yes', '--json'], (line) => {
    if (typeOf(line) !== 'RunStarted') return
    // The whole run takes a second: it stands still while a person reaches for the kill switch.
    halted.child.kill('SIGSTOP')
    writeFileSync(killFile, '')
    halted.child.kill('SIGCONT')
  })
  const second = await halted.ended
  expect(second, second.stderr).toMatchObject({ code: 3 })
  expect(second.stdout).toContain('"verdict":"halted"')
  rmSync(killFile)
  expect(await openOrdersIn(folder)).toBe(0)

  const refused = await ballast(folder, ['apply', again, '--yes']).ended
  expect(refused.code).toBe(3)
  expect(refused.stdout + refused.stderr).toContain('kill-switch')
  const offered = await ballast(folder, ['resume', '--reason', 'only toast', '--json']).ended
  const token = /--confirm ([0-9a-f]{12})/.exec(offered.stdout)?.[1] ?? offered.stdout
  const wrong = await ballast(folder, ['resume', '--confirm', 'nonsense']).ended
  expect(wrong.code, 'a wrong token releases nothing').not.toBe(0)
  const released = await ballast(folder, ['resume', '--confirm', token]).ended
  expect(released, released.stderr).toMatchObject({ code: 0 })
  const status = await ballast(folder, ['status', '--json']).ended
  expect(JSON.parse(status.stdout)).toMatchObject({ latches: [], breaks: [] })
})

const typeOf = (line: string): string => (JSON.parse(line) as Document).type

async function planIn(folder: string): Promise<string> {
  const planned = await ballast(folder, ['plan', '--json']).ended
  expect(planned, planned.stderr).toMatchObject({ code: 2 })
  return (JSON.parse(planned.stdout) as { readonly planId: string }).planId
}

async function openOrdersIn(folder: string): Promise<number> {
  await ballast(folder, ['reconcile']).ended
  const { stdout } = await ballast(folder, ['orders', '--json']).ended
  return (JSON.parse(stdout) as { readonly open: readonly unknown[] }).open.length
}

test('when nobody reads any more, what is working is canceled all the same', async () => {
  const { folder } = await demoWorld(2)
  const planId = await planIn(folder)
  let asked = 0
  const left = ballast(folder, ['apply', planId, '--yes', '--json'], (line) => {
    if (typeOf(line) === 'OrderAccepted' && asked++ === 0) left.child.stdout?.destroy()
  })
  const ended = await left.ended
  expect(ended, ended.stderr).toMatchObject({ code: 2 })
  expect(ended.stderr).toContain('cancelling what is working')
  expect(await openOrdersIn(folder)).toBe(0)
})
