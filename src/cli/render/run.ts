/** A run for people while it goes: a line for each thing that matters, and how far it is. */
import type { RunEvent, RunNews, RunSummary } from '#engine/run-event.ts'
import { amount, bps, counted, percent, plain, units } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left } from '#cli/render/table.ts'

export interface RunProgress {
  /** Lines to print for this event; often none. */
  heard(event: RunEvent): readonly string[]
  /** How far the run is, on one line; empty before it begins and after it ended. */
  status(): string
}

/** Follows one run. Orders are called by their line, side and instrument, as people do. */
export function createRunProgress(ink: Ink): RunProgress {
  const so: Progress = { ink, orders: new Map(), where: '', sent: 0, over: 0 }
  return {
    heard: (event) => tell(event, so),
    status: () => (so.where === '' ? '' : `${so.where}: ${so.over} of ${so.sent} done`),
  }
}

interface Progress {
  readonly ink: Ink
  readonly orders: Map<string, { readonly title: string; readonly ordered: bigint }>
  where: string
  /** Of the current wave. */
  sent: number
  over: number
}

type Told<Type extends RunNews['type']> = Extract<RunNews, { type: Type }>
type Telling = {
  readonly [Type in RunNews['type']]: (news: Told<Type>, so: Progress) => readonly string[]
}

const TELLING: Telling = {
  RunStarted: ({ orders }, { ink }) => [ink.bold(`Run: ${counted(orders, 'order')}`)],
  PhaseStarted: ({ phase, wave, orders }, so) => {
    so.where = `phase ${phase}, wave ${wave}`
    so.sent = 0
    so.over = 0
    const title = phase === 'A' ? 'Phase A, reduce' : 'Phase B, add'
    return [so.ink.bold(`${title}: wave ${wave}, ${counted(orders, 'order')}`)]
  },
  OrderSubmitted: (order, so) => {
    so.sent += 1
    const { line, side, quantity, instrument, limitPrice } = order
    const title = `${line.padEnd(4)} ${side.padEnd(5)} ${units(quantity)} ${instrument}`
    so.orders.set(order.clientOrderId, { title, ordered: quantity })
    const terms = limitPrice === undefined ? 'at market' : `limit ${units(limitPrice)}`
    return [so.ink.dim(`  sent      ${title} ${terms}`)]
  },
  OrderAccepted: () => [],
  Fill: ({ clientOrderId, cumulative, price }, so) => {
    const order = so.orders.get(clientOrderId)
    if (order === undefined || cumulative < order.ordered) return []
    so.over += 1
    return [`  ${so.ink.good('filled')}    ${order.title} at ${units(price)}`]
  },
  OrderDenied: ({ line, instrument, reason }, { ink }) => [
    `  ${ink.warn('denied')}    ${line.padEnd(4)} ${instrument}: ${reason}`,
  ],
  OrderRejected: (news, so) => ended(news, so, so.ink.bad('rejected'), 1),
  OrderCanceled: (news, so) => ended(news, so, so.ink.warn('canceled'), 1),
  OrderInDoubt: (news, so) => ended(news, so, so.ink.bad('in doubt'), 0),
  PhaseScaled: ({ phase, scale, buyingPower }, { ink }) => [
    ink.warn(`  phase ${phase} is scaled to ${percent(scale, 1)}: the buying power is ${amount(buyingPower)}`), // prettier-ignore
  ],
  PhaseCompleted: ({ phase, filled, unfilled }) => [
    `Phase ${phase} completed: ${filled} filled, ${unfilled} not`,
  ],
  LimitBreached: ({ metric, value, limit, remedy }, { ink }) => [
    ink.bad(`  limit breached: ${metric} is ${plain(value, 4)}, limit ${plain(limit, 4)}: ${remedy}`), // prettier-ignore
  ],
  Halted: ({ scope, reason }, { ink }) => [ink.bad(`  halted (${scope}): ${reason}`)],
  BreakFound: ({ severity, cause, detail }, { ink }) => [
    ink.warn(`  break (${severity}, ${cause}): ${detail}`),
  ],
  RunCompleted: ({ summary }, so) => {
    so.where = ''
    return ['', renderSummary(summary, so.ink)]
  },
}

function tell<Type extends RunNews['type']>(news: Told<Type>, so: Progress): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's row is chosen by the news' own type
  const telling = TELLING[news.type] as (news: Told<Type>, so: Progress) => readonly string[] // prettier-ignore
  return telling(news, so)
}

function ended(
  { clientOrderId, reason }: { readonly clientOrderId: string; readonly reason: string },
  so: Progress,
  how: string,
  over: 0 | 1,
): readonly string[] {
  so.over += over
  const title = so.orders.get(clientOrderId)?.title ?? clientOrderId
  return [`  ${how}  ${title}${reason === '' ? '' : `: ${reason}`}`]
}

/** What a run came to. */
export function renderSummary(summary: RunSummary, ink: Ink): string {
  const { orders, filled, rejected, latencyMs, breaks, verdict } = summary
  const agreed = breaks === 0 ? ink.good('none: book and broker agree') : ink.bad(`${breaks} open`)
  const rows = [
    ['  orders', `${orders} sent, ${filled} filled, ${rejected} rejected`],
    ['  fill rate', percent(summary.fillRate)],
    ['  slippage', `${bps(summary.slippageBps)} of what was traded (positive = cost)`],
    ['  cost', `${bps(summary.costBps)} with commission`],
    ['  latency', `to the first fill ${plain(latencyMs.p50, 0)} ms median, ${plain(latencyMs.p99, 0)} ms at 99 %`], // prettier-ignore
    ['  turnover', percent(summary.turnover)],
    ['  breaks', agreed],
  ]
  const table = alignedTable([left(''), left('')], rows, ink)
    .split('\n')
    .slice(1)
  return [
    `${ink.bold('Run')} ${verdict === 'completed' ? ink.good(verdict) : ink.warn(verdict)}`,
    ...table,
    ...summary.unfinished.map((what) => `  not done  ${what}`),
  ].join('\n')
}
