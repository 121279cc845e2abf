/**
 * The least total relative excess of a case as a linear program, by a plain dense simplex with Bland's rule: slow, exact
 * on a handful of names, and nothing of the optimiser's.
 */
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
const zeros = (length: number): number[] => Array.from({ length }, () => 0)

/** Σ a·x ≤ b over x ≥ 0; b of either sign. */
interface Inequality {
  readonly a: number[]
  readonly b: number
}

/**
 * min Σ excess / |limit| with w = w₀ + p − m, |w| ≤ u, over p, m, u and the excesses, all ≥ 0. Spending is not looked at.
 *
 * @returns ∞ where facts and limits that hold conflict
 */
export function leastTotalExcess(of: OptimisationCase): number {
  const n = of.names.length
  const rows: Inequality[] = []
  const prices: number[] = []
  /** A sum over weights, sizes and trades at most b, or with an excess up to what it starts with. */
  const atMost = (
    c: { w?: number[]; u?: number[]; z?: number[] },
    b: number,
    excess?: { most: number; unit: number },
  ) => {
    // prettier-ignore
    const a = zeros(3 * n)
    let base = 0
    for (let i = 0; i < n; i++) {
      const [w, u, z] = [c.w?.[i] ?? 0, c.u?.[i] ?? 0, c.z?.[i] ?? 0]
      a[i] = w + z
      a[n + i] = -w + z
      a[2 * n + i] = u
      base += w * of.start[i]!
    }
    if (excess !== undefined) {
      const own = 3 * n + prices.length
      a[own] = -1
      prices.push(1 / excess.unit)
      const cap: number[] = []
      cap[own] = 1
      rows.push({ a: cap, b: excess.most })
    }
    rows.push({ a, b: b - base })
  }
  const unit = (i: number, value = 1) => of.names.map((_, j) => (i === j ? value : 0))
  const limited = (
    c: { w?: number[]; u?: number[] },
    level: number,
    start: number,
    kind: 'limit' | 'fact',
  ) => {
    // prettier-ignore
    if (level === Infinity) return
    const over = start - level
    const excess = kind === 'limit' && over > 0 ? { most: over, unit: level === 0 ? 1 : Math.abs(level) } : undefined // prettier-ignore
    atMost(c, level, excess)
  }
  for (let i = 0; i < n; i++) {
    atMost({ w: unit(i), u: unit(i, -1) }, 0)
    atMost({ w: unit(i, -1), u: unit(i, -1) }, 0)
  }
  for (const { index, lower, upper, kind } of of.bounds) {
    limited({ w: unit(index) }, upper, of.start[index]!, kind)
    limited({ w: unit(index, -1) }, -lower, -of.start[index]!, kind)
  }
  for (const { measure, rates, lower, upper, kind } of of.limits) {
    const c = [...rates]
    if (measure === 'turnover') atMost({ z: c }, upper)
    else if (measure === 'gross')
      limited({ u: c }, upper, sum(c.map((r, i) => r * Math.abs(of.start[i]!))), kind) // prettier-ignore
    else {
      const start = sum(c.map((r, i) => r * of.start[i]!))
      limited({ w: c }, upper, start, kind)
      limited({ w: c.map((r) => -r) }, -lower, -start, kind)
    }
  }
  const cost = zeros(3 * n).concat(prices)
  return minimum(cost, rows)
}

/** min c·x over Σ a·x ≤ b, x ≥ 0: two phases, Bland's rule. */
function minimum(c: readonly number[], inequalities: readonly Inequality[]): number {
  const [m, n] = [inequalities.length, c.length]
  const width = n + 2 * m + 1
  const tableau = inequalities.map(({ a, b }, j) => {
    const sign = b < 0 ? -1 : 1
    const row = zeros(width)
    for (let i = 0; i < n; i++) row[i] = sign * (a[i] ?? 0)
    row[n + j] = sign
    if (b < 0) row[n + m + j] = 1
    row[width - 1] = sign * b
    return row
  })
  const basis = inequalities.map(({ b }, j) => (b < 0 ? n + m + j : n + j))
  const artificial = Array.from({ length: width - 1 }, (_, i) => (i >= n + m ? 1 : 0))
  if (phase(tableau, basis, artificial, width - 1) > 1e-9) return Infinity
  // An artificial that stays in the basis at nothing would grow again unseen: it leaves for any column.
  basis.forEach((column, j) => {
    const enters = tableau[j]!.findIndex((value, i) => i < n + m && Math.abs(value) > 1e-9)
    if (column >= n + m && enters >= 0) pivot(tableau, basis, j, enters)
  })
  const real = Array.from({ length: width - 1 }, (_, i) => (i < n ? c[i]! : 0))
  return phase(tableau, basis, real, n + m)
}

/** @param columns - that may enter */
function phase(
  tableau: number[][],
  basis: number[],
  cost: readonly number[],
  columns: number,
): number {
  // prettier-ignore
  const last = tableau[0]!.length - 1
  for (let step = 0; step < 20_000; step++) {
    const reduced = (i: number) => cost[i]! - tableau.reduce((all, row, j) => all + cost[basis[j]!]! * row[i]!, 0) // prettier-ignore
    let enters = -1
    for (let i = 0; i < columns && enters < 0; i++) if (reduced(i) < -1e-10) enters = i
    if (enters < 0) return tableau.reduce((all, row, j) => all + cost[basis[j]!]! * row[last]!, 0)
    let leaves = -1
    for (let j = 0; j < tableau.length; j++) {
      if (tableau[j]![enters]! <= 1e-10) continue
      const ratio = tableau[j]![last]! / tableau[j]![enters]!
      const best = leaves < 0 ? Infinity : tableau[leaves]![last]! / tableau[leaves]![enters]!
      if (ratio < best - 1e-12 || (ratio <= best + 1e-12 && basis[j]! < basis[leaves]!)) leaves = j
    }
    if (leaves < 0) throw new Error('unbounded, which an excess ≥ 0 cannot be')
    pivot(tableau, basis, leaves, enters)
  }
  throw new Error('the simplex did not come to an end')
}

function pivot(tableau: number[][], basis: number[], leaves: number, enters: number): void {
  const row = tableau[leaves]!
  const scale = row[enters]!
  for (let i = 0; i < row.length; i++) row[i]! /= scale
  for (const [j, other] of tableau.entries()) {
    const times = other[enters]!
    if (j === leaves || times === 0) continue
    for (let i = 0; i < row.length; i++) other[i]! -= times * row[i]!
  }
  basis[leaves] = enters
}
