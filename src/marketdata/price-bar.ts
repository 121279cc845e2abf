/** One bar of prices and volume. `date` is the exchange's trading day; intraday bars also have `at`. */
import type { EpochMs, IsoDate } from '#model/time.ts'

export interface PriceBar {
  readonly date: IsoDate
  /** Bar start, UTC; the session's open for a daily bar. */
  readonly at: EpochMs
  /** Quote currency per unit, as traded (adjusted for nothing after the bar) unless its source says otherwise. */
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Units traded. */
  readonly volume: number
}
