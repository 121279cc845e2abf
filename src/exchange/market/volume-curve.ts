/**
 * How a day's trading is spread over its hours: much at both ends, little at noon.
 *
 * Density w(x) = (1 − a) + 12 a (x − ½)², x the share of the session's clock time, with a = 0.35:
 * the first and last minutes trade at 1.7 times the average pace, noon at 0.65. The same curve
 * is the clock of price variation: a path that is even in traded volume is U-shaped in time.
 *
 * Sources: P. Jain & G. Joh, "The Dependence between Hourly Prices and Trading Volume", JFQA 23
 * (1988), for the U; P. Clark, "A Subordinated Stochastic Process Model with Finite Variance for
 * Speculative Prices", Econometrica 41 (1973), for volume as the clock of variance.
 */

/** How much of the day's volume is U-shaped. */
const CURVATURE = 0.35

/**
 * The share of a day's volume that has traded.
 *
 * W(x) = (1 − a) x + a (4 (x − ½)³ + ½)
 *
 * @param elapsed - share of the session's clock time, 0 to 1
 * @returns 0 to 1, rising
 *
 * @example
 * volumeShare(0.5) // => 0.5
 */
export function volumeShare(elapsed: number): number {
  const x = Math.min(1, Math.max(0, elapsed))
  const centred = x - 0.5
  return (1 - CURVATURE) * x + CURVATURE * (4 * centred * centred * centred + 0.5)
}

/**
 * When shares of a day's volume have traded: the inverse of `volumeShare`, by halving.
 *
 * @param parts - > 0
 * @returns `parts` + 1 shares of clock time, from 0 to 1, equal volumes apart
 */
export function evenVolumeShares(parts: number): Float64Array {
  const shares = new Float64Array(parts + 1)
  for (let i = 1; i < parts; i++) {
    let [low, high] = [shares[i - 1] ?? 0, 1]
    for (let halving = 0; halving < HALVINGS; halving++) {
      const middle = (low + high) / 2
      if (volumeShare(middle) * parts < i) low = middle
      else high = middle
    }
    shares[i] = high
  }
  shares[parts] = 1
  return shares
}

/** To a millionth of a millisecond of a day. */
const HALVINGS = 46
