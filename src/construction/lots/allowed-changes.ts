/**
 * Which changes of one name's holding may be ordered at all: whole lots inside its bounds, none of its orders below the
 * minimum ticket. They fall into three runs of whole numbers, on each of which what a change is worth is concave: what
 * enlarges the holding, what reduces it, and what goes through zero to the other side, as two orders.
 */
import type { LotFacts, LotProblem } from '#construction/lots/lot-problem.ts'

/** Whole numbers from `first` to `last`, in lots: `first` is the change nearest to none. Of one sign. */
export interface Run {
  readonly first: number
  readonly last: number
}

/** Between what a name's weight may lie. */
export interface Room {
  /** What holds: the tightest bounds, as far as a book that starts outside of them is not asked to be better. */
  readonly lower: number
  readonly upper: number
  /** What the optimum reaches where the book starts outside; else the same. */
  readonly goalLower: number
  readonly goalUpper: number
}

/** Sums of a few hundred floats are good to this. */
export const ROUNDING = 1e-12

/** The room of every name. */
export function roomsOf({ of, optimum }: LotProblem): Room[] {
  const lower = new Float64Array(of.names.length).fill(-Infinity)
  const upper = new Float64Array(of.names.length).fill(Infinity)
  for (const bound of of.bounds) {
    lower[bound.index] = Math.max(lower[bound.index]!, bound.lower)
    upper[bound.index] = Math.min(upper[bound.index]!, bound.upper)
  }
  return of.names.map((_, i) => {
    const hard = { lower: Math.min(lower[i]!, of.start[i]!), upper: Math.max(upper[i]!, of.start[i]!) } // prettier-ignore
    const goal = optimum.weights[i]!
    return {
      ...hard,
      goalLower: Math.max(hard.lower, Math.min(lower[i]!, goal)),
      goalUpper: Math.min(hard.upper, Math.max(upper[i]!, goal)),
    }
  })
}

/**
 * @param ticket - minimum, fraction of net asset value
 * @returns empty where the name has to stay as it is
 */
export function runsOf(lot: LotFacts, start: number, room: Room, ticket: number): Run[] {
  if (lot.untradable !== undefined || !(Math.abs(lot.weight) > 0) || !(lot.value > 0)) return []
  const ends = [room.lower, room.upper].map((bound) => (within(bound) - start) / lot.weight)
  const least = Math.ceil(Math.min(...ends) - ROUNDING / Math.abs(lot.weight))
  const most = Math.floor(Math.max(...ends) + ROUNDING / Math.abs(lot.weight))
  const side = lot.held < 0 ? -1 : 1
  const whole = Math.floor(Math.abs(lot.held) + WHOLE)
  const smallest = Math.max(1, Math.ceil(ticket / lot.value - WHOLE))
  const added = { first: side * smallest, last: side > 0 ? most : least }
  const reach = Math.min(whole, side > 0 ? -least : most)
  // What is smaller than a ticket as a whole may be closed.
  const reduced = { first: -side * Math.min(smallest, whole), last: -side * reach }
  // A fraction of a lot cannot be ordered, so that a holding with one cannot go through zero.
  const mayFlip = Math.abs(Math.abs(lot.held) - whole) <= WHOLE
  const flipped = { first: -side * (whole + smallest), last: side > 0 ? least : most }
  return [added, ...(whole > 0 ? [reduced] : []), ...(mayFlip ? [flipped] : [])].filter(isRun)
}

/** A holding this near to whole lots is whole: what division leaves. */
const WHOLE = 1e-9

/** No name is worth so many times the account, bounded or not. */
const MOST_WEIGHT = 100
const within = (bound: number): number => Math.max(-MOST_WEIGHT, Math.min(MOST_WEIGHT, bound))

const isRun = ({ first, last }: Run): boolean =>
  Number.isFinite(last) && Math.sign(last) === Math.sign(first) && Math.abs(last) >= Math.abs(first)
