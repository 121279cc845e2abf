/**
 * What the shell does with each decision, one row a kind. A row starts something and returns at
 * once; what comes of it goes back to `step` as a fact. Nothing here decides.
 */
import type { Instrument } from '#model/instrument.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { Decision } from '#engine/decision.ts'
import type { Fact } from '#engine/fact.ts'
import { BrokerError, type Broker } from '#brokers/broker.ts'
import type { Feed } from '#feeds/feed.ts'

export interface Stage {
  readonly broker: Broker
  readonly feed: Feed
  readonly now: () => EpochMs
  readonly take: (fact: Fact) => void
  /** Asked once more when an order leaves the pacing queue. */
  readonly maySend: (decision: Of<'SubmitOrder'>) => boolean
  readonly instruments: (ids: readonly InstrumentId[]) => Promise<readonly Instrument[]>
  readonly computePlan: (decision: Of<'ComputePlan'>) => void
  readonly timers: { set(timer: string, at: EpochMs): void; clear(timer: string): void }
  readonly announce: (decision: Of<'Announce'>) => void
  readonly answer: (decision: Of<'AnswerCommand'>) => void
  readonly alert: (decision: Of<'Alert'>) => void
  /** For the operational log: a failure that a fact tells the outcome of, but not the cause. */
  readonly logFailure: (what: string, error: unknown) => void
  /** The names whose quotes the run needs from here on. */
  readonly follow: () => void
}

type Of<T extends Decision['type']> = Extract<Decision, { readonly type: T }>
type Rows = { readonly [T in Decision['type']]: (decision: Of<T>, on: Stage) => void }

/** TWS streams a snapshot line by line; a slow evening takes seconds. */
const SNAPSHOT_TIMEOUT_MS = 20_000
const QUOTES_TIMEOUT_MS = 15_000

export function perform(decision: Decision, on: Stage): void {
  // The row was looked up by the decision's own type, so it is the right one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const row = ROWS[decision.type] as (decision: Decision, on: Stage) => void
  row(decision, on)
}

/** Recorded, and that is all: its effect is on the state. */
const recordedOnly = (): void => {}

const ROWS: Rows = {
  RequestSnapshot: ({ requestId }, on) => {
    on.broker.snapshot(SNAPSHOT_TIMEOUT_MS).then(
      (snapshot) => on.take({ type: 'SnapshotTaken', at: on.now(), requestId, snapshot }),
      (error: unknown) =>
        on.take({ type: 'SnapshotFailed', at: on.now(), requestId, reason: messageOf(error) }),
    )
  },
  RequestQuotes: ({ requestId, instruments }, on) => {
    quotesOf(instruments, on).then(
      (quotes) => on.take({ type: 'QuoteBatch', at: on.now(), requestId, quotes }),
      // No quotes is an answer: every name is then without one, which stops what needs them.
      (error: unknown) => {
        on.logFailure('quotes could not be had', error)
        on.take({ type: 'QuoteBatch', at: on.now(), requestId, quotes: [] })
      },
    )
  },
  ComputePlan: (decision, on) => on.computePlan(decision),
  SubmitOrder: (decision, on) => {
    const clientOrderId = decision.order.id
    on.broker
      .submit(decision.order, () => on.maySend(decision))
      .then(
        () =>
          on.take({ type: 'SubmitEnded', at: on.now(), clientOrderId, outcome: 'submitted', reason: '' }), // prettier-ignore
        (error: unknown) =>
          on.take({ type: 'SubmitEnded', at: on.now(), clientOrderId, ...failureOf(error) }),
      )
  },
  CancelOrder: ({ clientOrderId }, on) => {
    on.broker.cancel(clientOrderId).then(
      () =>
        on.take({ type: 'CancelEnded', at: on.now(), clientOrderId, outcome: 'submitted', reason: '' }), // prettier-ignore
      (error: unknown) =>
        on.take({ type: 'CancelEnded', at: on.now(), clientOrderId, ...failureOf(error) }),
    )
  },
  CancelEverything: ({ reason }, on) => {
    on.broker.cancelEverything().catch((error: unknown) => {
      const text = `the global cancel (${reason}) could not be sent: ${messageOf(error)}`
      on.alert({ type: 'Alert', severity: 'critical', text })
    })
  },
  SetTimer: ({ timer, at }, on) => on.timers.set(timer, at),
  ClearTimer: ({ timer }, on) => on.timers.clear(timer),
  Announce: (decision, on) => on.announce(decision),
  AnswerCommand: (decision, on) => {
    on.answer(decision)
    on.follow()
  },
  Alert: (decision, on) => on.alert(decision),
  AcceptPlan: (_, on) => on.follow(),
  ResumeRun: (_, on) => on.follow(),
  DenyOrder: recordedOnly,
  ProveNotSent: recordedOnly,
  RefusePlan: recordedOnly,
  EndRun: recordedOnly,
  AdoptBook: recordedOnly,
  OpenBreak: recordedOnly,
  CloseBreak: recordedOnly,
  SetLatch: recordedOnly,
  OfferRelease: recordedOnly,
  ReleaseLatches: recordedOnly,
}

async function quotesOf(ids: readonly InstrumentId[], on: Stage): Promise<readonly Quote[]> {
  const quotes = await on.feed.quotes(await on.instruments(ids), QUOTES_TIMEOUT_MS)
  return ids.flatMap((id) => quotes.get(id) ?? [])
}

/** Only the adapter's own word proves that nothing was sent; whatever else broke leaves it open. */
function failureOf(error: unknown): {
  readonly outcome: 'not-sent' | 'uncertain'
  readonly reason: string
} {
  // prettier-ignore
  const proven =
    error instanceof BrokerError && (error.kind === 'not-connected' || error.kind === 'withheld')
  return { outcome: proven ? 'not-sent' : 'uncertain', reason: messageOf(error) }
}

export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
