import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { LEAST_DAYS } from '#risk/aligned-returns.ts'
import { returnPanel, WINDOW_DAYS, type PanelName } from '#risk/return-panel.ts'

const id = (name: string) => name as InstrumentId
const dayOf = (day: number) => isoDateOf(day * DAY_MS)
const name = (symbol: string, sector = 'S'): PanelName => ({
  instrument: id(symbol),
  sector,
  driver: id(symbol),
})

/** Bars on days first…last whose return on day t is `move(t)`; days for which it is undefined have no bar. */
function bars(
  first: number,
  last: number,
  move: (day: number) => number | undefined,
): readonly PriceBar[] {
  let close = 100
  const found: PriceBar[] = []
  for (let day = first; day <= last; day++) {
    const value = move(day)
    if (value === undefined) continue
    close *= 1 + value
    found.push({ date: dayOf(day), at: day * DAY_MS, open: close, high: close, low: close, close, volume: 1 }) // prettier-ignore
  }
  return found
}

const up = () => 0.01
const down = () => -0.01
const weekday = (day: number) => (day % 7 === 0 ? undefined : 0.01)

test('full histories are their own returns, the last year of them', () => {
  const panel = returnPanel([name('A')], new Map([[id('A'), bars(1, 300, up)]]), undefined)
  expect(panel.dates).toHaveLength(WINDOW_DAYS)
  expect(panel.dates.at(-1)).toBe(dayOf(300))
  expect(panel.rows.get(id('A'))?.[0]).toBeCloseTo(0.01, 12)
  expect(panel.proxied).toEqual([])
})

test('the market is the benchmark where it has a history, else the mean of all names', () => {
  const history = new Map([
    [id('A'), bars(1, 100, up)],
    [id('B'), bars(1, 100, down)],
    [id('SPY'), bars(1, 100, () => 0.002)],
  ])
  const names = [name('A'), name('B')]
  expect(returnPanel(names, history, id('SPY')).market?.[5]).toBeCloseTo(0.002, 12)
  expect(returnPanel(names, history, undefined).market?.[5]).toBeCloseTo(0, 12)
  expect(returnPanel(names, history, id('NONE')).market?.[5]).toBeCloseTo(0, 12)
})

test('before a name was listed its sector stands in, not the market', () => {
  const history = new Map([
    [id('OLD'), bars(1, 200, up)],
    [id('NEW'), bars(101, 200, down)],
    [id('OTHER'), bars(1, 200, () => 0.05)],
  ])
  const names = [name('OLD'), name('NEW'), name('OTHER', 'T')]
  const panel = returnPanel(names, history, undefined)
  const row = panel.rows.get(id('NEW'))!
  expect(row[0]).toBeCloseTo(0.01, 12)
  expect(row.at(-1)).toBeCloseTo(-0.01, 12)
  expect(panel.proxied).toEqual([])
})

test('a name with less than 60 returns of its own is its sector throughout, and named', () => {
  const history = new Map([
    [id('OLD'), bars(1, 200, up)],
    [id('IPO'), bars(201 - LEAST_DAYS, 200, down)],
  ])
  const panel = returnPanel([name('OLD'), name('IPO')], history, undefined)
  expect(panel.rows.get(id('IPO'))).toEqual(panel.rows.get(id('OLD')))
  expect(panel.proxied).toEqual(['IPO'])
})

test('a name whose sector has no history is the market', () => {
  const history = new Map([[id('OLD'), bars(1, 200, up)]])
  const panel = returnPanel([name('OLD'), name('ALONE', 'T')], history, undefined)
  expect(panel.rows.get(id('ALONE'))).toEqual(panel.market)
})

test('a day without a bar returns nothing, and the next bar the whole move', () => {
  const gap = bars(1, 200, (day) => (day === 150 ? undefined : day === 151 ? 0.03 : 0.01))
  const history = new Map([
    [id('A'), bars(1, 200, up)],
    [id('B'), bars(1, 200, up)],
    [id('GAP'), gap],
  ])
  const panel = returnPanel([name('A'), name('B'), name('GAP')], history, undefined)
  const at = panel.dates.indexOf(dayOf(150))
  expect(panel.rows.get(id('GAP'))?.[at]).toBe(0)
  expect(panel.rows.get(id('GAP'))?.[at + 1]).toBeCloseTo(0.03, 12)
})

test('a stray bar on a holiday makes no session', () => {
  const history = new Map([
    [id('A'), bars(1, 200, weekday)],
    [id('B'), bars(1, 200, weekday)],
    [id('C'), bars(1, 200, weekday)],
    [id('STRAY'), bars(1, 200, (day) => (day === 140 ? 0.5 : weekday(day)))],
  ])
  const panel = returnPanel(
    ['A', 'B', 'C', 'STRAY'].map((x) => name(x)),
    history,
    undefined,
  )
  expect(panel.dates).not.toContain(dayOf(140))
  // Its move is not lost: it counts in the next session.
  const at = panel.dates.indexOf(dayOf(141))
  expect(panel.rows.get(id('STRAY'))?.[at]).toBeCloseTo(1.5 * 1.01 - 1, 12)
})

test('too short a history of everything has no rows, so nothing can be measured', () => {
  const panel = returnPanel([name('A')], new Map([[id('A'), bars(1, 50, up)]]), undefined)
  expect(panel.rows.size).toBe(0)
  expect(panel.market).toBeUndefined()
})

test('an option moves with its underlying', () => {
  const option: PanelName = { instrument: id('CALL'), sector: 'S', driver: id('A') }
  const panel = returnPanel([option], new Map([[id('A'), bars(1, 100, up)]]), undefined)
  expect(panel.rows.get(id('CALL'))?.[3]).toBeCloseTo(0.01, 12)
})

test('bars without a price are passed over', () => {
  const history = bars(1, 100, up).map((bar, i) => (i === 50 ? { ...bar, close: 0 } : bar))
  const row = returnPanel([name('A')], new Map([[id('A'), history]]), undefined).rows.get(id('A'))!
  expect(row.every(Number.isFinite)).toBe(true)
  expect(Math.max(...row)).toBeCloseTo(0.0201, 10)
})
