/** What trading cost, for people: the parts, the dearest lines, predicted beside realised, and what to make of it. */
import { toNumber } from '#model/border.ts'
import { isoInstantOf } from '#model/time.ts'
import type { CostDocument, CostLine } from '#contract/cost-analysis.ts'
import type { RefitCoefficient } from '#execution/cost-analysis/coefficient-refit.ts'
import type { CostTotal } from '#execution/cost-analysis/cost-total.ts'
import type { Spread } from '#execution/cost-analysis/order-quality.ts'
import type { CostParts } from '#execution/cost-analysis/shortfall.ts'
import { amount, bps, counted, percent, plain } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

/** The whole analysis; costs are positive. */
export function renderCosts(of: CostDocument, ink: Ink): string {
  const sections = [
    heading(of, ink),
    partsTable(of, ink),
    runsTable(of, ink),
    daysTable(of, ink),
    dearest(of, ink),
    quality(of, ink),
    calibration(of, ink),
    refits(of, ink),
    traded(of, ink),
    notes(of, ink),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function heading({ account, runs, total, currency }: CostDocument, ink: Ink): string {
  const [first, last] = [runs[0], runs.at(-1)]
  const span = first === undefined || last === undefined ? '' : first === last ? first.runId : `${first.runId} to ${last.runId}` // prettier-ignore
  const from = first === undefined ? '' : `, ${isoInstantOf(first.startedAt)}`
  return [
    `${ink.bold(`What ${span} cost`)} ${ink.dim(`${account}${from}`)}`,
    `${amount(total.traded)} ${currency} traded in ${counted(total.fills, 'fill')} of ${counted(total.lines, 'line')}; ${percent(total.fillRate)} of what was planned`, // prettier-ignore
  ].join('\n')
}

const PARTS: readonly (readonly [part: keyof CostParts, meaning: string])[] = [
  ['delay', 'the mid moved between the plan and the first order'],
  ['timing', 'it moved on while orders worked'],
  ['spread', 'half the quoted spread'],
  ['impact', 'paid beyond mid and half spread (negative: improvement)'],
  ['fees', 'commissions as reported'],
  ['opportunity', 'what was not traded moved away'],
  ['total', 'implementation shortfall'],
]

function partsTable({ total, currency }: CostDocument, ink: Ink): string {
  const rows = PARTS.map(([part, meaning]) => [
    part === 'total' ? ink.bold(part) : part,
    amount(total.parts[part]),
    plain(total.bps[part]),
    ink.dim(meaning),
  ])
  const columns = [left('part'), right(currency), right('bps of traded'), left('')]
  return [
    alignedTable(columns, rows, ink),
    `${bps(total.executionBps)} paid against the mid (spread, impact, fees); ${bps(total.predictedBps)} predicted`,
  ].join('\n')
}

const TOTAL_COLUMNS = [right('traded'), right('shortfall'), right('bps'), right('paid'), right('predicted'), right('filled')] // prettier-ignore

const totalCells = (of: CostTotal): string[] => [
  amount(of.traded),
  amount(of.parts.total),
  plain(of.bps.total),
  plain(of.executionBps),
  plain(of.predictedBps),
  percent(of.fillRate, 1),
]

function runsTable({ runs }: CostDocument, ink: Ink): string {
  if (runs.length < 2) return ''
  const rows = runs.map((of) => [of.runId, isoInstantOf(of.startedAt), ...totalCells(of)])
  return `${ink.bold('By run')}\n${alignedTable([left('run'), left('began'), ...TOTAL_COLUMNS], rows, ink)}`
}

function daysTable({ days }: CostDocument, ink: Ink): string {
  if (days.length < 2) return ''
  const rows = days.map((of) => [of.date, ...totalCells(of)])
  return `${ink.bold('By day')}\n${alignedTable([left('New York'), ...TOTAL_COLUMNS], rows, ink)}`
}

const MOST_LINES = 10

/** By the whole, in money. Amounts of a line are in its own currency. */
function dearest({ lines }: CostDocument, ink: Ink): string {
  const worst = lines.toSorted((a, b) => toNumber(b.parts.total) - toNumber(a.parts.total)).slice(0, MOST_LINES) // prettier-ignore
  if (worst.length === 0) return ''
  const columns = [left('line'), left('side'), left('instrument'), right('traded'), right('cost'), left(''), ...['delay', 'timing', 'spread', 'impact', 'fees', 'opportunity', 'paid bps', 'predicted'].map(right)] // prettier-ignore
  return `${ink.bold('The dearest lines')}\n${alignedTable(columns, worst.map(lineCells), ink)}`
}

function lineCells(of: CostLine): string[] {
  const { parts } = of
  const money = [parts.delay, parts.timing, parts.spread, parts.impact, parts.fees, parts.opportunity] // prettier-ignore
  return [
    `${of.runId} ${of.line}`,
    of.side,
    of.instrument,
    amount(of.traded),
    amount(parts.total),
    of.currency,
    ...money.map(amount),
    plain(of.executionBps),
    plain(of.predictedBps),
  ]
}

function quality({ quality: of }: CostDocument, ink: Ink): string {
  const { decisionToWire, wireToAcknowledged, acknowledgedToFill } = of.latencyMs
  const rows = [
    ['  orders', `${of.sent} sent, ${of.filled} filled, ${of.partlyFilled} partly, ${of.canceled + of.expired} canceled or expired, ${of.rejected} rejected, ${of.denied} denied`], // prettier-ignore
    ['  rates', `${percent(of.rejectRate)} rejected or denied, ${percent(of.cancelRate)} canceled or expired`], // prettier-ignore
    ['  time to fill', milliseconds(of.timeToFillMs)],
    ['  decision to wire', milliseconds(decisionToWire)],
    ['  wire to word of it', milliseconds(wireToAcknowledged)],
    ['  word to first fill', milliseconds(acknowledgedToFill)],
  ]
  const table = alignedTable([left(''), left('')], rows, ink)
    .split('\n')
    .slice(1)
  return [`${ink.bold('Orders')} ${ink.dim("(times by the engine's clock)")}`, ...table].join('\n')
}

const milliseconds = ({ count, p50, p99 }: Spread): string =>
  count === 0 ? '–' : `${plain(p50, 0)} ms median, ${plain(p99, 0)} ms at 99 %, of ${count}`

function calibration({ calibration: rows }: CostDocument, ink: Ink): string {
  if (rows.length === 0) return ''
  const cells = rows.map((of, i) => [
    rows[i - 1]?.dimension === of.dimension ? '' : of.dimension,
    of.bucket.replace(/^\d: /, ''),
    String(of.lines),
    plain(of.predictedBps),
    plain(of.realisedBps),
    plain(of.realisedBps - of.predictedBps),
    Number.isFinite(of.standardErrorBps) ? `± ${plain(of.standardErrorBps)}` : '',
    splitOf(of.predicted),
    splitOf(of.realised),
  ])
  const columns = [left('by'), left(''), right('lines'), right('predicted'), right('realised'), right('differs by'), left(''), right('predicted s + i + c'), right('realised s + i + c')] // prettier-ignore
  return `${ink.bold('Predicted and realised')} ${ink.dim('(bps; s spread, i impact, c commission)')}\n${alignedTable(columns, cells, ink)}` // prettier-ignore
}

const splitOf = (of: {
  readonly spreadBps: number
  readonly impactBps: number
  readonly commissionBps: number
}): string =>
  // prettier-ignore
  `${plain(of.spreadBps)} + ${plain(of.impactBps)} + ${plain(of.commissionBps)}`

function refits({ refits: rows }: CostDocument, ink: Ink): string {
  if (rows.length === 0) return ''
  const cells = rows.flatMap(({ assetClass, lines, enough, spreadFactor, Y }) => [
    [assetClass, 'share of the half spread', ...coefficientCells(spreadFactor), enough ? counted(lines, 'line') : `${counted(lines, 'line')}, too few`], // prettier-ignore
    ['', 'Y, impact', ...coefficientCells(Y), ''],
  ])
  const columns = [left('class'), left('coefficient'), right('in use'), right('by the fills'), right('suggested'), left('from')] // prettier-ignore
  return `${ink.bold('Coefficients, if they were fitted anew')} ${ink.dim('(suggested only; nothing is changed)')}\n${alignedTable(columns, cells, ink)}` // prettier-ignore
}

const coefficientCells = (of: RefitCoefficient): string[] => [
  `${plain(of.prior)} ± ${plain(of.priorError)}`,
  `${plain(of.fitted)} ± ${plain(of.fittedError)}`,
  `${plain(of.suggested)} ± ${plain(of.standardError)}`,
]

function traded({ traded: rows }: CostDocument, ink: Ink): string {
  const columns = [left('traded in'), right('bought'), right('sold'), right('fees'), right('cash')]
  return alignedTable(columns, rows.map((of) => [of.currency, ...[of.bought, of.sold, of.fees, of.cash].map(amount)]), ink) // prettier-ignore
}

function notes({ notes: told }: CostDocument, ink: Ink): string {
  if (told.length === 0) return ''
  return [ink.bold('Not in the journal, or not yet'), ...told.map((text) => `  ${text}`)].join('\n')
}
