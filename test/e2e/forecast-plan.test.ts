/**
 * A plan by forecasts on real history, through the wire: momentum of real prices as a forecasts file, the simulated
 * gateway on the day, and every limit checked afterwards from shares and prices alone.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startGatewayProcess } from '#cli/demo/gateway-process.ts'
import { readBars, type BarsBySymbol } from '#feeds/files/bars/bars-file.ts'
import { LIMITS } from '#risk/limits.ts'
import { ballast } from '#test/support/demo-world.ts'
import { wrongsOf, type CheckedName, type PlanDocument } from '#test/support/plan-checker.ts'
import { scratchFolder } from '#test/support/scratch.ts'

const BARS = '../shared/data/bars/us_equity_daily_2005_2021.parquet'
const SECTORS = '../shared/data/reference/sector_map.csv'
const DAY = '2018-02-05'
const CASH = 4_000_000
const NAMES = 120
const MONTH = 21
const YEAR = 252

interface Name {
  readonly symbol: string
  readonly sector: string
  readonly price: number
  /** Return over the last year but its last month. */
  readonly momentum: number
}

const hasData = existsSync(BARS) && existsSync(SECTORS)

describe.skipIf(!hasData)(`on the prices of ${DAY} (needs ${BARS})`, () => {
  let names: readonly Name[]

  beforeAll(async () => {
    const bars = await readBars(BARS, { first: '2016-01-04', last: '2018-02-02' })
    names = liquidNames(bars, sectorsBySymbol())
  })

  test('a plan within every limit, and each of its numbers explained', async () => {
    const world = await momentumWorld(names)
    const ended = await ballast(world.folder, ['plan', '--json']).ended
    expect(ended, ended.stderr).toMatchObject({ code: 2 })
    const plan = JSON.parse(ended.stdout) as PlanDocument & { readonly construction: { readonly policy: string } } // prettier-ignore
    expect(plan.checks.filter(({ status }) => status === 'fail')).toEqual([])
    expect(plan.construction.policy).toBe('forecast')
    expect(plan.phases.A.length).toBeGreaterThan(3)
    expect(plan.phases.B.length).toBeGreaterThan(10)
    expect(wrongsOf(plan, world.names, CASH, limitsOfTheTable())).toEqual([])
    const bought = plan.phases.B.filter(({ side }) => side === 'BUY').map(({ instrument }) => momentumOf(names, instrument)) // prettier-ignore
    const shorted = plan.phases.B.filter(({ side }) => side === 'SHORT').map(({ instrument }) => momentumOf(names, instrument)) // prettier-ignore
    expect(mean(bought)).toBeGreaterThan(mean(shorted))

    const explained = await ballast(world.folder, ['explain', plan.phases.B[0]!.instrument]).ended
    expect(explained, explained.stderr).toMatchObject({ code: 0 })
    expect(explained.stdout).toMatch(/forecast/)
    expect(explained.stdout).toMatch(/momentum/)

    const config = join(world.folder, 'ballast.yaml')
    const text = readFileSync(config, 'utf8')
    writeFileSync(config, text.replace('kind: forecast', 'kind: black-litterman'))
    const blocked = await ballast(world.folder, ['plan', '--json']).ended
    expect(blocked, blocked.stderr).toMatchObject({ code: 3 })
    expect(JSON.parse(blocked.stdout)).toMatchObject({ verdict: 'blocked', phases: { A: [], B: [] } }) // prettier-ignore
    expect(blocked.stdout).toMatch(/black-litterman cannot decide: the market value of/)
    writeFileSync(config, text.replace('kind: forecast', 'kind: black-litterman, fallback: [hold]'))
    const held = await ballast(world.folder, ['plan', '--json']).ended
    expect(held, held.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(held.stdout)).toMatchObject({ verdict: 'no-change', construction: { policy: 'hold' } }) // prettier-ignore
  })
})

const warn = (metric: string): number =>
  LIMITS.find((row) => row.metric === metric)?.warn ?? Number.NaN

/** Levels of the table that hold a plan back. */
function limitsOfTheTable() {
  return {
    position: warn('largestPosition'),
    sector: warn('largestSector'),
    gross: warn('grossLeverage'),
    net: warn('netLeverage'),
    turnover: warn('turnoverToday'),
    cashBuffer: 0.02,
    minimumTicket: 500,
  }
}

const momentumOf = (names: readonly Name[], instrument: string): number =>
  names.find(({ symbol }) => `${symbol}.STK.USD` === instrument)?.momentum ?? Number.NaN

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length

function sectorsBySymbol(): ReadonlyMap<string, string> {
  const [, ...rows] = readFileSync(SECTORS, 'utf8').split('\n')
  // Names may hold commas within quotes; the sector is the cell after the name.
  return new Map(
    rows.flatMap((row): [string, string][] => {
      const found = /^([^,]+),(?:"[^"]*"|[^,]*),([^,]*),/.exec(row)
      return found?.[1] === undefined || found[2] === undefined ? [] : [[found[1], found[2]]]
    }),
  )
}

/** The names that trade most of those with two years of history. */
function liquidNames(bars: BarsBySymbol, sectors: ReadonlyMap<string, string>): readonly Name[] {
  return [...bars]
    .flatMap(([symbol, { bars: days, adjustedCloses: closes = [] }]) => {
      const [last, monthAgo, yearAgo] = [days.at(-1), closes.at(-MONTH), closes.at(-YEAR)]
      const sector = sectors.get(symbol)
      if (last === undefined || monthAgo === undefined || yearAgo === undefined || sector === undefined || sector === '') return [] // prettier-ignore
      if (days.length < 500 || last.date !== '2018-02-02') return []
      const traded = mean(days.slice(-20).map(({ close, volume }) => close * volume))
      return [{ symbol, sector, price: last.close, momentum: monthAgo / yearAgo - 1, traded }]
    })
    .toSorted((a, b) => b.traded - a.traded)
    .slice(0, NAMES)
    .toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1))
}

interface World {
  readonly folder: string
  readonly names: ReadonlyMap<string, CheckedName>
}

/** A long-only book of every fourth name, forecasts for all, the gateway on the day. */
async function momentumWorld(names: readonly Name[]): Promise<World> {
  const folder = scratchFolder()
  const held = (index: number) => index % 4 === 0 ? Math.round((CASH * 0.9) / (NAMES / 4) / names[index]!.price) : 0 // prettier-ignore
  const write = (file: string, rows: readonly string[]) => writeFileSync(join(folder, file), `${rows.join('\n')}\n`) // prettier-ignore
  write('universe.csv', ['instrument,sector,shortable,borrowRate', ...names.map(({ symbol, sector }) => `${symbol},${sector},true,0.005`)]) // prettier-ignore
  write('positions.csv', ['instrument,quantity,averageCost,currency', ...names.flatMap(({ symbol, price }, i) => held(i) === 0 ? [] : [`${symbol},${held(i)},${price},USD`])]) // prettier-ignore
  const average = mean(names.map(({ momentum }) => momentum))
  // A month's return of a tenth of the year's momentum beyond the average: an analyst's guess, not ours.
  write('forecasts.csv', ['instrument,expectedReturn,horizonDays,confidence,halfLifeDays,asOf,source', ...names.map(({ symbol, momentum }) => `${symbol},${(0.1 * (momentum - average)).toFixed(6)},21,0.6,63,2018-02-02,momentum`)]) // prettier-ignore
  const gateway = await startGatewayProcess(['--port=0', '--account=DU1234567', `--market=${BARS}`, `--from=${DAY}`, `--cash=${CASH}`, `--positions=${join(folder, 'positions.csv')}`, `--universe=${join(folder, 'universe.csv')}`], () => {}) // prettier-ignore
  onTestFinished(() => gateway.close())
  write('ballast.yaml', [
    'mode: paper',
    'account: DU1234567',
    `broker: { kind: ibkr, host: ${gateway.host}, port: ${gateway.port}, clockOffsetMs: ${gateway.clockOffsetMs} }`, // prettier-ignore
    'files: { forecasts: forecasts.csv }',
    'policy: { kind: forecast }',
  ])
  return {
    folder,
    names: new Map(names.map(({ symbol, sector }, i) => [`${symbol}.STK.USD`, { sector, held: held(i) }])), // prettier-ignore
  }
}
