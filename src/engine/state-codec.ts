/**
 * The whole state as JSON, for snapshots: what is read back behaves like what was written
 * (snapshot + tail = full fold, under test). Maps keep their order of insertion.
 */
import { BROKER_SNAPSHOT } from '#model/account-codec.ts'
import type { Json } from '#model/canonical-json.ts'
import {
  array,
  boolean,
  exact,
  integer,
  list,
  mapOf,
  oneOf,
  optional,
  record,
  text,
  type Codec,
} from '#model/codec.ts'
import type { Currency, Money, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import { INSTRUMENT } from '#model/instrument-codec.ts'
import { PLAN } from '#model/plan-codec.ts'
import { err, type Result } from '#model/result.ts'
import { ORDER_LEDGER } from '#execution/ledger-codec.ts'
import { BREAK } from '#reconciliation/break-codec.ts'
import { LATCH } from '#engine/decision-codec.ts'
import { COMMAND } from '#engine/fact-codec.ts'
import { QUOTE } from '#marketdata/quote-codec.ts'
import { END_VERDICT, RUN_SUMMARY } from '#engine/run-event-codec.ts'
import { ENGINE_SETTINGS } from '#engine/settings-codec.ts'
import type {
  EngineBook,
  EngineState,
  Job,
  PlanBasis,
  RecordedPlan,
  ReleaseOffer,
  Requests,
  Run,
  Session,
  TakenSnapshot,
  TradingDay,
} from '#engine/state.ts'

/** Raised when a field changes its meaning; a snapshot of another version is not read but refolded. */
const VERSION = 1

/** For a state snapshot. */
export const encodeState = (state: EngineState): Json => ({
  version: VERSION,
  state: STATE.encode(state),
})

/** @returns what was wrong with the document, when it is not a state of this version */
export function decodeState(json: Json): Result<EngineState> {
  const { version, state } = typeof json === 'object' && json !== null ? fieldsOf(json) : {}
  if (version !== VERSION)
    return err(`version: was ${JSON.stringify(version)}, expected ${VERSION}; fold the journal from its first row`) // prettier-ignore
  return STATE.decode(state, 'state')
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object of JSON, or a list without these fields
const fieldsOf = (json: Json) => json as { readonly version?: Json; readonly state?: Json }

const money = exact<Money<Currency>>(2)
const QUANTITIES = mapOf(text<InstrumentId>(), exact<Quantity>())
const BALANCES = mapOf(text(), money)

const SESSION: Codec<Session> = record<Session>({
  link: oneOf('up', 'degraded', 'down'),
  since: integer,
})

const TAKEN: Codec<TakenSnapshot> = record<TakenSnapshot>({
  requestId: integer,
  snapshot: BROKER_SNAPSHOT,
})

const BOOK: Codec<EngineBook> = record<EngineBook>({
  account: text<AccountId>(),
  positions: QUANTITIES,
  cash: BALANCES,
  adoptedAt: integer,
  origin: oneOf('opening', 'person', 'settlement'),
})

const RELEASE: Codec<ReleaseOffer> = record<ReleaseOffer>({
  token: text(),
  reason: text(),
  at: integer,
})

const BASIS: Codec<PlanBasis> = record<PlanBasis>({
  positions: QUANTITIES,
  cash: BALANCES,
  ownOrders: list(text<ClientOrderId>()),
})

const RECORDED_PLAN: Codec<RecordedPlan> = record<RecordedPlan>({ plan: PLAN, basis: BASIS })

const JOB: Codec<Job> = record<Job>({
  commandId: text(),
  by: text(),
  command: COMMAND,
  mark: integer,
})

type PendingPlan = ReturnType<Requests['plans']['get']> & object

const REQUESTS: Codec<Requests> = record<Requests>({
  last: integer,
  snapshot: optional(integer),
  quotes: optional(integer),
  plans: mapOf(integer, record<PendingPlan>({ commandId: text(), basis: BASIS })),
  quotesAnswered: integer,
  failures: integer,
  retryAt: integer,
})

const PHASE = oneOf('A', 'B')

const RUN: Codec<Run> = record<Run>({
  runId: text<RunId>(),
  planId: text<PlanId>(),
  askers: array(text()),
  startedAt: integer,
  nav: money,
  seq: integer,
  wave: optional(record<NonNullable<Run['wave']>>({ phase: PHASE, number: integer })),
  deadlinePassed: boolean,
  completedPhases: array(PHASE),
  scalePpm: optional(integer),
  mark: integer,
  quotesAsked: optional(integer),
  orders: mapOf(text(), array(text<ClientOrderId>())),
  denied: mapOf(text(), text()),
  recheck: boolean,
  ending: optional(record<NonNullable<Run['ending']>>({ verdict: END_VERDICT, reason: text() })),
})

const DAY: Codec<TradingDay> = record<TradingDay>({
  date: text(),
  startNav: money,
  previousCloseNav: money,
  lastNav: money,
  peakNav: money,
  traded: money,
})

type LastSummary = NonNullable<EngineState['lastSummary']>

const STATE: Codec<EngineState> = record<EngineState>({
  now: integer,
  starts: integer,
  account: optional(text<AccountId>()),
  journalId: text(),
  settings: optional(ENGINE_SETTINGS),
  session: SESSION,
  instruments: mapOf(text<InstrumentId>(), INSTRUMENT),
  quotes: mapOf(text<InstrumentId>(), QUOTE),
  taken: optional(TAKEN),
  book: optional(BOOK),
  ledger: ORDER_LEDGER,
  breaks: mapOf(text(), BREAK),
  latches: mapOf(text(), LATCH),
  release: optional(RELEASE),
  plans: mapOf(text<PlanId>(), RECORDED_PLAN),
  jobs: mapOf(text(), JOB),
  run: optional(RUN),
  runs: integer,
  lastSummary: optional(record<LastSummary>({ runId: text<RunId>(), summary: RUN_SUMMARY })),
  requests: REQUESTS,
  timers: mapOf(text(), integer),
  day: optional(DAY),
})
