/** Seeded chance for the venue's drivers, apart from the venue's own: one more draw moves nothing else. */
import { randomKey, uniformAt } from '#numerics/random.ts'

/**
 * Draws, evenly from [0, 1), that repeat with the seed.
 *
 * @param name - what they are for; another name, other draws
 */
export function chanceOf(seed: number, name: string): () => number {
  const key = randomKey(seed, 'chance', name)
  let drawn = 0
  return () => uniformAt(key, drawn++)
}
