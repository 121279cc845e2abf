/**
 * How often history is asked for and what is under way, by client.
 *
 * IBKR's "Historical Data Limitations": bars shorter than a minute are paced, longer ones are not; at most fifty
 * requests are worked on at once, further ones wait.
 */
import type { DataPacing, MarketDataTerms } from '#gateway/market-data/terms.ts'
import type { Session } from '#gateway/session.ts'
import type { EpochMs } from '#model/time.ts'

/** What pacing knows a request by. */
export interface PacedRequest {
  /** Everything that it asks. */
  readonly identity: string
  /** Contract, exchange and kind of data. */
  readonly contract: string
  /** Length of its bars; ticks count as none. */
  readonly seconds: number
  /** BID_ASK counts twice. */
  readonly weight: 1 | 2
}

export interface HistoryDesk {
  readonly terms: Pick<MarketDataTerms, 'historyMs' | 'pacing'>
  /** Whether a request comes too soon after others of the account; one that does not is remembered. */
  violates(request: PacedRequest, now: EpochMs): boolean
  /** Whether single ticks of an instrument were asked for a moment ago; if not, they are now. */
  repeats(instrument: string, now: EpochMs): boolean
  /** Works on a request: at once, or when its turn comes. */
  work(session: Session, reqId: number, queue: VenueQueue, run: () => void): void
  isUnderWay(session: Session, reqId: number): boolean
  /** @returns false when it is not under way */
  cancel(session: Session, reqId: number): boolean
}

/** Does something after so many milliseconds of venue time. */
export interface VenueQueue {
  later(delayMs: number, run: () => void): void
}

interface Past extends PacedRequest {
  readonly at: EpochMs
}

interface Job {
  readonly session: Session
  readonly reqId: number
  readonly queue: VenueQueue
  readonly run: () => void
  isCancelled: boolean
}

export function historyDesk(terms: HistoryDesk['terms']): HistoryDesk {
  const { pacing, historyMs } = terms
  let past: readonly Past[] = []
  const tickRequests = new Map<string, EpochMs>()
  const waiting: Job[] = []
  const working = new Set<Job>()

  const start = (job: Job) => {
    working.add(job)
    const finish = () => {
      working.delete(job)
      if (!job.isCancelled) job.run()
      const next = waiting.shift()
      if (next !== undefined) start(next)
    }
    if (historyMs > 0) job.queue.later(historyMs, finish)
    else finish()
  }
  const find = (session: Session, reqId: number) =>
    [...working, ...waiting].find(
      (job) => !job.isCancelled && job.session === session && job.reqId === reqId,
    )

  return {
    terms,
    violates: (request, now) => {
      if (request.seconds >= pacing.freeFromSeconds) return false
      past = past.filter(({ at }) => at > now - longestMs(pacing))
      if (isTooSoon(past, request, now, pacing)) return true
      past = [...past, { ...request, at: now }]
      return false
    },
    repeats: (instrument, now) => {
      const last = tickRequests.get(instrument)
      if (last !== undefined && now < last + pacing.tickByTickMs) return true
      tickRequests.set(instrument, now)
      return false
    },
    work: (session, reqId, queue, run) => {
      const job: Job = { session, reqId, queue, run, isCancelled: false }
      if (working.size < pacing.open) start(job)
      else waiting.push(job)
    },
    isUnderWay: (session, reqId) => find(session, reqId) !== undefined,
    cancel: (session, reqId) => {
      const job = find(session, reqId)
      if (job !== undefined) job.isCancelled = true
      return job !== undefined
    },
  }
}

const longestMs = ({ identicalMs, sameContract, all }: DataPacing): number =>
  Math.max(identicalMs, sameContract.withinMs, all.withinMs)

function isTooSoon(
  past: readonly Past[],
  request: PacedRequest,
  now: EpochMs,
  pacing: DataPacing,
): boolean {
  // prettier-ignore
  const within = (ms: number) => past.filter(({ at }) => at > now - ms)
  if (within(pacing.identicalMs).some(({ identity }) => identity === request.identity)) return true
  const { sameContract, all } = pacing
  const same = within(sameContract.withinMs).filter(({ contract }) => contract === request.contract)
  if (same.length + 1 >= sameContract.most) return true
  const weights = within(all.withinMs).reduce<number>((sum, of) => sum + of.weight, request.weight)
  return weights > all.most
}
