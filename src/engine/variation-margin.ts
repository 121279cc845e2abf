/**
 * Variation margin: what futures gain and lose is paid in cash, daily by the clearing house and at some brokers as they are
 * traded, without a trade of ours that would say how much. Our book cannot reckon it to the cent, for it does not know the
 * settlement prices; it knows how much it can be, and follows the broker's cash within that.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import {
  format,
  fractionOf,
  magnitude,
  minus,
  money,
  notional,
  plus,
  type Currency,
  type Money,
} from '#model/fixed.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import type { EngineState, TakenSnapshot } from '#engine/state.ts'
import type { Turn } from '#engine/turn.ts'

/**
 * Most that a future moves between two reconciliations, percent of its value: CME's dynamic circuit breakers of energy and
 * metals stop at 10 %, its equity indices overnight at 7 % (CME Group, "Price Limits and Circuit Breakers").
 */
const MOST_MOVE_PERCENT = 10n

/** Most that futures held at the broker, and traded since the book was adopted, may have settled, by currency. */
export function variationOf(
  { instruments, ledger }: EngineState,
  snapshot: BrokerSnapshot,
): ReadonlyMap<Currency, Money<Currency>> {
  const most = new Map<Currency, Money<Currency>>()
  const add = (currency: Currency, value: Money<Currency>): void => {
    const share = fractionOf(magnitude(value), MOST_MOVE_PERCENT, 100n)
    most.set(currency, plus(most.get(currency) ?? ZERO, share))
  }
  for (const { instrument: id, quantity, averageCost, currency } of snapshot.positions)
    if (instruments.get(id)?.assetClass === 'FUT')
      add(currency, notional(quantity, averageCost, { multiplier: 1n, currency }))
  for (const { execution, adopted } of [
    ...ledger.executions.values(),
    ...ledger.foreign.values(),
  ]) {
    const of = instruments.get(execution.instrument)
    if (of?.assetClass === 'FUT' && !adopted)
      add(of.currency, notional(execution.quantity, execution.price, of))
  }
  return most
}

/**
 * Takes the broker's cash for ours where the two differ by no more than variation margin, but by a quarter of it, all else
 * agrees and nothing is moving, so that what is allowed for next time starts from there. A quarter, for at IBKR the cash moves
 * with every tick, and each adoption is a row of the journal.
 *
 * @param agrees - whether the comparison found no break
 */
export function followVariation(
  { state, decide }: Turn,
  taken: TakenSnapshot,
  agrees: boolean,
): void {
  const { book } = state
  if (!agrees || book === undefined || state.run !== undefined || openOrdersOf(state.ledger).length > 0) return // prettier-ignore
  const { requestId, snapshot } = taken
  const variation = variationOf(state, snapshot)
  const paid = snapshot.cash.flatMap(({ currency, amount }) => {
    const difference = minus(amount, book.cash.get(currency) ?? ZERO)
    const most = variation.get(currency)
    const isMuch = most !== undefined && magnitude(difference) > fractionOf(most, 1n, 4n)
    return isMuch ? [`${format(difference, 2)} ${currency}`] : []
  })
  if (paid.length === 0) return
  const reason = `variation margin of futures since the last settlement: ${paid.join(', ')}`
  decide({ type: 'AdoptBook', origin: 'settlement', requestId, reason })
}

const ZERO: Money<Currency> = money('0', 'USD')
