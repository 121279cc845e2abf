/**
 * A client of the simulated gateway without a socket: bytes go in, fields come out. The venue is a
 * small synthetic one whose time the test moves.
 */
import { Buffer } from 'node:buffer'
import { createExchange } from '#exchange/create-exchange.ts'
import { syntheticMarket } from '#exchange/market/synthetic-market.ts'
import { openConnection, type Connection } from '#gateway/connection.ts'
import { openDesk, type Desk, type DeskSettings } from '#gateway/desk.ts'
import { listedInstruments } from '#gateway/listed-instruments.ts'
import { PREAMBLE, fieldsOf, frameOf, frameReader, framed } from '#gateway/wire/frame.ts'
import { readUniverse } from '#feeds/files/inputs/universe.ts'
import { money, quantity, type Money } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import { instantOf } from '#model/time.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'

const UNIVERSE = `instrument,conId,sector,shortable,primaryExchange
AAPL,265598,Information Technology,yes,NASDAQ
IBM,8314,Information Technology,yes,NYSE
KO,8894,Consumer Staples,yes,NYSE
LOCKED,900002,Energy,no,NYSE
HALTD,900001,Energy,yes,NYSE
`

/** Monday 5 January 2026, 10:00 New York. */
export const TEN_O_CLOCK = instantOf('2026-01-05T15:00:00Z') ?? 0

/** A desk with AAPL, IBM, KO, LOCKED (not shortable) and HALTD (halted), 300 AAPL and −200 KO. */
export function smallDesk(startAt: number = TEN_O_CLOCK, settings?: DeskSettings): Desk {
  const rows = readUniverse(UNIVERSE, 'universe.csv')
  if (!rows.ok) throw new Error(rows.error)
  const instruments = listedInstruments(rows.value, 'universe.csv').filter((of) => of.assetClass === 'STK') // prettier-ignore
  const market = syntheticMarket({
    seed: 5,
    instruments,
    firstDate: '2024-01-02',
    lastDate: '2026-06-30',
  })
  return openDesk(
    createExchange({
      seed: 5,
      account: 'DU1234567' as AccountId,
      baseCurrency: 'USD',
      startAt,
      market,
      cash: new Map([['USD', money('100000', 'USD') as Money<string>]]),
      positions: [
        { instrument: 'AAPL.STK.USD' as InstrumentId, quantity: quantity('300') },
        { instrument: 'KO.STK.USD' as InstrumentId, quantity: quantity('-200') },
      ],
      halted: ['HALTD.STK.USD' as InstrumentId],
    }),
    settings,
  )
}

export interface WireClient {
  readonly connection: Connection
  /** Sends one frame. */
  say(...fields: readonly (string | number)[]): void
  /** Sends bytes as they are. */
  sayBytes(bytes: Buffer): void
  placeOrder(said: Readonly<Record<string, string>>): void
  /** Every message heard since the last call, each as its fields; `torn` passes over what is no frame. */
  heard(how?: { readonly torn: boolean }): (readonly string[])[]
  /** Those of one message id, of what `heard` would give. */
  heardOf(msgId: number): (readonly string[])[]
  /** Why the gateway ended the connection; undefined while it stands. */
  ended(): string | undefined
  /** Sets how many bytes the client has not read. */
  fallBehind(bytes: number): void
  leave(): void
  /** The pieces in which what was last heard arrived. */
  segments(): readonly Buffer[]
}

/** A connection that has said nothing yet. */
export function newWire(desk: Desk): WireClient {
  let arrived: Buffer[] = []
  let read: readonly Buffer[] = []
  let reason: string | undefined
  let waiting = 0
  const connection = openConnection(desk, {
    write: (frame) => arrived.push(frame),
    waiting: () => waiting,
    end: (why) => (reason = why),
    cut: () => (reason = 'cut'),
  })
  const sayBytes = (bytes: Buffer) => connection.receive(bytes)
  const say = (...fields: readonly (string | number)[]) => sayBytes(frameOf(fields.map(String)))
  const heard = (how?: { readonly torn: boolean }) => {
    const bytes = Buffer.concat([PREAMBLE, ...arrived])
    read = arrived
    arrived = []
    const frames = frameReader(16_777_216).push(bytes)
    if (!frames.ok) {
      if (how?.torn === true) return []
      throw new Error(frames.error)
    }
    return frames.value.map((payload) => fieldsOf(payload))
  }
  return {
    connection,
    say,
    sayBytes,
    placeOrder: (said) => sayBytes(frameOf(placeOrderFields(said))),
    heard,
    heardOf: (msgId) => heard().filter(([id]) => id === String(msgId)),
    ended: () => reason,
    fallBehind: (bytes) => (waiting = bytes),
    leave: () => connection.closed(),
    segments: () => read,
  }
}

/** The client's first words. */
export const hello = (range = 'v100..193'): Buffer =>
  Buffer.concat([PREAMBLE, framed(Buffer.from(range, 'latin1'))])

/** A client that has started, and forgotten what it heard so far. */
export function startedClient(desk: Desk, clientId = 1, range?: string): WireClient {
  const client = newWire(desk)
  client.sayBytes(hello(range))
  client.say(71, 2, clientId, '')
  client.heard()
  return client
}
