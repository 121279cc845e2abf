/**
 * What the limits and latches say of a plan. They hold back the additions in their scope and let
 * reductions through, so they fail a plan only when nothing is left of what was wanted.
 */
import type { Metrics } from '#model/metrics.ts'
import type { PlanCheck } from '#model/plan.ts'
import { describeLatch, type Latch } from '#risk/latch.ts'
import { assess, type Finding, type Limit, type Metric } from '#risk/limits.ts'
import { describeBreach, digits } from '#construction/addition-bans.ts'
import { listed } from '#construction/checks.ts'

/** What became of the additions that were wanted. */
export interface HeldBack {
  /** Names whose addition, or whose trade altogether, a latch or a breached limit forbids. */
  readonly names: readonly string[]
  /** Nothing at all is left to trade. */
  readonly nothingLeft: boolean
}

/** The book as it stands against the table. */
export function limitsCheck(findings: readonly Finding[], heldBack: HeldBack): PlanCheck {
  const name = 'limits'
  if (findings.length === 0)
    return { name, status: 'pass', detail: 'all figures are inside their warning levels' }
  const breaches = findings.filter(({ level }) => level === 'breach')
  if (breaches.length === 0)
    return { name, status: 'warn', detail: `beyond the warning level: ${listed(findings.map(describe))}` } // prettier-ignore
  return {
    name,
    status: stops(heldBack) ? 'fail' : 'warn',
    detail: `${listed(breaches.map(describeBreach))}${backOf(heldBack)}`,
  }
}

/** The latches that stand: they fail the plan only when nothing is left of what was wanted. */
export function latchesCheck(latches: readonly Latch[], heldBack: HeldBack): PlanCheck {
  const name = 'latches'
  if (latches.length === 0) return { name, status: 'pass', detail: 'none is set' }
  return {
    name,
    status: stops(heldBack) ? 'fail' : 'warn',
    detail: `${listed(latches.map(describeLatch))}${backOf(heldBack)}; release them with resume`,
  }
}

/** The planned book against the table: what the plan does not mend. */
export function limitsAfterCheck(after: Metrics, limits: readonly Limit[]): PlanCheck {
  const name = 'limits after'
  const findings = assess(after, limits)
  if (findings.length === 0)
    return { name, status: 'pass', detail: 'all figures are inside their warning levels' }
  return { name, status: 'warn', detail: `still beyond: ${listed(findings.map(describe))}` }
}

/**
 * The last look, whoever decided: a plan that adds must not take a figure into breach, nor one in breach further. What the
 * day has already lost is nobody's plan, and turnover only grows.
 */
export function worsenedCheck(
  before: Metrics,
  after: Metrics,
  limits: readonly Limit[],
): PlanCheck[] {
  const worse = assess(after, limits).filter(({ limit, level, measured }) => {
    if (level !== 'breach' || OF_THE_DAY.has(limit.metric)) return false
    const was = before[limit.metric]
    return !(distanceOf(limit, measured) <= distanceOf(limit, was) + HAIR) && !Number.isNaN(measured) // prettier-ignore
  })
  if (worse.length === 0) return []
  return [{ name: 'no worse', status: 'fail', detail: `additions would take ${listed(worse.map((finding) => `${describeBreach(finding)}, before ${digits(before[finding.limit.metric], finding.limit.breach)}`))}: plan with lower targets or forecasts, or reduce first with reductions alone` }] // prettier-ignore
}

const OF_THE_DAY: ReadonlySet<Metric> = new Set(['lossToday', 'drawdown', 'turnoverToday'])
/** What costs and rounding may add to a figure that is in breach already. */
const HAIR = 1e-3

/** How far a figure is towards danger; larger is worse. */
const distanceOf = ({ direction }: Limit, value: number): number =>
  direction === 'min' ? -value : direction === 'maxAbs' ? Math.abs(value) : value

/** Lines that the gate would refuse for their size: better said now than in mid-run. */
export function orderSizesCheck(
  lines: readonly { readonly id: string; readonly notional: number }[],
  most: number,
): PlanCheck[] {
  const larger = lines.filter(({ notional }) => notional > most)
  if (larger.length === 0) return []
  const said = larger.map(({ id, notional }) => `${id} (${notional.toFixed(0)})`)
  return [{ name: 'order sizes', status: 'warn', detail: `larger than gate.maximumOrderNotional ${most}, which will refuse them: ${listed(said)}; raise it, or plan for less` }] // prettier-ignore
}

const stops = ({ names, nothingLeft }: HeldBack): boolean => nothingLeft && names.length > 0

const backOf = ({ names }: HeldBack): string =>
  names.length === 0 ? '' : `; held back: ${listed(names)}`

const describe = (finding: Finding): string =>
  finding.level === 'breach'
    ? describeBreach(finding)
    : `${finding.limit.metric} is ${digits(finding.measured, finding.limit.warn)}, the warning level is ${finding.limit.warn}`
