/**
 * Everything one order can mean for others: families and groups, conditions that wait for a trade, and how much of an
 * order its algorithm lets work.
 */
import { lesser } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import type { AlgoDesk } from '#exchange/orders/algo-desk.ts'
import type { ConditionDesk } from '#exchange/orders/condition-desk.ts'
import type { Consequence, OrderRelations } from '#exchange/orders/relations.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'

/** @param groups - families and one-cancels-all groups */
export function dependencies(
  groups: OrderRelations,
  conditions: ConditionDesk,
  algos: AlgoDesk,
): OrderRelations {
  /** A trade may be what conditions waited for. */
  const afterTrade = (traded: LiveOrder, now: EpochMs): readonly Consequence[] =>
    conditions.concernedBy(traded).flatMap((order): readonly Consequence[] => {
      if (order.terms.conditions?.cancelsOrder !== true) return [{ type: 'activate', order }]
      if (!conditions.hold(order, now)) return []
      return [{ type: 'cancel', order, reason: CANCEL_CONDITION_MET }]
    })
  return {
    ...groups,
    join: (order, now) => {
      conditions.begin(order, now)
      return groups.join(order, now)
    },
    allowed: (order) => lesser(groups.allowed(order), algos.allowed(order)),
    afterFill: (order, now) => {
      algos.filled(order, now)
      return [...groups.afterFill(order, now), ...afterTrade(order, now)]
    },
    afterEnd: (order) => {
      conditions.end(order)
      algos.end(order)
      return groups.afterEnd(order)
    },
  }
}

/** Why an order ended whose conditions were to cancel it. */
export const CANCEL_CONDITION_MET = 'The condition to cancel the order was met.'
