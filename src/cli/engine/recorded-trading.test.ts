/** From a journal to figures: recorded runs, and small worlds in which one thing happens. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { ExecId } from '#model/ids.ts'
import type { Commission, Execution } from '#model/report.ts'
import type { Entry } from '#journal/journal.ts'
import { memoryJournal } from '#journal/memory/memory-journal.ts'
import { analyseCosts, type CostAnalysis } from '#execution/cost-analysis/cost-analysis.ts'
import type { CostParts } from '#execution/cost-analysis/shortfall.ts'
import { recordedTrading } from '#cli/engine/recorded-trading.ts'
import { ACCOUNT, FakeBroker, FOUR_LINES, JOURNAL, MORNING, quoteOf, World, type Fate, type JournalRow } from '#test/support/engine-world.ts' // prettier-ignore

function analysed(rows: readonly JournalRow[]): CostAnalysis {
  const record = recordedTrading(journalOf(rows))
  if (!record.ok) throw new Error(record.error)
  return analyseCosts(record.value, [...record.value.runs.values()])
}

function journalOf(rows: readonly JournalRow[]) {
  const header = { journalId: JOURNAL, schema: 1, account: ACCOUNT, program: 'test', node: process.version, createdAt: MORNING } // prettier-ignore
  const journal = memoryJournal(header)
  journal.append(rows.map(({ kind, at, body }): Entry => ({ kind, at, body, type: (JSON.parse(body) as { readonly type: string }).type }))) // prettier-ignore
  return journal
}

const golden = (name: string): JournalRow[] =>
  readFileSync(`test/replay/golden/${name}.ndjson`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as JournalRow)

const told = ({ delay, timing, spread, impact, fees, opportunity, total }: CostParts): string =>
  [delay, timing, spread, impact, fees, opportunity, total].map((part) => format(part)).join(' ')

/** Four lines of 290 units at 100, each in two fills of a fee of 1; quoted a cent either side of 100. */
describe('recorded runs', () => {
  test('a run in two phases: eight fills at the mid pay their fees and save the half spread', () => {
    const { total, lines, traded, quality, runs } = analysed(golden('two-phase-run'))
    expect(told(total.parts)).toBe('0 0 2.9 -2.9 8 0 8')
    expect(total).toMatchObject({ lines: 4, fills: 8, fillRate: 1, feesPending: 0, slippageBps: 0 })
    expect(total.bps.fees).toBeCloseTo((8 / 29_000) * 10_000, 12)
    expect(traded).toEqual([{ currency: 'USD', bought: money('15000', 'USD'), sold: money('14000', 'USD'), fees: money('8', 'USD'), cash: money('-1008', 'USD') }]) // prettier-ignore
    expect(lines.map(({ line, parts }) => `${line.id} ${told(parts)}`)).toEqual(['A1 0 0 0.5 -0.5 2 0 2', 'A2 0 0 1 -1 2 0 2', 'B1 0 0 1 -1 2 0 2', 'B2 0 0 0.4 -0.4 2 0 2']) // prettier-ignore
    expect(quality).toMatchObject({ sent: 4, filled: 4, rejected: 0, rejectRate: 0, cancelRate: 0 })
    expect(runs[0]?.run.endedAt).toBeGreaterThan(runs[0]?.run.startedAt ?? Infinity)
  })

  test('a run that was halted: nothing was traded, and the mids stood still', () => {
    const { total, quality, traded, notes } = analysed(golden('halted-in-mid-run'))
    expect(told(total.parts)).toBe('0 0 0 0 0 0 0')
    expect(total).toMatchObject({ fills: 0, fillRate: 0, bps: { total: Number.NaN } })
    expect(quality).toMatchObject({ sent: 1, filled: 0, canceled: 1, cancelRate: 1 })
    expect(traded).toEqual([])
    expect(notes).toEqual([])
  })

  test('a run over a restart counts each fill once', () => {
    const { total } = analysed(golden('restarted-in-mid-run'))
    expect(total).toMatchObject({ fills: 8, fillRate: 1 })
    expect(told(total.parts)).toBe('0 0 2.9 -2.9 8 0 8')
  })

  test('a journal without a run tells of none; a row that cannot be read is named', () => {
    const record = recordedTrading(journalOf(golden('traded-by-hand')))
    expect(record.ok && record.value.runs.size).toBe(0)
    const rows = golden('two-phase-run')
    const at = rows.findIndex(({ body }) => body.includes('"SubmitOrder"'))
    const broken = rows.with(at, { kind: 'decision', at: MORNING, body: '{"type":"SubmitOrder"}' })
    expect(recordedTrading(journalOf(broken))).toMatchObject({ ok: false, error: expect.stringMatching(new RegExp(`^row ${at + 1}.*journal verify`)) as string }) // prettier-ignore
  })
})

/** One line, BUY 100 CCC, decided at 100. */
function world(fate: Fate, settle: (world: World) => void = () => {}): World {
  const broker = new FakeBroker()
  broker.fateOf = () => fate
  const made = new World(broker)
  const [buy] = FOUR_LINES.filter(({ id }) => id === 'B1')
  if (buy === undefined) throw new Error('there is a line to buy')
  made.plan = { ...made.plan, phases: { A: [], B: [buy] } }
  made.start()
  made.record()
  settle(made)
  return made
}

const apply = (made: World): string => made.command({ name: 'apply', planId: made.plan.planId })

describe('small worlds', () => {
  test('the mid had moved before the order went: delay', () => {
    const made = world('fill', (of) => {
      of.quote = (name, at) => quoteOf(name, at, 99.8)
      apply(of)
      of.settle()
    })
    // 100 × −0.20; filled at 100, 0.20 above the mid of which a cent is half the spread
    const { total, lines } = analysed(made.rows)
    expect(told(total.parts)).toBe('-20 0 1 19 2 0 2')
    expect(lines[0]?.benchmarks.slippageBps.arrival).toBeCloseTo(20, 9)
    expect(lines[0]?.benchmarks.slippageBps.decision).toBe(0)
    expect(total.slippageBps).toBeCloseTo(made.state.lastSummary?.summary.slippageBps ?? NaN, 9)
    expect(total.slippageBps + total.bps.fees).toBeCloseTo(made.state.lastSummary?.summary.costBps ?? NaN, 9) // prettier-ignore
  })

  test('half of it filled and the price ran away: opportunity', () => {
    const made = world('half', (of) => {
      apply(of)
      of.deliver()
      const at = of.tick(2_000)
      of.take({ type: 'QuoteBatch', at, requestId: undefined, quotes: [quoteOf(FOUR_LINES[2]!.instrument, at, 101)] }) // prettier-ignore
      of.settle()
    })
    const { total, quality } = analysed(made.rows)
    expect(told(total.parts)).toBe('0 0 0.5 -0.5 1 50 51')
    expect(total.fillRate).toBe(0.5)
    expect(quality).toMatchObject({ sent: 1, canceled: 1, partlyFilled: 1 })
  })

  test.each([
    [
      'a second before the fill: timing, and the fill is held against it',
      2_000,
      '0 30 1 -31 1 0 1',
    ],
    ['within its second: it may show our own push, and does not count', 1, '0 0 1 -1 1 0 1'],
  ])('the mid rose while the order worked, %s', (_, fillsAfterMs, expected) => {
    const made = world('work', (of) => {
      apply(of)
      of.deliver()
      const { instrument } = FOUR_LINES[2]!
      const quoted = of.tick(2_000)
      of.take({ type: 'QuoteBatch', at: quoted, requestId: undefined, quotes: [quoteOf(instrument, quoted, 100.3)] }) // prettier-ignore
      of.tick(fillsAfterMs)
      const [held] = [...of.broker.orders.values()]
      if (held === undefined) throw new Error('an order works')
      for (const report of of.broker.fill(held, quantity('100'), of.now)) of.report(report)
      of.settle()
    })
    expect(told(analysed(made.rows).total.parts)).toBe(expected)
  })

  test('a second order after one that never left: the mid between them is timing, and both are children', () => {
    const fates: Fate[] = ['not-sent', 'fill']
    const made = world('fill', (of) => {
      of.broker.fateOf = () => fates.shift() ?? 'fill'
      apply(of)
      of.deliver()
      const at = of.tick(100)
      of.take({ type: 'QuoteBatch', at, requestId: undefined, quotes: [quoteOf(FOUR_LINES[2]!.instrument, at, 100.1)] }) // prettier-ignore
      of.settle()
    })
    const { total, lines, quality } = analysed(made.rows)
    expect(told(total.parts)).toBe('0 10 1 -11 2 0 2')
    expect(lines[0]?.orders.map(({ state }) => state)).toEqual(['NotSent', 'Filled'])
    expect(quality).toMatchObject({ sent: 1, notSent: 1, filled: 1 })
  })

  test.each<[Fate, object]>([
    ['inactive', { sent: 1, rejected: 1, rejectRate: 1 }],
    ['refuse', { sent: 1, rejected: 1, rejectRate: 1 }],
    ['lost', { sent: 0, notSent: 4 }], // sent again as often as is allowed
  ])('an order that ended %s has no cost but what it missed', (fate, expected) => {
    const made = world(fate, (of) => {
      apply(of)
      of.settle()
    })
    const { total, quality, calibration, refits } = analysed(made.rows)
    expect(total.fills).toBe(0)
    expect(quality).toMatchObject(expected)
    expect([calibration, refits]).toEqual([[], []])
  })

  test('our own gate denied it: no order went, the whole line is opportunity', () => {
    const made = world('fill', (of) => {
      of.settings = { ...of.settings, gate: { ...of.settings.gate, maximumOrderNotional: 1 } }
      of.start()
      apply(of)
      of.settle()
    })
    const { quality, lines } = analysed(made.rows)
    expect(quality).toMatchObject({ sent: 0, denied: 1, rejectRate: 1 })
    expect(lines[0]).toMatchObject({ submittedAt: undefined, fills: [] })
  })

  test('latencies are parted at the wire and at the first word of it', () => {
    const made = world('fill', (of) => {
      apply(of)
      of.settle()
    })
    // The world delivers each fact 5 ms after the one before: written, working, filled.
    const { latencyMs } = analysed(made.rows).quality
    expect(latencyMs).toEqual({
      decisionToWire: { count: 1, p50: 5, p99: 5 },
      wireToAcknowledged: { count: 1, p50: 5, p99: 5 },
      acknowledgedToFill: { count: 1, p50: 5, p99: 5 },
    })
  })
})

const filled = () =>
  world('fill', (of) => {
    apply(of)
    of.settle()
  })
const second = (made: World): Execution => {
  const last = made.broker.executions.at(-1)
  if (last === undefined) throw new Error('there are fills')
  return last
}
const revised = (execId: string): ExecId => execId.replace(/\.01$/, '.02') as ExecId

describe('fills as they stand', () => {
  test('a correction replaces what it corrects', () => {
    const made = filled()
    const execution = { ...second(made), execId: revised(second(made).execId), price: price('100.5') } // prettier-ignore
    made.report({ type: 'Execution', execution })
    made.report({ type: 'Execution', execution })
    const { total, traded } = analysed(made.rows)
    expect(total).toMatchObject({ fills: 2, traded: money('10025', 'USD') })
    expect(told(total.parts)).toBe('0 0 1 24 2 0 27')
    expect(traded[0]?.cash).toBe(money('-10027', 'USD'))
  })

  test('a bust takes the fill away: what it would have filled was missed', () => {
    const made = filled()
    const execution = { ...second(made), execId: revised(second(made).execId), quantity: quantity('0') } // prettier-ignore
    made.report({ type: 'Execution', execution })
    const { total } = analysed(made.rows)
    expect(total).toMatchObject({ fills: 1, fillRate: 0.5, traded: money('5000', 'USD') })
  })

  test('a commission that has not come is said, and the calibration waits for it', () => {
    const made = filled()
    const late = second(made).execId
    const rows = made.rows.filter(({ body }) => !(body.includes('"Commission"') && body.includes(late)) && !body.includes('"SnapshotTaken"')) // prettier-ignore
    const { total, notes, calibration } = analysed(rows)
    expect(total.feesPending).toBe(1)
    expect(format(total.parts.fees)).toBe('1')
    expect(notes.join()).toMatch(/commissions not reported yet: 1;/)
    expect(calibration).toEqual([])
  })

  test('a commission that comes again in another amount is the one that counts', () => {
    const made = filled()
    const commission: Commission = { execId: second(made).execId, amount: money('2.5', 'USD'), currency: 'USD', realizedPnl: undefined } // prettier-ignore
    made.report({ type: 'Commission', commission })
    expect(format(analysed(made.rows).total.parts.fees)).toBe('3.5')
  })

  test('a commission in a currency of which nothing is known is said, not guessed', () => {
    const made = filled()
    const commission: Commission = { execId: second(made).execId, amount: money('150', 'JPY'), currency: 'JPY', realizedPnl: undefined } // prettier-ignore
    made.report({ type: 'Commission', commission })
    const { total, notes, traded } = analysed(made.rows)
    expect(format(total.parts.fees)).toBe('1')
    expect(notes.join()).toMatch(/commissions in a currency of which no rate is on record: 1;/)
    expect(traded.map(({ currency, fees }) => `${currency} ${format(fees)}`)).toEqual(['JPY 150', 'USD 1']) // prettier-ignore
  })

  test('trades by hand are counted and left out', () => {
    const made = filled()
    made.report({ type: 'Execution', execution: made.broker.trade(FOUR_LINES[0]!.instrument, quantity('7'), made.now) }) // prettier-ignore
    const { total, notes } = analysed(made.rows)
    expect(total.fills).toBe(2)
    expect(notes.join()).toMatch(/executions on these days of no order of this journal: 1;/)
  })

  test('quotes that have expired leave the spread in the impact, and say so', () => {
    const rows = journalOf(filled().rows)
    const expired = { rows: () => [...rows.rows()].map((row) => (row.type === 'QuoteBatch' ? { ...row, body: '{"expired":"x"}', expired: true as const } : row)).values() } // prettier-ignore
    const record = recordedTrading(expired)
    if (!record.ok) throw new Error(record.error)
    const { total, notes, refits } = analyseCosts(record.value, [...record.value.runs.values()])
    expect(told(total.parts)).toBe('0 0 0 0 2 0 2')
    expect(notes.join()).toMatch(/fills whose quotes are not in the journal.*: 2;.*batches of quotes that have expired: \d/) // prettier-ignore
    expect(refits).toEqual([])
  })
})
