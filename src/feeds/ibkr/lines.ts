/**
 * The market data lines of an account, counted: streams hold one each, snapshots borrow one.
 * TWS refuses what exceeds them (101), and counts a snapshot until it has ended it.
 */
import { invariant } from '#model/invariant.ts'

export interface Lines {
  readonly total: number
  /** How many the streams hold from here on, ≤ total. */
  reserve(count: number): void
  /** Waits for a line to borrow; first come, first served. Answers false when called off. */
  borrow(isWanted: () => boolean): Promise<boolean>
  /** Gives a borrowed line back. */
  giveBack(): void
}

export function createLines(total: number): Lines {
  invariant(total > 0, 'an account has a market data line')
  let reserved = 0
  let borrowed = 0
  const waiting: (() => void)[] = []
  const wakeNext = (): void => waiting.shift()?.()

  return {
    total,
    reserve(count) {
      invariant(count <= total, 'streams fit into the lines')
      reserved = count
      for (let i = reserved + borrowed; i < total; i++) wakeNext()
    },
    async borrow(isWanted) {
      while (isWanted()) {
        if (reserved + borrowed < total) {
          borrowed++
          return true
        }
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      }
      wakeNext() // its turn goes to the next
      return false
    },
    giveBack() {
      borrowed--
      wakeNext()
    },
  }
}
