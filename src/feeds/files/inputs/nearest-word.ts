/**
 * "Did you mean": the known word that an unknown one is a slip of the fingers away from.
 *
 * Distance is Damerau's in its optimal-string-alignment form (insert, delete, replace, swap two
 * neighbours cost one each): F. J. Damerau, "A technique for computer detection and correction of
 * spelling errors", Communications of the ACM 7(3), 1964.
 */

/**
 * The nearest of `known`, or undefined when none is near: at most a third of the letters differ.
 *
 * @example
 * nearestWord('grosLeverage', ['netLeverage', 'grossLeverage']) // => 'grossLeverage'
 * nearestWord('colour', ['mode', 'account']) // => undefined
 */
export function nearestWord(unknown: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((word) => ({ word, distance: distanceBetween(unknown.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .toSorted((a, b) => a.distance - b.distance)
  return ranked[0]?.word
}

/** How a message names what was meant: `; did you mean weight?`, else the whole list. */
export function hintFor(unknown: string, known: readonly string[]): string {
  const nearest = nearestWord(unknown, known)
  return nearest === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${nearest}?`
}

/** Fewest single edits from `a` to `b`, ≥ 0. */
function distanceBetween(a: string, b: string): number {
  let twoUp: number[] = []
  let up = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          cell(up, j) + 1,
          cell(row, j - 1) + 1,
          cell(up, j - 1) + same,
          swapped ? cell(twoUp, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    twoUp = up
    up = row
  }
  return cell(up, b.length)
}

const cell = (row: readonly number[], j: number): number => row[j] ?? Number.POSITIVE_INFINITY
