/**
 * Maps a list by an asynchronous function, at most `width` at a time, answers in the list's order.
 * So a long list waits here, where no question's timeout is running yet.
 *
 * @param width - ≥ 1
 * @throws what the first failing call threw; the rest are not begun
 */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  each: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers = new Map<number, R>()
  const queue = [...items.entries()]
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next
      try {
        answers.set(index, await each(item))
      } catch (error) {
        queue.length = 0
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  return [...answers].toSorted(([a], [b]) => a - b).map(([, answer]) => answer)
}
