/**
 * Why there are no weights, what is not mended today, and what would help, as a trader says it: `net at most 90.0 % and
 * do-not-sell AAPL.STK.USD cannot hold together; raise net to 97.0 %`.
 */
import type {
  Infeasible,
  NameBound,
  OptimisationCase,
  Unmended,
  WeightLimit,
} from '#construction/optimisation/optimisation-case.ts'
import { TRACKING_LABEL } from '#construction/optimisation/tracking-error.ts'

type Case = Pick<OptimisationCase, 'bounds' | 'limits' | 'tracking'>

/** Labels that are said by another name. */
const SPOKEN: Readonly<Record<string, string>> = {
  gross: 'gross',
  net: 'net',
  turnover: "today's turnover",
  cash: 'what is held and what trading costs',
  margin: 'margin',
  marginCushion: 'maintenance margin',
  beta: 'beta',
  [TRACKING_LABEL]: 'tracking error over the horizon',
}

/** Those that are plain numbers, no share of the net asset value. */
const isRatio = (label: string): boolean => label === 'beta' || label.startsWith('factor:')

/** The conflict and the cheapest way out. */
export function infeasibleWords(of: Case, { conflict, cheapestRelaxation }: Infeasible): string {
  const clauses = conflict.map((label) => clauseOf(of, label))
  const together = clauses.length === 1 ? `${clauses[0]} cannot hold` : `${joined(clauses)} cannot hold together` // prettier-ignore
  const ways = [...cheapestRelaxation].map(([label, by]) => relaxationOf(of, label, by))
  return ways.length === 0 ? together : `${together}; ${ways.join(' and ')}`
}

/** A limit that today's trading does not mend. */
export function unmendedWords({ label, limit, start, reached }: Unmended): string {
  const say = (value: number) => sizeOf(label, value)
  return Math.abs(reached - start) <= 1e-9 * Math.max(1, Math.abs(start))
    ? `${spoken(label)} stays at ${say(start)}, the limit is ${say(limit)}: nothing that may be traded today mends it` // prettier-ignore
    : `${spoken(label)} comes from ${say(start)} to ${say(reached)} today, the limit is ${say(limit)}`
}

/** `net at most 90.0 %`, `do-not-sell AAPL.STK.USD`. */
function clauseOf({ bounds, limits, tracking }: Case, label: string): string {
  const row = limits.find(({ name }) => name === label)
  if (row !== undefined) return `${spoken(label)} ${rangeOf(label, row)}`
  const bound = bounds.find((one) => one.label === label)
  if (bound !== undefined) return boundClause(bound)
  return `${spoken(label)} at most ${sizeOf(label, tracking?.most ?? Number.NaN)}`
}

/** Facts are known by their names; a limit says its level. */
function boundClause(bound: NameBound): string {
  const isLevel = bound.kind === 'limit' && !bound.label.startsWith('long-only')
  return isLevel || bound.label.startsWith('participation')
    ? `${spoken(bound.label)} ${rangeOf(bound.label, bound)}`
    : spoken(bound.label)
}

function rangeOf(label: string, { lower, upper }: Pick<WeightLimit, 'lower' | 'upper'>): string {
  if (lower === -Infinity || lower === -upper) return `at most ${sizeOf(label, upper)}`
  if (upper === Infinity) return `at least ${sizeOf(label, lower)}`
  return `between ${sizeOf(label, lower)} and ${sizeOf(label, upper)}`
}

/** `raise net to 97.0 %`, `let do-not-sell AAPL.STK.USD give 3.0 %`. */
function relaxationOf({ bounds, limits, tracking }: Case, label: string, by: number): string {
  const row = limits.find(({ name }) => name === label)
  const bound = bounds.find((one) => one.label === label)
  if (label === TRACKING_LABEL && tracking !== undefined)
    return `raise ${spoken(label)} to ${sizeOf(label, tracking.most + by)}`
  if (
    row !== undefined &&
    row.kind === 'limit' &&
    (row.lower === -Infinity || row.lower === -row.upper)
  )
    // prettier-ignore
    return `raise ${spoken(label)} to ${sizeOf(label, row.upper + by)}`
  if (bound !== undefined || row !== undefined) return `let ${spoken(label)} give ${sizeOf(label, by)}` // prettier-ignore
  return `widen ${spoken(label)} by ${sizeOf(label, by)}`
}

/** `sector:Energy` is `sector Energy`. */
const spoken = (label: string): string => SPOKEN[label] ?? label.replace(':', ' ')

const sizeOf = (label: string, value: number): string =>
  isRatio(label) ? value.toFixed(3) : `${(value * 100).toFixed(2)} %`

const joined = (clauses: readonly string[]): string =>
  `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1)}`
