/**
 * The best change of one name with the others as they are. On each run of allowed changes its worth is concave, so
 * that a bisection on whole numbers finds the best of a run exactly; doing nothing is always one more choice, which
 * is how a trade whose benefit does not pay its whole cost is dropped.
 */
import type { Run } from '#construction/lots/allowed-changes.ts'
import { meritOf, type LotLedger, type NameView } from '#construction/lots/lot-ledger.ts'

export interface Choice {
  readonly change: number
  /** What it is worth more than the change as it is. */
  readonly gain: number
}

/**
 * @param reach - `whole` looks everywhere; `near` around the change as it is, at none and at the smallest orders
 * @returns the change as it is, with no gain, where none is better
 */
export function bestChange(
  ledger: LotLedger,
  view: NameView,
  runs: readonly Run[],
  reach: 'whole' | 'near',
): Choice {
  const current = ledger.changes[view.i]!
  const worth = (change: number): number => meritOf(ledger, view, change)
  const now = worth(current)
  let [change, best] = [current, now]
  const consider = (candidate: number): void => {
    const merit = worth(candidate)
    if (merit > best) [change, best] = [candidate, merit]
  }
  if (current !== 0) consider(0)
  for (const run of runs) {
    if (isIn(run, current)) consider(climb(run, current, worth))
    else consider(reach === 'whole' ? peakOf(run, worth) : run.first)
  }
  return { change, gain: best - now }
}

/** Whether a change is one of a run's. */
export function isIn({ first, last }: Run, change: number): boolean {
  return first > 0 ? change >= first && change <= last : change <= first && change >= last
}

/** The allowed change nearest to one that may lie between lots. */
export function nearestChange(runs: readonly Run[], wanted: number): number {
  let nearest = 0
  for (const { first, last } of runs) {
    const [low, high] = first > 0 ? [first, last] : [last, first]
    const candidate = Math.max(low, Math.min(high, Math.round(wanted)))
    if (Math.abs(candidate - wanted) < Math.abs(nearest - wanted)) nearest = candidate
  }
  return nearest
}

function peakOf({ first, last }: Run, worth: (change: number) => number): number {
  const step = Math.sign(first)
  let [low, high] = [0, Math.abs(last - first)]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const at = first + step * middle
    if (worth(at + step) > worth(at)) low = middle + 1
    else high = middle
  }
  return first + step * low
}

/** From a change of a run to its best one, by strides that double: next door is where it mostly is. */
function climb(run: Run, from: number, worth: (change: number) => number): number {
  const step = Math.sign(run.first)
  const here = worth(from)
  for (const direction of [step, -step]) {
    const end = direction === step ? run.last : run.first
    if (from === end || !(worth(from + direction) > here)) continue
    let reached = from + direction
    for (let stride = 2; reached !== end; stride *= 2) {
      const far = Math.abs(end - reached) <= stride ? end : reached + direction * stride
      if (!(worth(far) > worth(far - direction))) return peakOf({ first: reached, last: far }, worth) // prettier-ignore
      reached = far
    }
    return reached
  }
  return from
}
