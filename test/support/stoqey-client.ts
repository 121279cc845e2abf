/** A client of @stoqey/ib that remembers what it hears, so that a test can wait for it. */
import { ErrorCode, EventName, IBApi } from '@stoqey/ib'

type Name = `${EventName}`

export interface Listening {
  readonly client: IBApi
  /** Resolves with the arguments of an event heard since the last `clear`, or the next one. */
  heard(name: Name, fits?: (args: readonly unknown[]) => boolean): Promise<readonly unknown[]>
  all(name: Name): (readonly unknown[])[]
  sequence(names: readonly Name[]): (readonly [Name, readonly unknown[]])[]
  error(reqId: number): Promise<{ readonly code: number; readonly text: string }>
  undecoded(): readonly string[]
  nextId(): Promise<number>
  clear(): void
}

const PATIENCE_MS = 10_000

/** @returns when it has started */
export async function listeningClient(port: number, clientId: number): Promise<Listening> {
  const client = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec: 40 })
  let events: (readonly [Name, readonly unknown[]])[] = []
  const broken: string[] = []
  const waiting = new Set<() => void>()
  client.on(EventName.all, (name, args) => {
    events.push([name as Name, args])
    for (const look of waiting) look()
  })
  client.on(EventName.error, (error, code) => {
    if (code === ErrorCode.UNKNOWN_ID) broken.push(error.message)
  })

  const heard: Listening['heard'] = (name, fits = () => true) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never heard ${name}`)), PATIENCE_MS)
      const look = () => {
        const found = events.find(([of, args]) => of === name && fits(args))
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(found[1])
      }
      waiting.add(look)
      look()
    })

  const listening: Listening = {
    client,
    heard,
    all: (name) => events.filter(([of]) => of === name).map(([, args]) => args),
    sequence: (names) => events.filter(([name]) => names.includes(name)),
    async error(reqId) {
      const [error, code] = await heard(EventName.error, (args) => args[2] === reqId)
      return { code: code as number, text: (error as Error).message }
    },
    undecoded: () => broken,
    async nextId() {
      events = events.filter(([name]) => name !== 'nextValidId')
      client.reqIds()
      return (await heard(EventName.nextValidId))[0] as number
    },
    clear: () => {
      events = []
    },
  }
  client.connect(clientId)
  await heard(EventName.nextValidId)
  return listening
}
