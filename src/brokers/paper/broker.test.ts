import { brokerConformance } from '#test/conformance/broker.case.ts'
import type { BrokerWorld } from '#test/conformance/broker-world.ts'
import { ACCOUNT, smallVenue } from '#test/support/small-venue.ts'
import { createPaperBroker } from '#brokers/paper/broker.ts'
import type { PaperTicker } from '#brokers/paper/config.ts'

/** Ticks when told. */
function manualTicker(): PaperTicker & { tick(): void } {
  const ticks = new Set<() => void>()
  return {
    start(tick) {
      ticks.add(tick)
      return () => ticks.delete(tick)
    },
    tick: () => {
      for (const tick of ticks) tick()
    },
  }
}

async function paperWorld(): Promise<BrokerWorld> {
  const venue = smallVenue()
  let now = venue.exchange.now
  const ticker = manualTicker()
  const another = (clientId = 7) =>
    createPaperBroker(
      { exchange: venue.exchange, account: ACCOUNT, clientId },
      { now: () => now },
      ticker,
    )
  const broker = another()
  return {
    venue,
    broker,
    another,
    async pass(ms) {
      now += ms
      ticker.tick()
      await new Promise((resolve) => setImmediate(resolve))
    },
    mute: undefined,
    close: () => broker.close(),
  }
}

brokerConformance('paper', paperWorld, {
  'a snapshot without a whole answer is an error': 'it is answered in process, at once',
})
