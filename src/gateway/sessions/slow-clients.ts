/**
 * What becomes of a client that reads more slowly than it is told: first it hears the latest only, then it is let go.
 *
 * Nobody else notices: what it has not read waits for it alone, and there is never more of that than a limit. TWS, too,
 * closes the socket of a client whose buffer is full (IBKR's guide, "Pacing Limitations").
 */
export interface SlowClientTerms {
  /** So much unread, and sampled data waits until the client has caught up, bytes. */
  readonly conflatedFromBytes: number
  /** So much unread, and it is given up: whatever it asked for, it does not read. */
  readonly mostBytes: number
  /** It is given up, too, when it has read nothing for so long while something waited for it; the machine's time. */
  readonly stalledMs: number
}

export const SLOW_CLIENTS: SlowClientTerms = {
  conflatedFromBytes: 262_144,
  mostBytes: 16_777_216,
  stalledMs: 30_000,
}
