/**
 * What a person can get wrong, each with the message they read and the code a script sees. The
 * whole program runs as a process, against a simulated gateway in another.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startGatewayProcess, type GatewayProcess } from '#cli/demo/gateway-process.ts'
import { ballast, type Ended } from '#test/support/demo-world.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const UNIVERSE = 'instrument,sector\nKO,Consumer Staples\nBE,Energy\nVELT,Industrials\n'
const TARGETS = 'instrument,weight\nKO,0.03\nVELT,0.03\n'

let venue: string
let gateway: GatewayProcess

beforeAll(async () => {
  venue = mkdtempSync(join(tmpdir(), 'ballast-venue-'))
  writeFileSync(join(venue, 'universe.csv'), UNIVERSE)
  writeFileSync(join(venue, 'positions.csv'), 'instrument,quantity\nKO,300\nBE,-20\n')
  gateway = await startGatewayProcess(
    ['--port=0', '--cash=100000', `--universe=${venue}/universe.csv`, `--positions=${venue}/positions.csv`], // prettier-ignore
    () => {},
  )
})

afterAll(async () => {
  await gateway.close()
  rmSync(venue, { recursive: true, force: true })
})

interface Files {
  /** Changed lines of ballast.yaml, by field. */
  readonly config?: Readonly<Record<string, string>>
  readonly targets?: string
}

/** A folder with everything in order, but for what is given. */
function folderWith({ config = {}, targets = TARGETS }: Files = {}): string {
  const folder = scratchFolder()
  const fields: Record<string, string> = {
    mode: 'paper',
    account: 'DU1234567',
    broker: brokerAt(gateway.port),
    stateFolder: 'state',
    limits: '{ largestSector: 0.5, correlatedWeight: 0.9 }',
    ...config,
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  writeFileSync(join(folder, 'ballast.yaml'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'targets.csv'), targets)
  writeFileSync(join(folder, 'universe.csv'), UNIVERSE)
  return folder
}

const brokerAt = (port: number): string =>
  `{ kind: ibkr, port: ${port}, clockOffsetMs: ${gateway.clockOffsetMs}, connectTimeoutMs: 2000 }`

const run = (folder: string, ...words: string[]): Promise<Ended> => ballast(folder, words).ended

/** A plan made now: its id. */
async function planned(folder: string, ...words: string[]): Promise<string> {
  const made = await run(folder, 'plan', '--json', '--out', 'plan.json', ...words)
  expect(made, made.stderr).toMatchObject({ code: 2 })
  return (JSON.parse(made.stdout) as { planId: string }).planId
}

describe('the configuration and its inputs', () => {
  // prettier-ignore
  test.each<[string, Files, RegExp]>([
    ['bad YAML', { config: { gate: '{ collarBps: [ }' } }, /^ballast: ballast\.yaml:\d+: is no YAML: /],
    ['an unknown field', { config: { polcy: '{}' } }, /^ballast: ballast\.yaml:6 polcy: unknown field, did you mean policy\?$/],
    ['a number that is none', { config: { limits: '{ grossLeverage: two }' } }, /ballast\.yaml:5 limits\.grossLeverage: was "two", expected a number such as 2\.0$/],
    ['a secret', { config: { password: 'hunter2' } }, /ballast\.yaml:6 password: looks like a secret/],
    ['a live account in paper mode', { config: { account: 'U1234567' } }, /ballast\.yaml:2 account: was "U1234567", a live account, expected a paper account/],
    ['weights that do not sum', { targets: 'instrument,weight\nKO,0.8\nVELT,0.6\n' }, /targets\.csv weight: the weights sum to 1\.4, expected at most 0\.98/],
    ['a weight that is none', { targets: 'instrument,weight\nKO,lots\n' }, /targets\.csv:2 weight: was "lots", expected a fraction/],
    ['an instrument that is none', { targets: 'instrument,weight\nko,0.1\n' }, /targets\.csv:2 instrument: was "ko", expected an instrument/],
    ['another account than the gateway has', { config: { account: 'DU7654321' } }, /DU7654321/],
  ])('%s', async (_, files, message) => {
    const { code, stdout, stderr } = await run(folderWith(files), 'plan')
    expect(stderr).toMatch(message)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).not.toContain('hunter2')
  })

  test('a symbol that the broker does not know is left out of the plan, and said so', async () => {
    const folder = folderWith({ targets: `${TARGETS}NOPE,0.01\n` })
    const { code, stdout } = await run(folder, 'plan', '--json')
    expect(code).toBe(2)
    expect((JSON.parse(stdout) as { skipped: unknown }).skipped).toContainEqual({
      instrument: 'NOPE.STK.USD',
      reason: expect.stringMatching(/the broker does not know it: .*200: No security definition/),
    })
  })

  test('no configuration at all', async () => {
    const { code, stderr } = await run(scratchFolder(), 'status')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'ballast: ballast.yaml: is not there; make one with ballast init, or name it with --config',
    })
  })
})

describe('the connection', () => {
  test('a port that is closed', async () => {
    const { port, close } = await silentServer()
    await close()
    const { code, stderr } = await run(folderWith({ config: { broker: brokerAt(port) } }), 'plan')
    expect(code).toBe(1)
    expect(stderr).toMatch(new RegExp(`not-connected: .*${port}`))
  })

  test('a port that accepts and says nothing', async () => {
    const { port, close } = await silentServer()
    onTestFinished(close)
    const { code, stderr } = await run(folderWith({ config: { broker: brokerAt(port) } }), 'plan')
    expect(code).toBe(1)
    expect(stderr).toMatch(/timeout: /)
  })

  test('halting needs no broker: the kill-switch file is set', async () => {
    const { port, close } = await silentServer()
    await close()
    const folder = folderWith({ config: { broker: brokerAt(port) } })
    const { code, stdout } = await run(folder, 'halt', '--reason', 'drill')
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/wrote .*HALT/) })
    expect(readFileSync(join(folder, 'state/HALT'), 'utf8')).toBe('drill\n')
  })
})

describe('plans', () => {
  test('an edited plan file', async () => {
    const folder = folderWith()
    await planned(folder)
    const file = join(folder, 'plan.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"SELL"', '"SHORT"'))
    const { code, stderr } = await run(folder, 'apply', 'plan.json', '--yes')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ballast: plan\.json: was edited or cut: /)
  })

  test('a plan that this journal does not know', async () => {
    const [one, other] = [folderWith(), folderWith()]
    await planned(one)
    const plan = join(one, 'plan.json')
    const { code, stdout, stderr } = await run(other, 'apply', plan, '--yes')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^ballast: plan [0-9a-f]{64} is not among those recorded in this journal/,
    )
  })

  test('a plan that the account has moved away from', async () => {
    const folder = folderWith()
    const old = await planned(folder)
    const raised = await planned(folder, '--raise', '2000')
    const applied = await run(folder, 'apply', raised, '--yes')
    expect(applied, applied.stdout).toMatchObject({ code: 0 })
    const { code, stdout } = await run(folder, 'apply', old, '--yes')
    expect(code).toBe(4)
    expect(stdout).toMatch(
      /KO\.STK\.USD: the plan was made for 300, the account holds \d+; make a new plan/,
    )
  })

  test('applying where nobody can be asked', async () => {
    const folder = folderWith()
    const plan = await planned(folder)
    const { code, stderr } = await run(folder, 'apply', plan)
    expect(code).toBe(1)
    expect(stderr).toContain('nobody can be asked here; expected --yes')
  })
})

describe('the state folder', () => {
  test('a journal of another account', async () => {
    const folder = folderWith()
    expect((await run(folder, 'reconcile')).code).toBe(0)
    const config = join(folder, 'ballast.yaml')
    writeFileSync(config, readFileSync(config, 'utf8').replace('DU1234567', 'DU7654321'))
    const { code, stderr } = await run(folder, 'status')
    expect(code).toBe(1)
    expect(stderr).toMatch(/DU1234567.*DU7654321|DU7654321.*DU1234567/)
  })

  test.each([
    ['an altered journal', "UPDATE entries SET body = replace(body, 'DU1234567', 'DU1234568') WHERE seq = 2 OR seq = 1"], // prettier-ignore
    ['a cut journal', 'DELETE FROM entries WHERE seq > 5'],
    ['a journal that lacks a row', 'DELETE FROM entries WHERE seq = 3'],
  ])('%s is found, and nothing is traded on it', async (_, tamper) => {
    const folder = folderWith()
    expect((await run(folder, 'reconcile')).code).toBe(0)
    tampered(join(folder, 'state/journal.sqlite'), tamper)
    const verified = await run(folder, 'journal', 'verify', '--json')
    expect(verified.code).toBe(1)
    expect(JSON.parse(verified.stdout)).toMatchObject({ sound: false })
    expect((await run(folder, 'plan')).code).toBe(1)
  })

  test.skipIf(process.platform !== 'linux')('a folder that cannot be written', async () => {
    const folder = folderWith({ config: { stateFolder: '/sys/ballast' } })
    const { code, stderr } = await run(folder, 'plan')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ballast: state folder \/sys\/ballast: cannot be created: /)
  })

  test('a second engine on it is refused, while verbs talk to the first', async () => {
    const folder = folderWith()
    const watching = Promise.withResolvers<void>()
    const first = ballast(folder, ['watch', '--json'], () => watching.resolve())
    await watching.promise
    const second = await run(folder, 'watch')
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/an engine runs on .* already/)
    const status = await run(folder, 'status', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, link: 'up' })
    first.child.kill('SIGINT')
    expect((await first.ended).code).toBe(0)
  })
})

/** Somebody listens, and never says a word. */
async function silentServer(): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    for (const socket of sockets) socket.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  }
  return { port, close }
}

function tampered(path: string, sql: string): void {
  const database = new DatabaseSync(path)
  const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers as { name: string }[]) database.exec(`DROP TRIGGER "${name}"`)
  database.exec(sql)
  database.close()
}
