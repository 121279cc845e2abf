import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { runForecastCommand, type ForecastCommand } from '#runtime/forecast-command.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const QUESTION = {
  asOf: Date.UTC(2018, 1, 5, 15),
  currency: 'USD',
  horizonDays: 21,
  names: ['MSFT.STK.USD' as InstrumentId, 'AAPL.STK.USD' as InstrumentId],
}

/** A folder with a configuration and a program in it, both ours alone. */
function written(code: string, changes: Partial<ForecastCommand> = {}): ForecastCommand {
  const folder = scratchFolder()
  const configFile = join(folder, 'ballast.yaml')
  writeFileSync(configFile, 'mode: paper\n', { mode: 0o644 })
  writeFileSync(join(folder, 'predict.mjs'), code, { mode: 0o644 })
  return {
    command: [process.execPath, 'predict.mjs'],
    configFile,
    timeoutMs: 10_000,
    mostBytes: 100_000,
    secrets: [],
    environment: { PATH: process.env['PATH'] },
    ...changes,
  }
}

const ROW = 'AAPL,0.02,21,0.6,63,2018-02-05,mine'
const PRINTS = `console.log('instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source\\n${ROW}')`
const READ = [{ instrument: 'AAPL.STK.USD', expectedReturn: 0.02, horizonDays: 21, confidence: 0.6, halfLifeDays: 63, asOf: Date.UTC(2018, 1, 5), source: 'mine' }] // prettier-ignore

describe('a command that answers', () => {
  test('by CSV, without reading what it is told', async () => {
    expect(await runForecastCommand(written(PRINTS), QUESTION)).toEqual({ ok: true, value: READ })
  })

  test('by JSON, about the names that it is told', async () => {
    const code = `
      let text = ''
      for await (const part of process.stdin) text += part
      const { asOf, currency, horizonDays, names } = JSON.parse(text)
      console.log(JSON.stringify(names.map((instrument, i) => ({ instrument, horizonDays, asOf, source: currency,
        expectedReturn: (1 + i) / 100, confidence: 0.5, halfLifeDays: 10 }))))`
    const same = { asOf: QUESTION.asOf, source: 'USD', horizonDays: 21, confidence: 0.5, halfLifeDays: 10 } // prettier-ignore
    expect(await runForecastCommand(written(code), QUESTION)).toEqual({
      ok: true,
      value: [
        { ...same, instrument: 'AAPL.STK.USD', expectedReturn: 0.01 },
        { ...same, instrument: 'MSFT.STK.USD', expectedReturn: 0.02 },
      ],
    })
  })

  test('by a script of its own, found from the configuration’s folder', async () => {
    const command = written('')
    const script = join(command.configFile, '..', 'predict.sh')
    writeFileSync(script, `#!/bin/sh\necho 'instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source'\necho "$1"\n`, { mode: 0o755 }) // prettier-ignore
    expect(await runForecastCommand({ ...command, command: ['./predict.sh', ROW] }, QUESTION)).toEqual({ ok: true, value: READ }) // prettier-ignore
  })

  test('with a question longer than a pipe holds, unread', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `N${i}.STK.USD` as InstrumentId)
    const answer = await runForecastCommand(written(PRINTS), { ...QUESTION, names })
    expect(answer).toEqual({ ok: true, value: READ })
  })
})

test('no shell looks at the arguments', async () => {
  const command = written(`console.error(process.argv[2]); process.exit(1)`)
  const trap = '$(touch trapped); touch trapped; `touch trapped`'
  const answer = await runForecastCommand({ ...command, command: [...command.command, trap] }, QUESTION) // prettier-ignore
  expect(answer).toEqual({ ok: false, error: `forecast command ${process.execPath}: ended with exit code 1, expected 0:\n${trap}` }) // prettier-ignore
  expect(existsSync(join(command.configFile, '..', 'trapped'))).toBe(false)
})

test('our variables stay with us, others are passed on', async () => {
  const command = written(`console.error(process.env.BALLAST_ALERT_WEBHOOK, process.env.MODEL); process.exit(1)`) // prettier-ignore
  const environment = { ...command.environment, BALLAST_ALERT_WEBHOOK: 'https://hook', MODEL: 'big' } // prettier-ignore
  const answer = await runForecastCommand({ ...command, environment }, QUESTION)
  expect(answer).toMatchObject({ error: expect.stringMatching(/:\nundefined big$/) })
})

test('secrets stay out of what is said, wherever the program says them', async () => {
  const secrets = ['s3cret-token']
  const loud = await runForecastCommand(written(`console.error('no access with s3cret-token'); process.exit(2)`, { secrets }), QUESTION) // prettier-ignore
  expect(loud).toMatchObject({ error: expect.stringMatching(/code 2, expected 0:\nno access with <redacted>$/) }) // prettier-ignore
  const printed = await runForecastCommand(written(`console.log('s3cret-token,weight')`, { secrets }), QUESTION) // prettier-ignore
  expect(printed).toMatchObject({ ok: false, error: expect.stringContaining('unknown column "<redacted>"') }) // prettier-ignore
})

describe('a command that does not', () => {
  test.each<[string, string, RegExp]>([
    ['fails', `console.error('Traceback\\n  line 1\\n  line 2\\n  line 3\\n  line 4\\nValueError: no model'); process.exit(3)`, /ended with exit code 3, expected 0:\n {2}line 1\n {2}line 2\n {2}line 3\n {2}line 4\nValueError: no model$/],
    ['fails without a word', `process.exit(1)`, /ended with exit code 1, expected 0 \(it said nothing\)$/],
    ['is ended', `process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 10_000)`, /was ended by SIGTERM/],
    ['says too much', `console.log('x'.repeat(200_000))`, /printed more than 100000 bytes, expected forecasts only$/],
    ['says nothing', '', /^output of forecast command .*: is empty, expected a header: instrument,expectedReturn/],
    ['says percentages', PRINTS.replace('0.02', '2'), /:2 expectedReturn: was 2 in 21 trading days, expected a fraction such as 0.02/],
    ['prints no JSON', `console.log('[{ "instrument": NaN }]')`, /: is no JSON: /],
  ])('%s', async (_, code, message) => {
    const answer = await runForecastCommand(written(code), QUESTION)
    expect(answer).toMatchObject({ ok: false, error: expect.stringMatching(message) })
  }) // prettier-ignore

  test('comes to no end', async () => {
    const command = written(`console.error('thinking'); setInterval(() => {}, 1000)`, { timeoutMs: 500 }) // prettier-ignore
    const answer = await runForecastCommand(command, QUESTION)
    expect(answer).toMatchObject({ ok: false, error: expect.stringMatching(/took longer than 500 ms/) }) // prettier-ignore
  })

  test.each([
    [[], 'forecast command: is empty, expected a program such as ./predict.py'],
    [['no-such-program'], 'forecast command no-such-program: there is no such program, expected one in the path, or a path such as ./predict.py'], // prettier-ignore
    [['./predict.mjs'], 'forecast command ./predict.mjs: may not be run; run chmod u+x on it'],
  ])('is none: %j', async (command, error) => {
    expect(await runForecastCommand({ ...written(''), command }, QUESTION)).toEqual({ ok: false, error }) // prettier-ignore
  })
})

describe('is not run where others could have changed it', () => {
  const LEAVES_A_TRACE = `import { writeFileSync } from 'node:fs'; writeFileSync('ran', ''); ${PRINTS}`
  test.each([
    ['ballast.yaml', 0o666],
    ['ballast.yaml', 0o664],
    ['predict.mjs', 0o777],
    ['.', 0o777],
  ])('%s of mode %o', async (file, mode) => {
    const of = written(`#!/usr/bin/env node\n${LEAVES_A_TRACE}`)
    const folder = join(of.configFile, '..')
    chmodSync(join(folder, 'predict.mjs'), 0o755)
    const command = ['./predict.mjs']
    chmodSync(join(folder, file), mode)
    const answer = await runForecastCommand({ ...of, command }, QUESTION)
    expect(answer).toEqual({ ok: false, error: `forecast command: ${join(folder, file)} can be written by others (mode ${mode.toString(8)}), so nothing that it holds is run; run chmod go-w on it` }) // prettier-ignore
    expect(existsSync(join(folder, 'ran'))).toBe(false)
    chmodSync(join(folder, file), 0o755)
    expect(await runForecastCommand({ ...of, command }, QUESTION)).toEqual({ ok: true, value: READ }) // prettier-ignore
    expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('')
  })

  test('nor a script that an interpreter is given', async () => {
    const of = written(PRINTS)
    const script = join(of.configFile, '..', 'predict.mjs')
    chmodSync(script, 0o666)
    const answer = await runForecastCommand(of, QUESTION)
    expect(answer).toMatchObject({ error: expect.stringContaining(`${script} can be written by others`) }) // prettier-ignore
  })

  test('nor where the configuration is gone', async () => {
    const of = written(PRINTS)
    const answer = await runForecastCommand({ ...of, configFile: `${of.configFile}.old` }, QUESTION)
    expect(answer).toEqual({ ok: false, error: `forecast command: ${of.configFile}.old is not there` }) // prettier-ignore
  })
})
