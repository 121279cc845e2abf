/** A plan for people: what it stands on, what it would trade and why, what that does and costs. */
import { METRIC_NAMES, type MetricName, type Metrics } from '#model/metrics.ts'
import type { Plan, PlanCheck, PlanLine } from '#model/plan.ts'
import { isoInstantOf } from '#model/time.ts'
import { amount, bps, counted, percent, plain, shortHash, units } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

/** The whole plan. */
export function renderPlan(plan: Plan, ink: Ink): string {
  const sections = [
    heading(plan, ink),
    checks(plan.checks, ink),
    phase('Phase A: reduce', plan.phases.A, isForecast(plan), ink),
    phase('Phase B: add', plan.phases.B, isForecast(plan), ink),
    skipped(plan, ink),
    binding(plan, ink),
    policy(plan, ink),
    risk(plan, ink),
    closing(plan, ink),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function heading(plan: Plan, ink: Ink): string {
  const { planId, account, nav, currency, asOf, expires } = plan
  return [
    `${ink.bold(`Plan ${shortHash(planId)}`)} for ${account}: ${amount(nav)} ${currency} net asset value`,
    ink.dim(`as of ${isoInstantOf(asOf)}, expires ${isoInstantOf(expires)}`),
  ].join('\n')
}

function checks(all: readonly PlanCheck[], ink: Ink): string {
  const paint = { pass: ink.good, warn: ink.warn, fail: ink.bad }
  const rows = all.map(({ name, status, detail }) => [paint[status](status), name, detail])
  return rows.length === 0 ? '' : alignedTable([left('check'), left(''), left('')], rows, ink)
}

/** What trades are expected to earn is shown where forecasts decided. */
const isForecast = ({ construction }: Plan): boolean => construction?.why !== undefined

function phase(title: string, lines: readonly PlanLine[], earns: boolean, ink: Ink): string {
  if (lines.length === 0) return `${ink.bold(title)}\n  nothing`
  const columns = [
    left('line'),
    left('wave'),
    left('side'),
    right('quantity'),
    left('instrument'),
    right('limit'),
    right('before'),
    right('target'),
    right('after'),
    ...(earns ? [right('return')] : []),
    right('cost'),
    left('why'),
  ]
  const rows = lines.map((line) => [
    line.id,
    String(line.wave),
    line.side,
    units(line.quantity),
    line.instrument,
    line.limitPrice === undefined ? 'market' : units(line.limitPrice),
    percent(line.reason.weightBefore),
    percent(line.reason.weightTarget),
    percent(line.reason.weightAfter),
    ...(earns ? [bps(line.expectedAlphaBps)] : []),
    bps(line.estimatedCostBps),
    line.reason.rule,
  ])
  return `${ink.bold(`${title}, ${counted(lines.length, 'order')}`)}\n${alignedTable(columns, rows, ink)}`
}

/** A name that is close enough is no news; the others are told with their reason. */
function skipped(plan: Plan, ink: Ink): string {
  if (plan.skipped.length === 0) return ''
  const told = plan.skipped.filter(({ reason }) => !QUIET.test(reason))
  const quiet = plan.skipped.length - told.length
  const rows = told.slice(0, MOST_SKIPPED).map(({ instrument, reason }) => [instrument, shortened(reason)]) // prettier-ignore
  const more = told.length - rows.length
  return [
    ink.bold('Not traded'),
    ...(told.length === 0 ? [] : [alignedTable([left('instrument'), left('why')], rows, ink)]),
    ...(more === 0 ? [] : [ink.dim(`and ${more} more: ballast explain NAME says why`)]),
    ...(quiet === 0 ? [] : [`${counted(quiet, 'name')} ${plan.construction === undefined ? 'within the band' : 'left where they are: ballast explain NAME says why'}`]), // prettier-ignore
  ].join('\n')
}

/** Of names that are not traded though they were to be: a person reads no more. */
const MOST_SKIPPED = 20
const LONGEST_REASON = 110

/** To what fits beside a name; `explain` and the document have the whole of it. */
const shortened = (text: string): string =>
  text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON - 1).trimEnd()}…`

const QUIET = /^(within its band|held at|not held)/

/** Of limits that bind, the dearest: a large book has one a name. */
const MOST_BINDING = 12

function binding(plan: Plan, ink: Ink): string {
  if (plan.binding.length === 0) return ''
  const columns = [left('constraint'), right('value'), right('limit'), right('shadow price')]
  const rows = plan.binding
    .slice(0, MOST_BINDING)
    .map((row) => [
      row.constraint,
      plain(row.value, 4),
      plain(row.limit, 4),
      plain(row.shadowPrice, 4),
    ])
  const rest = plan.binding.length - rows.length
  const more = rest > 0 ? `\n${ink.dim(`and ${rest} more`)}` : ''
  return `${ink.bold('Binding')}\n${alignedTable(columns, rows, ink)}${more}`
}

/** How a policy came to it: what it is worth, what whole lots took off that, what was assumed, and what is not mended. */
function policy({ construction }: Plan, ink: Ink): string {
  if (construction === undefined) return ''
  const { objective, lossBps, notes, why } = construction
  const worth = objective === undefined ? '' : `: ${bps(objective * 10_000)} of net asset value after risk and costs${why === undefined ? '' : ` over ${why.horizonDays} trading days`}` // prettier-ignore
  const loss =
    lossBps === undefined ? '' : `, ${lossBps.toFixed(2)} bps below the best without whole lots`
  return [
    `${ink.bold('Decided by')} ${construction.policy}${worth}${loss}`,
    ...notes.slice(0, MOST_NOTES).map((note) => ink.dim(`  ${note}`)),
    ...(notes.length > MOST_NOTES ? [ink.dim(`  and ${notes.length - MOST_NOTES} more notes in plan --json`)] : []), // prettier-ignore
  ].join('\n')
}

const MOST_NOTES = 6

const METRIC_TITLES: Readonly<Record<MetricName, string>> = {
  grossLeverage: 'gross leverage',
  netLeverage: 'net leverage',
  largestPosition: 'largest position',
  largestSector: 'largest sector',
  correlatedWeight: 'correlated weight',
  var95: 'one-day VaR 95 %',
  var99: 'one-day VaR 99 %',
  expectedShortfall: 'expected shortfall',
  lossToday: 'loss today',
  drawdown: 'drawdown',
  beta: 'beta',
  turnoverToday: 'turnover today',
  marginCushion: 'margin cushion',
}

function risk(plan: Plan, ink: Ink): string {
  const columns = [left('risk'), right('before'), right('after'), right('worst on the way')]
  const { before, after, worst } = plan.risk
  const rows = METRIC_NAMES.map((name) => [
    METRIC_TITLES[name],
    figure(before, name),
    figure(after, name),
    figure(worst, name),
  ])
  return alignedTable(columns, rows, ink)
}

const figure = (of: Metrics, name: MetricName): string =>
  name === 'beta' ? plain(of.beta) : percent(of[name])

function closing(plan: Plan, ink: Ink): string {
  const { A, B } = plan.phases
  const { totalBps, spreadBps, impactBps, commission } = plan.cost
  const cost = `expected cost ${bps(totalBps)} of what is traded (spread ${bps(spreadBps)}, impact ${bps(impactBps)}, commission ${amount(commission)} ${plan.currency})`
  const endings: Readonly<Record<Plan['verdict'], readonly string[]>> = {
    changes: [
      `${ink.bold('Plan:')} ${A.length} to reduce, ${B.length} to add, ${plan.skipped.length} not traded; ${cost}.`,
      `Apply it: ballast apply ${shortHash(plan.planId)}`,
    ],
    'no-change': [ink.good(plan.construction === undefined ? 'Nothing to do: every weight is within its band.' : 'Nothing to do: no trade is worth its cost.')], // prettier-ignore
    blocked: [
      ink.bad('Blocked: nothing of this may be applied.'),
      ...plan.checks
        .filter(({ status }) => status === 'fail')
        .map(({ name, detail }) => `  ${name}: ${detail}`),
    ],
  }
  return endings[plan.verdict].join('\n')
}
