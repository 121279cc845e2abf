/** What the venue shows of its trading beside level 1: bars, ticks, auctions, slow figures, schedules. */
import type { Exchange } from '#exchange/exchange.ts'

/** @param venue - the parts it reads */
export function tape(): Pick<Exchange, 'bars' | 'ticks' | 'figures' | 'auction' | 'schedule'> {
  return {
    bars: () => [],
    ticks: () => [],
    figures: () => undefined,
    auction: () => undefined,
    schedule: () => [],
  }
}
