/** What the account holds and has open, for people. */
import { isoInstantOf } from '#model/time.ts'
import type { OrdersDocument, PositionsDocument } from '#contract/account.ts'
import { amount, counted, units } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

export function renderPositions(of: PositionsDocument, ink: Ink): string {
  const columns = [left('instrument'), right('quantity'), right('average cost'), left('currency')]
  const rows = of.positions.map((held) => [
    held.instrument,
    units(held.quantity),
    amount(held.averageCost),
    held.currency,
  ])
  const cash = of.cash.map((row) => `${amount(row.amount)} ${row.currency}`).join(', ')
  return [
    `${ink.bold(of.account)}: ${amount(of.nav)} ${of.currency} net asset value`,
    ink.dim(`by the broker at ${isoInstantOf(of.asOf)}`),
    '',
    rows.length === 0 ? 'no positions' : alignedTable(columns, rows, ink),
    '',
    `${counted(of.positions.length, 'position')}; cash ${cash}; buying power ${amount(of.buyingPower)}, excess liquidity ${amount(of.excessLiquidity)} ${of.currency}`,
  ].join('\n')
}

/** Open orders, ours or not, as a table, then the completed ones of the day. */
export function renderOrders(of: OrdersDocument, ink: Ink): string {
  const columns = [
    left('order'),
    left('instrument'),
    right('quantity'),
    right('left'),
    left('type'),
    right('limit'),
    left('in force'),
    left('state'),
    right('client'),
  ]
  const open = of.open.map((order) => [
    order.clientOrderId ?? `not ours (${order.permId ?? 'no id'})`,
    order.instrument,
    units(order.quantity),
    units(order.leaves),
    order.orderType,
    order.limitPrice === undefined ? '' : units(order.limitPrice),
    order.timeInForce,
    order.status,
    String(order.clientId),
  ])
  const over = of.completed.map((order) => [
    order.clientOrderId ?? `not ours (${order.permId ?? 'no id'})`,
    order.instrument,
    units(order.quantity),
    order.cumulative === undefined ? '' : units(order.cumulative),
    order.status,
    order.reason,
  ])
  const overColumns = [
    left('order'),
    left('instrument'),
    right('quantity'),
    right('filled'),
    left('state'),
    left('why'),
  ]
  return [
    `${ink.bold(of.account)} ${ink.dim(`by the broker at ${isoInstantOf(of.asOf)}`)}`,
    '',
    open.length === 0
      ? 'no open orders'
      : `${ink.bold('Open')}\n${alignedTable(columns, open, ink)}`,
    '',
    over.length === 0
      ? 'none completed today'
      : `${ink.bold('Completed today')}\n${alignedTable(overColumns, over, ink)}`,
  ].join('\n')
}
