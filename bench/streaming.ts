/**
 * Level 1 of many names to several clients: how long it takes from the moment at which the gateway looks at the market
 * until a client has what the look told it. The gateway is a process of its own; every name changes between any two
 * samples. Then one more client stops reading, and the others must not notice.
 *
 * Each message is known by its place in the stream of bytes (`children/streaming-gateway.ts`). A quote changes, or its
 * next sample falls due, after the look before the one that tells it: so the time from that one is the most that
 * anything can have waited, timer included.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { StreamingOptions, StreamingReady, StreamingReport } from './children/streaming-gateway.ts' // prettier-ignore
import { frameOf } from '#gateway/wire/frame.ts'
import { echoRate } from './echo.ts'
import { milliseconds, percentile, spread } from './figures.ts'
import { rawClient, type RawClient } from './raw-client.ts'

const NAMES = 1_000
const CLIENTS = 3
/** A quote at most every 200 ms, so that each sample of 250 ms meets a new one. */
const QUOTE_EVERY_MS = 125
const WARM_UP_MS = 5_000
const MEASURE_MS = 10_000
const SAMPLES_A_SECOND = 4
const ECHOES = 20_000
const AIM_MS = 20
/** A client that stops reading: what may wait for it, and for how long. */
const SLOW = { mostBytes: 4_194_304, stalledMs: 5_000 }
const GONE_WITHIN_MS = 90_000
const LOOK_EVERY_MS = 1_000

const OPTIONS: StreamingOptions = { names: NAMES, quoteEveryMs: QUOTE_EVERY_MS, lines: NAMES * (CLIENTS + 1), ...SLOW } // prettier-ignore

/** Prints latencies, rates and memory, with all clients reading and with one that does not. */
export async function run(): Promise<void> {
  const child = fork(fileURLToPath(new URL('children/streaming-gateway.ts', import.meta.url)), {
    execArgv: [...process.execArgv, '--expose-gc'],
  })
  child.send(OPTIONS)
  const [{ port, conIds }] = (await once(child, 'message')) as [StreamingReady]
  const clients = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => listener(port, i + 1, conIds))) // prettier-ignore
  try {
    console.log(`streaming: level 1 of ${conIds.length} names, 4 samples a second each, to ${CLIENTS} clients, gateway in its own process`) // prettier-ignore
    await everythingTold(clients)
    await sleep(WARM_UP_MS)
    const calm = await measured(child, clients, async () => sleep(MEASURE_MS))
    printed('all read', calm)
    const idle = await listener(port, CLIENTS + 1, conIds)
    idle.client.socket.pause()
    const disturbed = await measured(child, clients, (look) => untilGone(idle, look))
    printed('one does not', disturbed)
    fate(idle, disturbed)
    await compared(calm)
  } finally {
    for (const { client } of clients) client.close()
    child.disconnect()
    await once(child, 'exit')
  }
}

interface Listener {
  readonly client: RawClient
  readonly port: number
  /** Where each message ended in the stream of bytes, and when it was whole. */
  ends: number[]
  at: number[]
}

/** A client with a line on every name. */
async function listener(
  port: number,
  clientId: number,
  conIds: readonly number[],
): Promise<Listener> {
  const { client } = await rawClient(port, clientId)
  const found: Listener = { client, port: client.socket.localPort ?? 0, ends: [], at: [] }
  client.onFrame((_payload, end) => {
    found.ends.push(end)
    found.at.push(performance.timeOrigin + performance.now())
  })
  for (const [i, conId] of conIds.entries()) client.send(1, 11, i + 1, ...contractOf(conId), 0, '', 0, 0, '') // prettier-ignore
  return found
}

/** The twelve fields of a contract. */
const contractOf = (conId: number) => [conId, '', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', ''] // prettier-ignore

/** Waits until every name has been told whole: a dozen ticks and more. */
async function everythingTold(clients: readonly Listener[]): Promise<void> {
  while (clients.some(({ ends }) => ends.length < NAMES * FIRST_TICKS)) await sleep(LOOK_EVERY_MS)
}

const FIRST_TICKS = 12

interface Measured {
  /** From the look that told a message, and from the one before it, to the client; ms. */
  readonly fromLookMs: readonly number[]
  readonly fromLookBeforeMs: readonly number[]
  readonly messages: number
  readonly bytes: number
  readonly seconds: number
  /** Of the gateway. */
  readonly rssBytes: readonly [before: number, most: number]
  /** Held by it before and after, collected. */
  readonly heldBytes: readonly [before: number, after: number]
  readonly cpu: number
  /** The last that was said of each client. */
  readonly clients: StreamingReport['clients']
}

type Look = (how?: 'report' | 'collect') => Promise<StreamingReport>

/** What clients hear while something goes on, which may look at the gateway meanwhile. */
async function measured(
  child: ChildProcess,
  clients: readonly Listener[],
  meanwhile: (look: Look) => Promise<unknown>,
): Promise<Measured> {
  const reports: StreamingReport[] = []
  const look: Look = async (how = 'report') => {
    child.send(how)
    const [report] = (await once(child, 'message')) as [StreamingReport]
    reports.push(report)
    return report
  }
  const before = await look('collect')
  reports.length = 0
  for (const client of clients) Object.assign(client, { ends: [], at: [] })
  const begun = performance.now()
  await meanwhile(look)
  const seconds = (performance.now() - begun) / 1_000
  const after = await look('collect')
  const looks = reports.flatMap((report) => report.looks)
  const heard = clients.map((client) => latenciesOf(client, looks, reports))
  return {
    fromLookMs: heard.flatMap(({ fromLookMs }) => fromLookMs),
    fromLookBeforeMs: heard.flatMap(({ fromLookBeforeMs }) => fromLookBeforeMs),
    messages: clients.reduce((sum, { ends }) => sum + ends.length, 0),
    bytes: clients.reduce((sum, { ends }) => sum + (ends.at(-1) ?? 0) - (ends[0] ?? 0), 0),
    seconds,
    rssBytes: [before.rssBytes, Math.max(...reports.map(({ rssBytes }) => rssBytes))],
    heldBytes: [before.heldBytes ?? NaN, after.heldBytes ?? NaN],
    cpu: reports.reduce((sum, { cpu }) => sum + cpu, 0) / reports.length,
    clients: after.clients,
  }
}

/** A message that ends behind what was handed over before a look, and not behind the next one's, is of that look. */
function latenciesOf(
  { port, ends, at }: Listener,
  looks: readonly number[],
  reports: readonly StreamingReport[],
): Pick<Measured, 'fromLookMs' | 'fromLookBeforeMs'> {
  const handed = reports.flatMap(({ clients }) => clients[port]?.handed ?? [])
  const fromLookMs: number[] = []
  const fromLookBeforeMs: number[] = []
  let look = 0
  for (const [i, end] of ends.entries()) {
    while ((handed[look + 1] ?? Infinity) < end) look++
    const [of, before, heard] = [looks[look], looks[look - 1], at[i]]
    // What was under way when the measurement began belongs to no look of it.
    if (of === undefined || before === undefined || heard === undefined) continue
    fromLookMs.push(heard - of)
    fromLookBeforeMs.push(heard - before)
  }
  return { fromLookMs, fromLookBeforeMs }
}

/** Looks at the gateway until it has let a client go. */
async function untilGone({ port }: Listener, look: Look): Promise<void> {
  const deadline = performance.now() + GONE_WITHIN_MS
  while (performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS)
    const { clients } = await look()
    if (clients[port]?.isGone === true) return
  }
}

function printed(what: string, of: Measured): void {
  const p99 = percentile(of.fromLookBeforeMs, 0.99)
  const verdict = p99 <= AIM_MS ? 'met' : 'missed'
  const [rss, most] = of.rssBytes.map(megabytes)
  const [held, after] = of.heldBytes.map(megabytes)
  console.log(`  ${what.padEnd(14)} look → client           ${worst(of.fromLookMs)}`)
  console.log(`  ${''.padEnd(14)} change → client, most   ${worst(of.fromLookBeforeMs)}   (aim p99 ${AIM_MS} ms: ${verdict})`) // prettier-ignore
  console.log(`  ${''.padEnd(14)} ${rate(of.messages, of)} messages/s   ${(of.bytes / of.seconds / 1e6).toFixed(2)} MB/s   gateway ${(of.cpu * 100).toFixed(0)} % of a core, RSS ${rss ?? ''} MB, at most ${most ?? ''} MB, heap held ${held ?? ''} → ${after ?? ''} MB`) // prettier-ignore
}

const worst = (measuredMs: readonly number[]): string => `${spread(measuredMs)}   max ${milliseconds(measuredMs.reduce((a, b) => Math.max(a, b), 0))}` // prettier-ignore
const rate = (count: number, { seconds }: Measured): string => (count / seconds).toFixed(0)
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

/** What became of the client that did not read. */
function fate({ port, client }: Listener, { clients, seconds }: Measured): void {
  const report = clients[port]
  client.close()
  const end = report?.isGone === true ? `dropped after ${seconds.toFixed(0)} s` : 'still connected'
  console.log(`  the one that does not: at most ${((report?.mostWaiting ?? 0) / 1e6).toFixed(2)} MB waited for it (limit ${(SLOW.mostBytes / 1e6).toFixed(2)} MB), ${end} (${SLOW.stalledMs / 1_000} s after the last byte it took)`) // prettier-ignore
}

/** Frames as long as a sample of a name, one at a time. */
async function compared(calm: Measured): Promise<void> {
  const bytesASample = calm.bytes / (calm.seconds * NAMES * CLIENTS * SAMPLES_A_SECOND)
  const frame = frameOf(['x'.repeat(Math.round(bytesASample))])
  const { latenciesMs } = await echoRate(frame, ECHOES, 1)
  console.log(
    `  raw loopback echo of ${frame.length} bytes, there and back   ${worst(latenciesMs)}`,
  )
}
