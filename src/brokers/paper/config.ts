/** How the in-process paper broker is set up. */
import type { AccountId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Exchange } from '#exchange/exchange.ts'

export interface PaperBrokerConfig {
  /** The venue; its time is moved by this broker and nobody else. */
  readonly exchange: Exchange
  /** The account we mean to trade; the venue's own, or connecting is refused. */
  readonly account: AccountId
  /** Owns the orders it places, as IBKR's client id does. */
  readonly clientId: number
}

/** Venue time: the venue is moved up to it at every tick and before every request. */
export interface PaperClock {
  now(): EpochMs
}

/** Says when to look whether something has happened at the venue. */
export interface PaperTicker {
  /** @returns what stops it */
  start(tick: () => void): () => void
}

/** Ticks by a timer, as a venue that lives. Does not keep the process alive. */
export const timerTicker = (everyMs: number): PaperTicker => ({
  start(tick) {
    const timer = setInterval(tick, everyMs).unref()
    return () => clearInterval(timer)
  },
})

/** IBKR samples level 1 at 250 ms; fills are told a little sooner. */
export const PAPER_TICK_MS = 100
