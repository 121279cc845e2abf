/** What today's book would have returned on each day of the past year. */
import type { Exposures } from '#risk/exposures.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'

/**
 * Σ wᵢ rᵢₜ: today's weights, held constant, on every day of the panel.
 *
 * @returns [T], fractions of net asset value; all zero of a book without exposure; undefined
 *   where a name that is held has no returns or no value
 */
export function portfolioReturns(book: Exposures, panel: ReturnPanel): Float64Array | undefined {
  const total = new Float64Array(panel.dates.length)
  for (const { instrument, weight } of book) {
    if (weight === 0) continue
    const row = panel.rows.get(instrument)
    if (row === undefined || Number.isNaN(weight)) return undefined
    for (let t = 0; t < total.length; t++) total[t]! += weight * row[t]!
  }
  return total
}

/** Whether nothing is held, so that risk is nil whatever the history. */
export const isFlat = (book: Exposures): boolean => book.every(({ weight }) => weight === 0)
