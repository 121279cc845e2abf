/** What is wished of the portfolio, wrong: each a message that names the file, the line and the field. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '#cli/config/load-config.ts'
import { wishesNow } from '#cli/engine/wishes.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const HEADER = 'instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source'
const ROW = 'KO,0.02,21,0.6,63,2018-02-02,momentum'

interface Case {
  /** Lines of forecasts.csv; no file where undefined. */
  readonly rows?: readonly string[]
  readonly config?: readonly string[]
}

async function wished({ rows, config = [] }: Case) {
  const folder = scratchFolder()
  const lines = ['mode: paper', 'account: DU1234567', 'broker: { kind: ibkr }', 'policy: { kind: forecast }'] // prettier-ignore
  const files = config.some((line) => line.startsWith('files:')) ? [] : ['files: { forecasts: forecasts.csv }'] // prettier-ignore
  writeFileSync(join(folder, 'ballast.yaml'), `${[...lines, ...files, ...config].join('\n')}\n`)
  if (rows !== undefined) writeFileSync(join(folder, 'forecasts.csv'), `${rows.join('\n')}\n`)
  const loaded = await loadConfig('ballast.yaml', folder)
  if (!loaded.ok) return loaded
  return wishesNow(loaded.value, folder, [], Date.UTC(2018, 1, 5, 15), {})
}

// prettier-ignore
test.each<[string, Case, RegExp]>([
  ['no file', {}, /^forecasts\.csv: .*write it, or change files\.forecasts in ballast\.yaml/],
  ['an empty file', { rows: [''] }, /^forecasts\.csv/],
  ['no rows', { rows: [HEADER] }, /^forecasts\.csv: has no forecasts, expected at least one row/],
  ['a percentage', { rows: [HEADER, ROW.replace('0.02', '2')] }, /^forecasts\.csv:2 expectedReturn: was 2 in 21 trading days, expected a fraction/],
  ['no number', { rows: [HEADER, ROW.replace('0.02', 'NaN')] }, /^forecasts\.csv:2 expectedReturn: was "NaN", expected a fraction/],
  ['an unknown column', { rows: [`${HEADER},colour`, `${ROW},red`] }, /^forecasts\.csv:1 header: unknown column "colour"/],
  ['no day', { rows: [HEADER, ROW.replace('2018-02-02', '2018-02-30')] }, /^forecasts\.csv:2 asOf: was "2018-02-30", expected a day/],
  ['no instrument', { rows: [HEADER, ROW.replace('KO', 'k?o')] }, /^forecasts\.csv:2 instrument: was "k\?o"/],
  ['no forecast at all', { config: ['files: {}'] }, /^ballast\.yaml policy\.kind: was forecast without any forecast, expected files\.forecasts, forecasts\.features or forecasts\.command/],
  ['no benchmark file', { rows: [HEADER, ROW], config: ['files: { forecasts: forecasts.csv, benchmark: bench.csv }'] }, /^bench\.csv: .*write it, or change files\.benchmark in ballast\.yaml/],
])('%s', async (_, given, expected) => {
  const wishes = await wished(given)
  expect(wishes.ok ? 'no error' : wishes.error).toMatch(expected)
})

test('a file in order is read, old and future rows too: the plan judges them', async () => {
  const wishes = await wished({ rows: [HEADER, ROW, ROW.replace('KO', 'PEP').replace('2018-02-02', '2019-02-02')] }) // prettier-ignore
  expect(wishes.ok && wishes.value.construction?.forecasts.length).toBe(2)
  expect(wishes.ok && wishes.value.construction?.eligible).toEqual(['KO.STK.USD', 'PEP.STK.USD'])
})

test.each([
  ['nothing to keep', [], false],
  ['a name to leave alone', ['construction: { doNotTrade: [KO] }'], true],
  ['a name not to be sold', ['construction: { doNotSell: [KO] }'], true],
])('targets with %s', async (_, config, isAsked) => {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'ballast.yaml'), `${['mode: paper', 'account: DU1234567', 'broker: { kind: ibkr }', 'policy: { kind: targets }', 'files: { targets: targets.csv }', ...config].join('\n')}\n`) // prettier-ignore
  writeFileSync(join(folder, 'targets.csv'), 'instrument,weight\nKO,0.01\n')
  const loaded = await loadConfig('ballast.yaml', folder)
  if (!loaded.ok) throw new Error(loaded.error)
  const wishes = await wishesNow(loaded.value, folder, [], Date.UTC(2018, 1, 5, 15), {})
  if (!wishes.ok) throw new Error(wishes.error)
  expect(wishes.value.targets.length).toBe(1)
  expect(wishes.value.construction !== undefined).toBe(isAsked)
  expect(wishes.value.construction?.settings.policies ?? ['targets']).toEqual(['targets'])
})
