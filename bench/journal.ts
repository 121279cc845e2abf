/**
 * What the journal costs: appends a second against raw SQLite with the same durability (write-ahead
 * log, every commit synced), in the same run on the same disk, the two taking turns batch by batch.
 * Raw SQLite stores the same row without chain and head file.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { canonicalJson } from '#model/canonical-json.ts'
import type { Entry } from '#journal/journal.ts'
import { newHeader } from '#journal/header.ts'
import { createSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'

interface Case {
  readonly name: string
  /** Rows that are made durable together. */
  readonly batch: number
  /** Least ratio to raw SQLite that we aim for. */
  readonly aim: number
}

const CASES: readonly Case[] = [
  { name: 'one by one', batch: 1, aim: 0.8 },
  { name: 'batches of 100', batch: 100, aim: 0.5 },
]

const WARM_UP = 50
const MOST_TURNS = 2_000
/** A slow disk gets fewer turns, ms. */
const MOST_TIME_MS = 3_000

/** Prints a line for each case: rows a second of both, and their ratio. */
export async function run(): Promise<void> {
  // Beside the code: where temporary files lie, memory often passes for a disk.
  const folder = mkdtempSync(join(import.meta.dirname, '.scratch-'))
  try {
    console.log('journal: durable appends a second (medians, taking turns on one disk)')
    for (const each of CASES) console.log(await measured(each, folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measured({ name, batch, aim }: Case, folder: string): Promise<string> {
  const raw = rawSqlite(join(folder, `raw-${batch}.sqlite`))
  const ours = createSqliteJournal(
    join(folder, `journal-${batch}.sqlite`),
    newHeader('DU1234567', 'bench', Date.now()),
  )
  const entries = Array.from({ length: batch }, (_, i) => report(i))
  const [rawMs, oursMs]: [number[], number[]] = [[], []]
  const deadline = performance.now() + MOST_TIME_MS
  for (let turn = 0; turn < WARM_UP + MOST_TURNS && performance.now() < deadline; turn++) {
    const start = performance.now()
    raw.append(entries)
    const between = performance.now()
    ours.append(entries)
    await ours.sync()
    if (turn < WARM_UP) continue
    rawMs.push(between - start)
    oursMs.push(performance.now() - between)
  }
  raw.close()
  await ours.close()
  return line(name, aim, perSecond(rawMs), perSecond(oursMs))

  function perSecond(turnsMs: readonly number[]): number {
    return (batch * 1_000) / median(turnsMs)
  }
}

function line(name: string, aim: number, raw: number, ours: number): string {
  const verdict = ours / raw >= aim ? 'met' : 'missed'
  return `  ${name.padEnd(16)} journal ${rate(ours)}/s   raw SQLite ${rate(raw)}/s   ratio ${(ours / raw).toFixed(2)} (aim ${aim.toFixed(1)}: ${verdict})` // prettier-ignore
}

const rate = (perSecond: number): string => perSecond.toFixed(0).padStart(8)

function rawSqlite(path: string): { append(entries: readonly Entry[]): void; close(): void } {
  const database = new DatabaseSync(path)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE entries (seq INTEGER PRIMARY KEY, kind TEXT, type TEXT, at INTEGER, body TEXT) STRICT
  `)
  const insert = database.prepare('INSERT INTO entries (kind, type, at, body) VALUES (?, ?, ?, ?)')
  const [begin, commit] = [database.prepare('BEGIN IMMEDIATE'), database.prepare('COMMIT')]
  return {
    append(entries) {
      begin.run()
      for (const { kind, type, at, body } of entries) insert.run(kind, type, at, body)
      commit.run()
    },
    close: () => database.close(),
  }
}

/** A fill as the broker reports it, some 350 bytes. */
function report(n: number): Entry {
  const body = canonicalJson({
    type: 'BrokerReported',
    at: 1_517_839_200_000 + n,
    report: {
      type: 'Fill',
      clientOrderId: `0badcafe-r1-${n}-1`,
      execId: `0000e0d5.5a78${String(n).padStart(4, '0')}.01.01`,
      permId: '1407654321',
      instrument: 'AAPL.STK.USD',
      side: 'SELL',
      quantity: '100',
      price: '156.4900',
      cumulative: '300',
      averagePrice: '156.4867',
      commission: '1.0423',
      liquidity: 'removed',
      exchange: 'NASDAQ',
      at: 1_517_839_199_874,
    },
  })
  return { kind: 'fact', type: 'BrokerReported', at: 1_517_839_200_000 + n, body }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}
