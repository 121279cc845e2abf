import { once } from 'node:events'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { array, assert, integer, property } from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Json } from '#model/canonical-json.ts'
import { err, ok } from '#model/result.ts'
import { type ControlClient, connectControl, ControlLost } from '#runtime/control-client.ts'
import { lineReader, parseReply, parseRequest, REQUEST_BYTES } from '#runtime/control-protocol.ts'
import { type ControlHandler, type ControlServer, serveControl } from '#runtime/control-server.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { anyText } from '#test/support/any-text.ts'
import { table } from '#test/support/table.ts'

test('a verb is told what happens, and then the result', async () => {
  const { client } = await engine(async ({ verb, args }, emit) => {
    emit({ step: 1 })
    emit({ step: 2 })
    return ok({ verb, args })
  })
  const events: Json[] = []
  const answer = await client.request('plan', { raise: 'größe' }, (event) => events.push(event))
  expect(answer).toEqual(ok({ verb: 'plan', args: { raise: 'größe' } }))
  expect(events).toEqual([{ step: 1 }, { step: 2 }])
})

test('a refusal is an answer; a bug is told to the engine, not to the asker', async () => {
  const bugs: unknown[] = []
  const { client } = await engine(async ({ verb }) => {
    if (verb === 'resume') return err('the latch needs a person')
    throw new Error('secret detail')
  }, bugs)
  expect(await client.request('resume', {})).toEqual(err('the latch needs a person'))
  const failed = await client.request('apply', {})
  expect(failed).toEqual(err('apply: the engine failed at this; see its log'))
  expect(String(bugs[0])).toContain('secret detail')
})

test('questions are answered in the order that they are done, each to its own asker', async () => {
  const gates = new Map<string, () => void>()
  const { client } = await engine(
    ({ verb }) => new Promise((resolve) => gates.set(verb, () => resolve(ok(verb)))),
  )
  const [slow, fast] = [client.request('slow', {}), client.request('fast', {})]
  while (gates.size < 2) await new Promise(setImmediate)
  gates.get('fast')?.()
  expect(await fast).toEqual(ok('fast'))
  gates.get('slow')?.()
  expect(await slow).toEqual(ok('slow'))
})

test('nobody listens where no engine runs, nor where one was killed', async () => {
  const folder = scratchFolder()
  expect(await connectControl(folder)).toBeUndefined()
  expect(await connectControl(join(folder, 'absent'))).toBeUndefined()
  const { folder: used, server } = await engine(async () => ok(null))
  await server.close()
  expect(existsSync(join(used, 'control.sock'))).toBe(false)
  writeFileSync(join(used, 'control.sock'), '') // as after a crash: there, and nobody behind it
  expect(await connectControl(used)).toBeUndefined()
  await (await serving(used, async () => ok('again'))).close()
})

test('an engine that ends in the middle is said to be lost', async () => {
  const { client, server } = await engine(() => new Promise(() => {}))
  const asked = client.request('apply', {})
  const lost = expect(asked).rejects.toThrow(ControlLost)
  await server.close()
  await lost
  await expect(client.request('status', {})).rejects.toThrow('ended before it had answered')
})

test('the engine learns that the asker has gone', async () => {
  const gone = Promise.withResolvers<string>()
  const started = Promise.withResolvers<void>()
  const { client } = await engine((_request, _emit, signal) => {
    signal.addEventListener('abort', () => gone.resolve('gone'))
    started.resolve()
    return new Promise(() => {})
  })
  const asked = client.request('watch', {})
  await started.promise
  client.close()
  await expect(asked).rejects.toThrow('hung up')
  expect(await gone.promise).toBe('gone')
})

test('the socket is its owner’s alone', async () => {
  const { folder } = await engine(async () => ok(null))
  expect(statSync(join(folder, 'control.sock')).mode & 0o777).toBe(0o600)
})

test.skipIf(!existsSync('/proc/self/fd'))(
  'a state folder deeper than a socket’s address reaches works all the same (needs /proc)',
  async () => {
    const folder = join(scratchFolder(), 'a-name-of-some-length'.repeat(6), 'state')
    mkdirSync(folder, { recursive: true })
    const server = await serving(folder, async ({ verb }) => ok(verb))
    const client = await connectControl(folder)
    expect(await client?.request('status', {})).toEqual(ok('status'))
    client?.close()
    await server.close()
    expect(existsSync(join(folder, 'control.sock'))).toBe(false)
  },
)

test('a request is 64 kB at most, by either side', async () => {
  const { client, folder } = await engine(async ({ args }) =>
    ok(typeof args === 'string' ? args.length : 0),
  )
  const fits = REQUEST_BYTES - '{"id":1,"verb":"v","args":""}\n'.length
  expect(await client.request('v', 'x'.repeat(fits))).toEqual(ok(fits))
  expect(await client.request('v', 'x'.repeat(fits + 1))).toMatchObject({ ok: false })

  const raw = connect(join(folder, 'control.sock'))
  raw.write('x'.repeat(REQUEST_BYTES + 1))
  const [said] = await once(raw, 'data')
  expect(String(said)).toContain('a request may be 65536 bytes long')
  raw.destroy()
})

test('seventeen questions at once are one too many', async () => {
  const { client } = await engine(() => new Promise(() => {}))
  const asked = Array.from({ length: 17 }, () => client.request('watch', {}))
  const last = await asked.pop()
  expect(last).toEqual(err('16 requests are in flight; wait for one to end'))
  const lost = Promise.allSettled(asked)
  client.close()
  await lost
})

test.each(
  table(`
    line                           | answer
    nonsense                       | expected one JSON object a line: {"id":1,"verb":"status","args":{}}
    []                             | expected one JSON object a line: {"id":1,"verb":"status","args":{}}
    {"verb":"status"}              | id: expected a whole number
    {"id":1.5,"verb":"status"}     | id: expected a whole number
    {"id":1}                       | verb: expected a name such as "status"
    {"id":1,"verb":""}             | verb: expected a name such as "status"
  `),
)('the request $line is refused', ({ line, answer }) => {
  expect(parseRequest(line)).toEqual(err(answer))
})

test.each(
  table(`
    line           | answer
    nonsense       | expected one JSON object a line
    {"result":1}   | id: expected a whole number
    {"id":1}       | expected event, result or error
  `),
)('the answer $line is refused', ({ line, answer }) => {
  expect(parseReply(line)).toEqual(err(answer))
})

test('however a stream is cut, the lines are the same', () => {
  assert(
    property(
      array(anyText(), { maxLength: 4 }),
      array(integer({ min: 1, max: 9 })),
      (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ''))
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const read: string[] = []
        const take = lineReader(1_000_000, (line) => read.push(line), () => read.push('overflow')) // prettier-ignore
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % Math.max(1, cuts.length)] ?? 1
          take(bytes.subarray(at, at + size))
          at += size
        }
        expect(read).toEqual(lines)
      },
    ),
  )
})

async function engine(
  handler: ControlHandler,
  bugs: unknown[] = [],
): Promise<{ folder: string; server: ControlServer; client: ControlClient }> {
  const folder = scratchFolder()
  const server = await serving(folder, handler, bugs)
  onTestFinished(() => server.close())
  const client = await connectControl(folder)
  if (client === undefined) throw new Error('the engine does not listen')
  onTestFinished(() => client.close())
  return { folder, server, client }
}

const serving = (
  stateFolder: string,
  handler: ControlHandler,
  bugs: unknown[] = [],
): Promise<ControlServer> =>
  serveControl({ stateFolder, handler, onBug: (error) => bugs.push(error) })
