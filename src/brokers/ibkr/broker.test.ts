import { expect } from 'vitest'
import { brokerConformance } from '#test/conformance/broker.case.ts'
import type { BrokerWorld } from '#test/conformance/broker-world.ts'
import { ACCOUNT, smallVenue } from '#test/support/small-venue.ts'
import { tcpRelay } from '#test/support/tcp-relay.ts'
import { serve } from '#gateway/server.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { NO_PACING } from '#tws/pacing.ts'

/** The adapter over the simulated gateway, over TCP, with a wire between that can go silent. */
async function ibkrWorld(): Promise<BrokerWorld> {
  const venue = smallVenue()
  const gateway = await serve(venue.exchange, { host: '127.0.0.1', port: 0, clock: 'stepped' })
  const relay = await tcpRelay(gateway.port)
  const config = {
    ...IBKR_DEFAULTS,
    port: relay.port,
    account: ACCOUNT,
    mode: 'paper',
    pacing: NO_PACING,
  } as const
  const clock = { now: () => gateway.venueTime() }
  const another = (clientId = 7) => createIbkrBroker({ ...config, clientId }, clock)
  const broker = another()
  const opened = [broker]
  return {
    venue,
    broker,
    another(clientId) {
      const one = another(clientId)
      opened.push(one)
      return one
    },
    async pass(ms) {
      gateway.advanceTo(gateway.venueTime() + ms)
      // Its answer comes after all that the gateway said before: nobody is called so.
      const asked = opened.map((one) => one.describe([NOBODY]).catch(() => []))
      expect(await Promise.all(asked)).toHaveLength(opened.length)
    },
    mute: () => relay.hold(),
    async close() {
      await Promise.all(opened.map((one) => one.close()))
      await relay.close()
      await gateway.close()
    },
  }
}

const NOBODY = { symbol: 'NOBODY', assetClass: 'STK', currency: 'USD' } as const

brokerConformance('ibkr', ibkrWorld)
