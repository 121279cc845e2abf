/** Why one name is what it is, for people: what a unit more of it would add, term by term, and what holds it. */
import type { NameReason } from '#model/plan-why.ts'
import type { PlanLine } from '#model/plan.ts'
import type { Explanation } from '#contract/explanation.ts'
import { bps, percent, shortHash, units } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

/** The whole explanation. */
export function renderExplanation(of: Explanation, ink: Ink): string {
  const { instrument, planId, policy, before, target, after, summary } = of
  const sections = [
    `${ink.bold(instrument)} in plan ${shortHash(planId)}, decided by ${policy}: ${percent(before)} before, ${percent(target)} wanted, ${percent(after)} after`,
    summary,
    terms(of, ink),
    region(of.reason),
    listing('Limits that hold it', of.limits, ink),
    listing('What if', of.counterfactuals, ink),
    orders(of.lines, ink),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

/** Marginal terms; they sum to nothing where the name may move both ways. */
function terms({ reason, horizonDays = 1 }: Explanation, ink: Ink): string {
  if (reason === undefined) return ''
  const { forecast, sources = [], risk, uncertainty = 0, borrow = 0, cost = 0, limits = [] } = reason // prettier-ignore
  const from = sources.map(([source, part]) => `${source} ${hundredthOf(part)}`).join(', ')
  const rows = [
    ['forecast', hundredthOf(forecast), from],
    ['risk', hundredthOf(risk), 'what it adds to variance, priced'],
    ['uncertainty', hundredthOf(uncertainty), 'what the forecast may be wrong by, priced'],
    ['borrow', hundredthOf(borrow), 'fee of being short'],
    ['trading', hundredthOf(cost), 'spread, commission, impact'],
    ...limits.map(([label, term]) => [label, hundredthOf(term), 'a limit']),
  ].filter(([, value]) => value !== hundredthOf(0))
  const title = `What 1 % of net asset value more of it adds over ${horizonDays} trading days`
  return `${ink.bold(title)}\n${alignedTable([left('term'), right('bps'), left('from')], rows, ink)}`
}

/** Of a hundredth of the net asset value, bps of it. */
const hundredthOf = (term: number): string => (term * 100).toFixed(3)

function region(reason: NameReason | undefined): string {
  if (reason === undefined) return ''
  const [lower, upper] = reason.noTrade
  return `Others as they are, it is not traded while held between ${percent(lower)} and ${percent(upper)}; were trading free it would go to ${percent(reason.free)}.`
}

function listing(title: string, items: readonly { readonly text: string }[], ink: Ink): string {
  if (items.length === 0) return ''
  return [ink.bold(title), ...items.map(({ text }) => `  ${text}`)].join('\n')
}

function orders(lines: readonly PlanLine[], ink: Ink): string {
  if (lines.length === 0) return 'No order.'
  const rows = lines.map((line) => [
    line.id,
    line.side,
    units(line.quantity),
    line.limitPrice === undefined ? 'market' : units(line.limitPrice),
    bps(line.expectedAlphaBps),
    bps(line.estimatedCostBps),
  ])
  const columns = [left('line'), left('side'), right('quantity'), right('limit'), right('expected return'), right('expected cost')] // prettier-ignore
  return alignedTable(columns, rows, ink)
}
