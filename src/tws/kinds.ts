/**
 * One question of a kind at a time, in the order of asking. TWS ends `open orders` with one and the
 * same message whoever asked, so two at once could not be told apart.
 */

export interface Kinds {
  /** Calls `enter` once the kind is free, with what frees it again; a question without a kind never waits. */
  acquire(kind: string | undefined, enter: (free: () => void) => void): void
}

export function createKinds(): Kinds {
  const queues = new Map<string, ((free: () => void) => void)[]>()

  function acquire(kind: string | undefined, enter: (free: () => void) => void): void {
    if (kind === undefined) return enter(() => {})
    const queue = queues.get(kind)
    if (queue !== undefined) {
      queue.push(enter)
      return
    }
    queues.set(kind, [])
    enter(once(() => next(kind)))
  }

  function next(kind: string): void {
    const enter = queues.get(kind)?.shift()
    if (enter === undefined) queues.delete(kind)
    else enter(once(() => next(kind)))
  }

  return { acquire }
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
