/** The demo's files, as a person would have written them; every other verb works on them, too. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from '#model/fixed.ts'
import type { ListedName } from '#cli/demo/names.ts'
import type { DemoPortfolio } from '#cli/demo/portfolio.ts'

export const DEMO_ACCOUNT = 'DU1234567'

/** Where the gateway that the configuration points at listens, and what its clock says. */
export interface DemoGateway {
  readonly host: string
  readonly port: number
  /** Venue time minus this machine's, ms. */
  readonly clockOffsetMs: number
}

export interface DemoInputs {
  readonly positionsFile: string
  readonly universeFile: string
}

/** Writes `universe.csv`, `positions.csv` and `targets.csv`. */
export function writeInputs(
  folder: string,
  names: readonly ListedName[],
  { positions, targets, halted }: DemoPortfolio,
): DemoInputs {
  const files = {
    positionsFile: join(folder, 'positions.csv'),
    universeFile: join(folder, 'universe.csv'),
  }
  writeCsv(files.universeFile, [
    ['instrument', 'conId', 'exchange', 'currency', 'sector', 'multiplier', 'shortable', 'borrowRate', 'primaryExchange', 'status'], // prettier-ignore
    ...names.map(({ listed, sector }) => universeRow(listed, sector, listed.id === halted)),
  ])
  writeCsv(files.positionsFile, [
    ['instrument', 'quantity', 'averageCost', 'currency'],
    ...positions.map(({ instrument, quantity, averageCost }) => [
      instrument,
      format(quantity),
      format(averageCost),
      'USD',
    ]),
  ])
  writeCsv(join(folder, 'targets.csv'), [
    ['instrument', 'weight'],
    ...targets.map(({ instrument, weight }) => [instrument, String(weight)]),
  ])
  return files
}

function universeRow(
  listed: ListedName['listed'],
  sector: string,
  isHalted: boolean,
): readonly string[] {
  const { id, conId, exchange, currency, multiplier } = listed
  const stock = listed.assetClass === 'STK' ? listed : undefined
  return [
    id,
    String(conId),
    exchange,
    currency,
    sector,
    String(multiplier),
    String(stock?.shortable ?? false),
    String(stock?.borrowRate ?? 0),
    stock?.primaryExchange ?? '',
    isHalted ? 'halted' : 'active',
  ]
}

/** Writes `ballast.yaml`; a book without sectors is one bucket, whose limit is lifted and said so. */
export function writeConfig(folder: string, gateway: DemoGateway, hasSectors: boolean): string {
  const file = join(folder, 'ballast.yaml')
  const { host, port, clockOffsetMs } = gateway
  const lines = [
    '# Written by ballast demo: a simulated IB Gateway, no real money.',
    'mode: paper',
    `account: ${DEMO_ACCOUNT}`,
    'broker:',
    '  kind: ibkr',
    `  host: ${host}`,
    `  port: ${port}`,
    `  clockOffsetMs: ${clockOffsetMs}`,
    'stateFolder: state',
    '# Simulated books are thin: reach a little further, and wait less.',
    'execution: { collarBps: 60, waveDeadlineMs: 15000 }',
    'reconciliation: { everyMs: 15000 }',
    ...(hasSectors
      ? []
      : ['# No sector file lies beside the bars, so that all names are one sector.', 'limits: { largestSector: { warn: 1.8, breach: 2 } }']), // prettier-ignore
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

function writeCsv(path: string, rows: readonly (readonly string[])[]): void {
  const text = rows.map((cells) => cells.map(quoted).join(',')).join('\n')
  writeFileSync(path, `${text}\n`)
}

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell) // prettier-ignore
