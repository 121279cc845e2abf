/** A book as risk sees it: how much of each name, in which sector, as fractions of net asset value. */
import type { InstrumentId } from '#model/ids.ts'

export interface Exposure {
  readonly instrument: InstrumentId
  readonly sector: string
  /** Exposure / net asset value, shorts negative; NaN where it could not be valued. */
  readonly weight: number
}

/** Each name once. Cash carries no risk and is left out. */
export type Exposures = readonly Exposure[]
