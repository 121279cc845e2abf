/**
 * The median in linear time, by selection. C. Hoare, "Algorithm 65: Find", Communications of the ACM 4 (1961), with the
 * middle of three as pivot.
 */

/**
 * @param x - all finite; reordered
 * @param length - how many of them count, from the front
 * @returns the mean of the two middle values where there is an even number; NaN of none
 *
 * @example
 * medianInPlace(Float64Array.of(4, 1, 3, 2), 4) // => 2.5
 */
export function medianInPlace(x: Float64Array, length = x.length): number {
  if (length === 0) return Number.NaN
  const middle = length >> 1
  const upper = select(x, length, middle)
  if (length % 2 === 1) return upper
  let lower = x[0]!
  for (let i = 1; i < middle; i++) lower = Math.max(lower, x[i]!)
  return (lower + upper) / 2
}

/** Reorders so that nothing before `at` is larger and nothing after it smaller than what is there, which is returned. */
function select(x: Float64Array, length: number, at: number): number {
  let low = 0
  let high = length - 1
  while (low < high) {
    const pivot = middleOf(x[low]!, x[(low + high) >> 1]!, x[high]!)
    let i = low
    let j = high
    while (i <= j) {
      while (x[i]! < pivot) i += 1
      while (x[j]! > pivot) j -= 1
      if (i > j) break
      const held = x[i]!
      x[i] = x[j]!
      x[j] = held
      i += 1
      j -= 1
    }
    if (at <= j) high = j
    else if (at >= i) low = i
    else break
  }
  return x[at]!
}

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
