/** How many market data lines the account's clients take together; TWS's own watch list takes none here. */
import type { Desk } from '#gateway/desk.ts'

/** Streams of level 1, of single ticks and of real-time bars take a line each; snapshots take none. */
export function linesInUse({ sessions, data }: Desk): number {
  let lines = data.ticks.open + data.bars.lines
  for (const session of sessions.values())
    for (const { isSnapshot } of session.lines.values()) if (!isSnapshot) lines += 1
  return lines
}
