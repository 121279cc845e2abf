import { expect, test } from 'vitest'
import { checkWeightSums, readTargets } from '#feeds/files/inputs/targets.ts'
import { readUniverse } from '#feeds/files/inputs/universe.ts'
import { limitsOf } from '#cli/config/limits.ts'
import { readConfig } from '#cli/config/read-config.ts'
import { STARTER_FILES } from '#cli/starter-files.ts'

test('what init writes is read without an error, and fits together', () => {
  const config = readConfig(STARTER_FILES['ballast.yaml'] ?? '', 'ballast.yaml')
  const targets = readTargets(STARTER_FILES['targets.csv'] ?? '', 'targets.csv')
  const universe = readUniverse(STARTER_FILES['universe.csv'] ?? '', 'universe.csv')
  if (!config.ok || !targets.ok || !universe.ok) throw new Error('not read')
  const limits = limitsOf(config.value)
  const breachOf = (name: string) =>
    (limits.ok ? limits.value : []).find(({ metric }) => metric === name)?.breach ?? 0
  const bounds = {
    net: breachOf('netLeverage'),
    gross: breachOf('grossLeverage'),
    cashBuffer: config.value.policy.cashBuffer,
  }
  expect(checkWeightSums(targets.value, 'targets.csv', bounds)).toMatchObject({ ok: true })
  expect(universe.value.map(({ instrument }) => instrument)).toEqual(
    targets.value.map(({ instrument }) => instrument),
  )
})
