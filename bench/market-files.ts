/**
 * How long a market takes to load from a file, and how much memory: 500 names and more over seventeen
 * years of daily bars, each way of reading in a process of its own, from its first instruction to
 * the last bar. Beside ours stand the reading of the file's bytes, and for Parquet the library's own
 * reader of rows.
 */
import { execFile } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { tradingDays } from '#marketdata/calendar.ts'
import { milliseconds, percentile } from './figures.ts'

/** Not ours to ship; the CSV file is made here. */
const PARQUET = join(
  import.meta.dirname,
  '../../shared/data/bars/us_equity_daily_2005_2021.parquet',
)
const CHILD = join(import.meta.dirname, '../test/support/children/load-bars.ts')
const NAMES = 500
const YEARS = { first: '2005-01-03', last: '2021-12-31' }
const RUNS = 3
const AIM = { ms: 3_000, mb: 600 }

/** Prints a line for each way of reading. */
export async function run(): Promise<void> {
  console.log('market files: daily bars of a market, from the start of a process to the last bar')
  if (existsSync(PARQUET)) await compare('Parquet', PARQUET, ['rows'], AIM)
  else console.log(`  Parquet    skipped: ${PARQUET} is not there`)
  const folder = mkdtempSync(join(tmpdir(), 'ballast-bench-'))
  try {
    const path = join(folder, 'bars.csv')
    await pipeline(csvLines(), createWriteStream(path))
    await compare('CSV', path, [], undefined)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Taken {
  readonly rows: number
  readonly ms: number
  /** Of all threads: what a machine with other work does not change much. */
  readonly cpuMs: number
  readonly peakMb: number
}

async function compare(
  format: string,
  path: string,
  others: readonly string[],
  aim: typeof AIM | undefined,
): Promise<void> {
  const bytes = await taken('bytes', path)
  const beside = new Map([['the bytes', bytes]])
  for (const way of others) beside.set(`the library's ${way}`, await taken(way, path))
  for (const [way, measured] of beside) console.log(line(format, way, measured))
  const ours = await taken('columns', path)
  const ratios = [...beside].map(([way, { ms }]) => `${(ours.ms / ms).toFixed(2)} of ${way}`)
  const met = aim !== undefined && ours.ms < aim.ms && ours.peakMb < aim.mb ? 'met' : 'missed'
  const verdict = aim === undefined ? '' : ` (aim ${aim.ms} ms, ${aim.mb} MB: ${met})`
  console.log(`${line(format, 'ours', ours)}   time ${ratios.join(', ')}${verdict}`)
}

function line(format: string, way: string, { rows, ms, cpuMs, peakMb }: Taken): string {
  const count = rows > 0 ? `${rows} bars` : ''
  return `  ${format.padEnd(9)} ${way.padEnd(18)} ${milliseconds(ms).padStart(9)}   processor ${milliseconds(cpuMs).padStart(9)}   peak ${peakMb.toFixed(0).padStart(5)} MB   ${count}`
}

/** Medians of a few fresh processes. */
async function taken(way: string, path: string): Promise<Taken> {
  const all: Taken[] = []
  for (let i = 0; i < RUNS; i++) {
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, way, path])
    all.push(JSON.parse(stdout) as Taken)
  }
  return {
    rows: all[0]?.rows ?? 0,
    ms: percentile(all.map(({ ms }) => ms), 0.5), // prettier-ignore
    cpuMs: percentile(all.map(({ cpuMs }) => cpuMs), 0.5), // prettier-ignore
    peakMb: percentile(all.map(({ peakMb }) => peakMb), 0.5), // prettier-ignore
  }
}

/** Prices that rise and fall a little, written to as many digits as real ones. */
function* csvLines(): Generator<string> {
  yield 'symbol,date,open,high,low,close,volume,adj_close\n'
  const days = tradingDays(YEARS.first, YEARS.last)
  for (let name = 0; name < NAMES; name++) {
    const rows = days.map((day, i) => {
      const close = 50 + 20 * Math.sin(i / 97 + name) + (i % 7) / 10
      const prices = [close * 0.999, close * 1.012, close * 0.987, close].map((price) => price.toFixed(4)) // prettier-ignore
      return `N${name},${day},${prices.join(',')},${1_000_000 + i * 37},${(close * 0.9).toFixed(4)}\n`
    })
    yield rows.join('')
  }
}
