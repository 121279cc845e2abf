import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readRecording, type RecordedPiece } from '#gateway/recording/recording.ts'
import { playback } from '#gateway/recording/replay.ts'
import { openReplay } from '#gateway/recording/replay-server.ts'
import { serve } from '#gateway/server.ts'
import { frameOf } from '#gateway/wire/frame.ts'
import { hello, smallDesk } from '#test/support/wire-client.ts'

const START = frameOf(['71', '2', '1', ''])
const TIME = frameOf(['49', '1'])

test('a session is recorded and served again byte for byte', async () => {
  const record = join(freshFolder(), 'session.jsonl')
  const gateway = await serve(smallDesk().venue, {
    host: '127.0.0.1',
    port: 0,
    clock: 'stepped',
    record,
  })
  const live = await conversation(gateway.port)
  await gateway.close()

  const diverged: string[] = []
  const replay = await openReplay(record, { host: '127.0.0.1', port: 0 }, (_n, where) =>
    diverged.push(where),
  )
  onTestFinished(async () => replay.close())
  expect((await conversation(replay.port)).equals(live)).toBe(true)
  expect(diverged).toEqual([])
})

test('an existing file is not overwritten', async () => {
  const record = join(freshFolder(), 'session.jsonl')
  const options = { host: '127.0.0.1', port: 0, clock: 'stepped', record } as const
  await (await serve(smallDesk().venue, options)).close()
  const before = readFileSync(record, 'utf8')
  await expect(serve(smallDesk().venue, options)).rejects.toThrow('--record: cannot write')
  expect(readFileSync(record, 'utf8')).toBe(before)
})

const PIECES: readonly RecordedPiece[] = [
  { connection: 1, direction: 'in', bytes: hello() },
  { connection: 1, direction: 'out', bytes: Buffer.from('welcome') },
  { connection: 1, direction: 'in', bytes: TIME },
  { connection: 1, direction: 'out', bytes: Buffer.from('noon') },
]

test('however the client cuts its bytes, it hears what was heard', () => {
  const played = playback(PIECES)
  played.begin()
  const heard = Array.from(Buffer.concat([hello(), TIME]), (byte) => {
    const step = played.receive(Buffer.from([byte]))
    return step.type === 'go-on' ? step.bytes.toString() : step.where
  })
  expect(heard.join('')).toBe('welcomenoon')
})

test('a client that says something else is told where', () => {
  const played = playback(PIECES)
  played.receive(hello())
  expect(played.receive(frameOf(['17', '1']))).toMatchObject({
    type: 'diverged',
    where: expect.stringContaining('recorded') as string,
  })
})

test('a client that goes on after the end is told so', () => {
  const played = playback(PIECES)
  played.receive(Buffer.concat([hello(), TIME]))
  expect(played.receive(TIME)).toMatchObject({
    type: 'diverged',
    where: expect.stringContaining('after the recording') as string,
  })
})

test.each([
  ['', /^x:1: expected \{"format"/],
  ['{"format":"ballast-recording 1"}\nnonsense', /^x:2 : /],
  [
    '{"format":"ballast-recording 1"}\n{"connection":0,"direction":"in","bytes":""}',
    /^x:2 connection: /,
  ],
])('what is no recording is refused with its line: %s', (text, message) => {
  const read = readRecording(text, 'x')
  expect(read.ok ? 'read' : read.error).toMatch(message)
})

/** Connects, starts, asks the time, and hears it. */
async function conversation(port: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  const heard: Buffer[] = []
  socket.on('data', (chunk) => heard.push(chunk))
  await once(socket, 'connect')
  await said(socket, heard, Buffer.concat([hello(), START]), 'Sec-def')
  await said(socket, heard, TIME, '49\0')
  socket.destroy()
  return Buffer.concat(heard)
}

async function said(
  socket: Socket,
  heard: readonly Buffer[],
  bytes: Buffer,
  until: string,
): Promise<void> {
  socket.write(bytes)
  while (!Buffer.concat(heard).includes(until)) await once(socket, 'data')
}

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-recording-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
