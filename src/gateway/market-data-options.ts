/** What the options say of market data, read and checked. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { primaryExchangeOf, validExchangesOf } from '#gateway/contracts/routes.ts'
import { readTextFile } from '#gateway/input-files.ts'
import {
  IBKR_DATA_PACING,
  parseSubscriptions,
  type Fundamentals,
  type MarketDataSubscriptions,
  type MarketDataTerms,
} from '#gateway/market-data/terms.ts'
import { GatewayError, type GatewayOptions } from '#gateway/options.ts'
import type { Listed } from '#exchange/listing.ts'

/** @throws GatewayError `bad-input`, `unreadable` */
export async function marketDataOf(options: GatewayOptions): Promise<Partial<MarketDataTerms>> {
  const { marketDataSubscriptions, marketDataLines, fundamentals, dataPacing } = options
  return {
    ...(marketDataSubscriptions === undefined ? {} : { subscriptions: subscriptionsOf(marketDataSubscriptions) }), // prettier-ignore
    ...(marketDataLines === undefined ? {} : { lines: marketDataLines }),
    ...(fundamentals === undefined ? {} : { fundamentals: await fundamentalsOf(fundamentals) }),
    ...(dataPacing === 'ibkr' ? { pacing: IBKR_DATA_PACING } : {}),
  }
}

function subscriptionsOf(text: string): MarketDataSubscriptions {
  const read = parseSubscriptions(text)
  if (!read.ok) throw new GatewayError('bad-input', `--market-data-subscriptions: ${read.error}`)
  return read.value
}

/** A folder of `AAPL.ReportSnapshot.xml` and `AAPL.ratios.txt`, or one JSON file of the same by symbol. */
async function fundamentalsOf(path: string): Promise<Fundamentals> {
  return (await isFolder(path)) ? reportsIn(path) : reportsOf(await readTextFile(path), path)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    throw new GatewayError('unreadable', `--fundamentals: cannot read ${path}; expected a folder of reports or a JSON file`, { cause }) // prettier-ignore
  }
}

const REPORT_FILE = /^([\w.-]+)\.(\w+)\.(?:xml|txt)$/

async function reportsIn(folder: string): Promise<Fundamentals> {
  const reports = new Map<string, Map<string, string>>()
  for (const name of (await readdir(folder)).toSorted()) {
    const [, symbol, report] = REPORT_FILE.exec(name) ?? []
    if (symbol === undefined || report === undefined) continue
    const known = reports.get(symbol) ?? new Map<string, string>()
    known.set(report, (await readTextFile(join(folder, name))).trim())
    reports.set(symbol, known)
  }
  if (reports.size === 0)
    throw new GatewayError('bad-input', `--fundamentals: ${folder} has no reports; expected files such as AAPL.ReportSnapshot.xml or AAPL.ratios.txt`) // prettier-ignore
  return reports
}

function reportsOf(text: string, path: string): Fundamentals {
  const expected = 'expected {"AAPL": {"ReportSnapshot": "<xml>", "ratios": "NPRICE=…"}}'
  const all = entriesOf(parsed(text), `--fundamentals: ${path}: ${expected}`)
  return new Map(
    all.map(([symbol, reports]) => {
      const where = `--fundamentals: ${path} ${symbol}: ${expected}`
      const texts = entriesOf(reports, where).map(([report, data]) => {
        if (typeof data !== 'string') throw new GatewayError('bad-input', where)
        return [report, data] as const
      })
      return [symbol, new Map(texts)]
    }),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function entriesOf(value: unknown, complaint: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new GatewayError('bad-input', complaint)
  return Object.entries(value)
}

const CLASSES = ['STK', 'OPT', 'FUT', 'CASH', 'IND'] as const

/**
 * @param listed - a name that is no class and no exchange of these is a slip, and would leave the gateway silent
 * @throws GatewayError `bad-input`
 */
export function checkSubscriptions(
  { marketDataSubscriptions: text }: GatewayOptions,
  listed: readonly Listed[],
): void {
  if (text === undefined) return
  const exchanges = new Set(listed.flatMap((of) => validExchangesOf(of)))
  const known = new Set<string>([...CLASSES, ...exchanges, ...listed.map(primaryExchangeOf)])
  const unknown = [...subscriptionsOf(text).named.keys()].find((name) => !known.has(name))
  if (unknown !== undefined)
    throw new GatewayError('bad-input', `--market-data-subscriptions: was "${unknown}", expected all, none, no-delayed, one of ${CLASSES.join(', ')}, or an exchange of this market such as ${[...exchanges].slice(0, 3).join(', ')}`) // prettier-ignore
}
