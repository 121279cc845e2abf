/** What the broker cases act in: an adapter, the venue behind it, and time that they move. */
import { approve, type RiskApproved } from '#risk/approve.ts'
import { snapPrice, toNumber } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import { isReducing, type OrderRequest } from '#model/order.ts'
import type { ClientOrderId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { BrokerReport } from '#model/report.ts'
import type { Broker } from '#brokers/broker.ts'
import type { SmallVenue } from '#test/support/small-venue.ts'

export interface BrokerWorld {
  readonly venue: SmallVenue
  readonly broker: Broker
  /**
   * Another adapter of the same account, by default of the same client id: then the first must be
   * closed before it connects.
   */
  another(clientId?: number): Broker
  /** Moves the venue on, and waits until what it told the adapter has arrived. */
  pass(ms: number): Promise<void>
  /** From now on the broker's answers do not arrive. Undefined where nothing lies between. */
  readonly mute: (() => void) | undefined
  close(): Promise<void>
}

/** Reports as they came. */
export function listening(broker: Broker): BrokerReport[] {
  const heard: BrokerReport[] = []
  broker.onReport((report) => heard.push(report))
  return heard
}

let lastNumber = 0

/** A key of the form that orders have; no two are equal. */
export const freshId = (): ClientOrderId => `0badcafe-r1-A1-${++lastNumber}` as ClientOrderId

/** As the gate would have let it through. */
export function approved(order: OrderRequest): RiskApproved<OrderRequest> {
  const answer = approve(order, () => undefined)
  invariant(!('reason' in answer), `${isReducing(order.side) ? 'a reduction' : 'an addition'} is approved`) // prettier-ignore
  return answer
}

/** Prices that rest and that cross, on the increment. */
export interface Touch {
  /** Far enough below the bid to stay there. */
  readonly farBelow: Price
  readonly wellAbove: Price
}

export function touch({ exchange }: SmallVenue, of: Instrument): Touch {
  const quote = exchange.quote(of.id)
  invariant(quote?.bid !== undefined && quote.ask !== undefined, `${of.id} is quoted`)
  const at = (price: number) => snapPrice(price, of.priceIncrements, 'half-even')
  return { farBelow: at(toNumber(quote.bid) * 0.93), wellAbove: at(toNumber(quote.ask) * 1.02) }
}
