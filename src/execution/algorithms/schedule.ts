/**
 * How a schedule is followed: by resting a slice ahead of it, and by crossing when it is behind.
 *
 * What rests earns the spread and is chosen by others; what is half a slice behind is taken at the far touch, so that
 * the schedule is kept within about a slice. Nothing is bought back where it is ahead: it waits.
 */
import type { EpochMs } from '#model/time.ts'
import { RULES } from '#execution/algorithms/algorithm-rules.ts'
import { isWide, restAtTouch, takeAtTouch, waiting, type View, type Wish } from '#execution/algorithms/view.ts' // prettier-ignore

/** Units that are to have filled by an instant, never falling. */
export type Schedule = (at: EpochMs) => number

/** @param why - what the schedule is, for people */
export function follow(view: View, schedule: Schedule, why: string): Wish {
  const { now, filled, left, roundLot, state } = view
  const due = schedule(now)
  const next = schedule(now + state.pace.sliceMs)
  const behind = Math.min(left, due - filled)
  const band = Math.max(roundLot, RULES.band * (next - due))
  if (behind >= Math.min(left, band) && behind > 0)
    return takeAtTouch(view, behind, `${why}: ${Math.round(behind)} behind`)
  const ahead = Math.min(left, next - filled)
  if (ahead < Math.min(left, roundLot)) return waiting(`${why}: ahead of it`)
  if (isWide(view)) return waiting('the spread is wide')
  return restAtTouch(view, ahead, why)
}
