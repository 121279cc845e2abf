/**
 * Everything the broker holds, asked at once and joined; whole or an error.
 *
 * The questions leave in the order in which an order lives (open, completed, executed, position,
 * cash), so that what moves on meanwhile is seen later in the row rather than nowhere.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { AccountId, ExecId, PermId } from '#model/ids.ts'
import type { Commission, Execution } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import { accountFiguresFrom, positionFrom, SUMMARY_TAGS } from '#brokers/ibkr/translate-account.ts'
import { completedOrderFrom, executionFrom, openOrderFrom } from '#brokers/ibkr/translate.ts'
import { accountSummary, positions } from '#tws/account-queries.ts'
import { completedOrders, executions, openOrders, type ExecutionRow } from '#tws/order-queries.ts'
import type { TwsSession } from '#tws/session.ts'
import { TwsError } from '#tws/tws-error.ts'

export interface SnapshotContext {
  readonly account: AccountId
  /** Of TWS's login. */
  readonly zone: string
  /** Our clock. */
  readonly now: () => EpochMs
  /** Fees heard so far, this session. */
  readonly commissions: ReadonlyMap<ExecId, Commission>
  /** Fills that come by themselves while the questions are out; filled in by the caller. */
  readonly liveFills: readonly Execution[]
}

/**
 * @param timeoutMs - for each of the questions, which are out at once
 * @throws TwsError `timeout`, `refused`, `not-connected`, `unreadable`
 */
export async function takeSnapshot(
  session: TwsSession,
  timeoutMs: number,
  context: SnapshotContext,
): Promise<BrokerSnapshot> {
  const { account, now } = context
  const begunAt = now()
  const [open, completed, executed, held, summary] = await Promise.all([
    openOrders(session, 'all', timeoutMs),
    completedOrders(session, timeoutMs),
    executions(session, account, timeoutMs),
    positions(session, timeoutMs),
    accountSummary(session, SUMMARY_TAGS, timeoutMs),
  ])
  const figures = accountFiguresFrom(summary, account)
  if (!figures.ok) throw new TwsError('unreadable', figures.error)
  const traded = executionsIn(executed, context)
  const ofAccount = (named: string | undefined): boolean => (named ?? account) === account
  return {
    account,
    begunAt,
    takenAt: now(),
    ...figures.value,
    positions: held
      .filter((row) => row.account === account)
      .flatMap((row) => positionFrom(row) ?? [])
      .toSorted((a, b) => byCodeUnit(a.instrument, b.instrument)),
    openOrders: open
      .filter((row) => ofAccount(row.open.order.account))
      .flatMap((row) => openOrderFrom(row) ?? [])
      .toSorted(byPermId),
    completedOrders: completed
      .filter((row) => ofAccount(row.order.account))
      .map(completedOrderFrom)
      .toSorted(byPermId),
    executions: traded,
    commissions: traded.flatMap(({ execId }) => context.commissions.get(execId) ?? []),
  }
}

/** Those asked for, and those that came by themselves meanwhile. */
function executionsIn(
  rows: readonly ExecutionRow[],
  { account, zone, liveFills }: SnapshotContext,
): readonly Execution[] {
  const asked = rows.map(({ contract, execution }) => {
    const trade = executionFrom(contract, execution, zone)
    if (trade !== undefined) return trade
    throw new TwsError('unreadable', `execution ${execution.execId ?? '?'} of ${execution.time ?? 'no time'} cannot be read`) // prettier-ignore
  })
  const byId = new Map([...asked, ...liveFills].map((trade) => [trade.execId, trade]))
  return [...byId.values()].filter((trade) => trade.account === account)
}

interface Numbered {
  readonly permId: PermId | undefined
}

const byPermId = (a: Numbered, b: Numbered): number => Number(a.permId ?? 0) - Number(b.permId ?? 0)
