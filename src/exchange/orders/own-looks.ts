/**
 * What some orders look at the market for in their own time, whoever quotes when: the next slice of an algorithm, and the
 * conditions that are to cancel an order.
 */
import type { EpochMs } from '#model/time.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { AlgoDesk } from '#exchange/orders/algo-desk.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { ConditionDesk } from '#exchange/orders/condition-desk.ts'
import { CANCEL_CONDITION_MET } from '#exchange/orders/dependencies.ts'
import type { OrderLife } from '#exchange/orders/order-life.ts'
import type { OrderRelations } from '#exchange/orders/relations.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'
import { earlier } from '#exchange/watch-list.ts'

type Events = readonly VenueEvent[]

export interface OwnLooks {
  /** When an order's algorithm or its canceling conditions want to be looked at; undefined: they do not. */
  lookAt(order: LiveOrder, now: EpochMs): EpochMs | undefined
  /** Looks at an open order whose algorithm or canceling conditions are due. */
  look(permId: number, now: EpochMs): Events
}

export interface OwnLooksSettings {
  readonly blotter: Blotter
  readonly life: OrderLife
  readonly relations: OrderRelations
  readonly algos: AlgoDesk
  readonly conditions: ConditionDesk
}

/** @param settings - whom it asks, and who does what comes of it */
export function ownLooks(settings: OwnLooksSettings): OwnLooks {
  const { blotter, life, relations, algos, conditions } = settings

  /** When the next slice is due; undefined for an order without an algorithm, and while it is held. */
  const sliceAt = (order: LiveOrder, now: EpochMs): EpochMs | undefined =>
    order.terms.algo === undefined || order.status !== 'working'
      ? undefined
      : (algos.nextAt(order) ?? now)

  const look: OwnLooks['look'] = (permId, now) => {
    const order = blotter.open(permId)
    if (order === undefined) return []
    if (isToBeCanceled(order) && conditions.hold(order, now))
      return life.end(order, 'canceled', CANCEL_CONDITION_MET, now)
    const due = sliceAt(order, now)
    return due === undefined || now < due ? [] : work(order, now)
  }

  /** What the algorithm wants now takes the place of what stood. */
  const work = (order: LiveOrder, now: EpochMs): Events => {
    const step = algos.step(order, now)
    if (step.type === 'ends') return life.end(order, 'canceled', step.reason, now)
    return step.parts.flatMap((part) => {
      if (order.status !== 'working') return []
      const isNews = algos.begun(order, part)
      order.allowance = relations.allowed(order)
      return isNews ? life.resume(order, true, now) : []
    })
  }

  return {
    lookAt: (order, now) =>
      earlier(
        sliceAt(order, now),
        isToBeCanceled(order) ? conditions.nextLookAt(order, now) : undefined,
      ),
    look,
  }
}

const isToBeCanceled = ({ terms }: LiveOrder): boolean => terms.conditions?.cancelsOrder === true
