/** The one place that names concrete adapters: which broker, feed and clock a configuration means. */
import type { Broker } from '#brokers/broker.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { IBKR_FEED_DEFAULTS } from '#feeds/ibkr/config.ts'
import { createIbkrFeed } from '#feeds/ibkr/feed.ts'
import type { Feed } from '#feeds/feed.ts'
import { offsetClock, type Clock } from '#runtime/clock.ts'
import { TWS_PACING } from '#tws/pacing.ts'
import { accountOf } from '#cli/config/engine-settings.ts'
import type { Config } from '#cli/config/schema.ts'

export interface Adapters {
  readonly broker: Broker
  readonly feed: Feed
  readonly clock: Clock
}

/**
 * Nothing is connected yet. Orders and market data have a connection and a client id each.
 *
 * @param onNotice - hears what the broker says of itself: farms, warnings, refusals
 */
export function adaptersOf(config: Config, onNotice: (text: string) => void): Adapters {
  const { host, port, clientId, feedClientId, connectTimeoutMs, messagesPerSecond } = config.broker
  const clock = offsetClock(config.broker.clockOffsetMs)
  const address = { host, port, connectTimeoutMs }
  const pacing = { ...TWS_PACING, perSecond: messagesPerSecond }
  const guard = { account: accountOf(config), mode: config.mode }
  const broker = createIbkrBroker({ ...IBKR_DEFAULTS, ...address, ...guard, clientId, pacing, onNotice }, clock) // prettier-ignore
  const feed = createIbkrFeed(
    {
      ...IBKR_FEED_DEFAULTS,
      ...address,
      clientId: feedClientId,
      marketDataLines: config.marketData.lines,
      pacing,
      onNotice,
    },
    clock,
  )
  return { broker, feed, clock }
}
