/** `ballast gateway` as a person starts it: what it refuses, and what its control port and recordings do. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { PREAMBLE, frameOf, framed } from '#gateway/wire/frame.ts'
import { Buffer } from 'node:buffer'
import { ballast } from '#test/support/demo-world.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const UNIVERSE = 'instrument,conId\nAAPL,265598\nKO,8894\n'

function folderOf(files: Readonly<Record<string, string>> = {}): string {
  const folder = scratchFolder()
  writeFileSync(join(folder, 'universe.csv'), UNIVERSE)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe('what it refuses', () => {
  // prettier-ignore
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['a plan with a fault that is none', ['--faults', 'plan.yaml'], { 'plan.yaml': 'faults:\n  - fault: gremlins\n' }, /plan\.yaml:2 faults\.0\.fault: was "gremlins", expected one of client-id-lingers/],
    ['a plan with a field that is none', ['--faults', 'plan.yaml'], { 'plan.yaml': 'faults:\n  - fault: socket-cut\n    wen: { nth: 1 }\n' }, /plan\.yaml:2 faults\.0: unknown field wen/],
    ['a plan that is not there', ['--faults', 'nothing.yaml'], {}, /nothing\.yaml/],
    ['a control port without a token', ['--control-port', '0'], {}, /expected --control-token FILE/],
    ['a token that others can read', ['--control-port', '0', '--control-token', 'universe.csv'], {}, /can be read by others \(mode 644\); run chmod 600/],
    ['a time that is none', ['--nightly-reset', '25:00'], {}, /argument '25:00' is invalid\. Expected a time of day such as 23:45/],
    ['a pacing that is none', ['--pacing', 'fast'], {}, /off, throttle, reject/],
    ['cash by currency without an amount', ['--cash', 'USD=5,EUR'], {}, /'USD=5,EUR' is invalid\. Expected an amount such as 1000000, or amounts by currency/],
    ['cash of a currency that nothing changes', ['--universe', 'universe.csv', '--cash', 'USD=5,EUR=20'], {}, /--cash: was "USD=5,EUR=20", expected currencies that a listed pair changes into USD: there is no EUR\.CASH\.USD/],
    ['cash of one currency twice', ['--cash', 'USD=5,USD=20'], {}, /--cash: was "USD=5,USD=20", expected each currency once/],
    ['margin rules that are none', ['--margin', 'reg-u'], {}, /reg-t, portfolio, class-rates, cash/],
    ['a price plan that is none', ['--commissions', 'free'], {}, /fixed, tiered/],
    ['an end of orders that is none', ['--margin-rejects', 'Rejected'], {}, /Inactive, Cancelled/],
    ['a chance above one', ['--early-assignment', '1.5'], {}, /'1\.5' is invalid\. Expected a chance from 0 to 1 such as 0\.05/],
    ['synthetic terms that are none', ['--market', 'synthetic:names=0'], {}, /--market names: was "0", expected a whole number from 1 to 10000/],
    ['a zone that is none', ['--market-zone', 'Mars'], {}, /'Mars' is invalid\. Expected a zone such as America\/New_York/],
    ['a time of day that is none', ['--from', '2013-10-07T25:00'], {}, /Expected a day such as 2018-02-05, or a day and a time in New York/],
    ['a recording over another file', ['--record', 'universe.csv'], {}, /--record: cannot write .*universe\.csv/],
    ['a recording that is none', ['--replay', 'universe.csv'], {}, /universe\.csv:1: expected \{"format"/],
    ['a universe with a class that is none', ['--universe', 'bad.csv'], { 'bad.csv': 'instrument\nAAPL.BOND.USD\n' }, /bad\.csv:2 instrument: was "AAPL\.BOND\.USD", expected an instrument such as/],
  ])('%s', async (_what, words, files, message) => {
    const folder = folderOf(files)
    const { code, stdout, stderr } = await ballast(folder, ['gateway', '--port', '0', ...words]).ended
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})

test('a session is recorded, and replayed byte for byte to a client that says the same', async () => {
  const folder = folderOf()
  const live = await started(folder, ['--universe', 'universe.csv', '--clock', 'stepped', '--record', 'session.jsonl', '--control-port', '0', '--control-token', 'token']) // prettier-ignore
  const token = readFileSync(join(folder, 'token'), 'utf8').trim()
  const said = await conversation(live.port)
  const answer = await fetch(`http://127.0.0.1:${live.controlPort}/messages?message=CURRENT_TIME`, {
    headers: { authorization: `Bearer ${token}` },
  })
  expect(await answer.json()).toMatchObject([{ direction: 'out', message: 'CURRENT_TIME' }])
  await live.end()
  expect(existsSync(join(folder, 'session.jsonl'))).toBe(true)

  const replay = await started(folder, ['--replay', 'session.jsonl'])
  expect((await conversation(replay.port)).equals(said)).toBe(true)
  await replay.end()
})

test('a fault plan is armed from the start', async () => {
  const folder = folderOf({
    'plan.yaml': 'faults:\n  - fault: clock-skew\n    with: { seconds: 3600 }\n',
  })
  const gateway = await started(folder, ['--universe', 'universe.csv', '--clock', 'stepped', '--faults', 'plan.yaml']) // prettier-ignore
  const heard = (await conversation(gateway.port)).toString('latin1')
  const [, seconds] = /49\0(?:1)\0(\d+)/.exec(heard) ?? []
  expect(Number(seconds) * 1_000 - Date.parse(gateway.venueTime)).toBe(3_600_000)
  await gateway.end()
})

const DATA = new URL('../../../shared/data', import.meta.url).pathname
const EQUITIES = join(DATA, 'bars', 'us_equity_daily_2005_2021.parquet')
const INTRADAY = join(DATA, 'intraday')

describe.skipIf(!existsSync(EQUITIES) || !existsSync('/proc/self/status'))(
  'the whole of us_equity_daily_2005_2021.parquet (skipped without it, and without /proc)',
  () => {
    test('is served from less than 600 MB', async () => {
      const gateway = await started(folderOf(), ['--market', EQUITIES, '--from', '2018-02-05'])
      const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8')) ?? [] // prettier-ignore
      expect(Number(peak) / 1024).toBeLessThan(600)
      expect(Number(peak)).toBeGreaterThan(0)
      await gateway.end()
    })
  },
)

test.skipIf(!existsSync(INTRADAY))(
  `trades and quotes of ${INTRADAY} are entered at a time (skipped without them)`,
  async () => {
    const files = ['trade', 'quote'].map((of) => join(INTRADAY, `us_equity_minute_${of}.parquet`))
    const words = ['--market', files.join(','), '--from', '2013-10-07T09:30', '--clock', 'stepped']
    const gateway = await started(folderOf(), [...words, '--market-zone', 'America/New_York'])
    expect(gateway.venueTime).toBe('2013-10-07T13:30:00.000Z')
    const heard = await conversation(gateway.port, [
      ['1', '11', '1', '0', 'IBM', 'STK', '', '0.0', '', '', 'SMART', '', 'USD', '', '', '0', '', '0', '0', ''], // prettier-ignore
    ])
    const text = heard.toString('latin1').replaceAll('\0', '|')
    expect(text).toMatch(/1\|6\|1\|1\|181\.69\|[\s\S]*1\|6\|1\|2\|181\.9\|/)
    await gateway.end()
  },
)

interface Started {
  readonly pid: number | undefined
  readonly port: number
  readonly controlPort: number
  readonly venueTime: string
  end(): Promise<void>
}

async function started(folder: string, words: readonly string[]): Promise<Started> {
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
  // A stepped gateway reads its clock from standard input, and ends with it.
  const child = spawn(process.execPath, [main, 'gateway', '--port', '0', '--json', ...words], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill())
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const ready = JSON.parse(line) as Omit<Started, 'end' | 'pid'>
  return {
    ...ready,
    pid: child.pid,
    end: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Starts as client 1, says what is asked for, asks the time, and leaves when it knows. */
async function conversation(port: number, asked: readonly string[][] = []): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  await once(socket, 'connect')
  socket.write(Buffer.concat([PREAMBLE, framed(Buffer.from('v100..178', 'latin1')), frameOf(['71', '2', '1', ''])])) // prettier-ignore
  while (!Buffer.concat(heard).includes('secdefnj')) await once(socket, 'data')
  for (const fields of asked) socket.write(frameOf(fields))
  socket.write(frameOf(['49', '1']))
  while (!Buffer.concat(heard).includes('49\0')) await once(socket, 'data')
  socket.destroy()
  return Buffer.concat(heard)
}
