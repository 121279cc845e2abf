/** Facts in the journal's JSON: total both ways, so that every row that was written can be read. */
import { BROKER_SNAPSHOT } from '#model/account-codec.ts'
import { integer, list, oneOf, optional, record, text, union, type Codec } from '#model/codec.ts'
import type { AccountId, ClientOrderId, PlanId } from '#model/ids.ts'
import { INSTRUMENT } from '#model/instrument-codec.ts'
import type { PlanRequest } from '#model/plan.ts'
import { PLAN } from '#model/plan-codec.ts'
import { BROKER_REPORT } from '#model/report-codec.ts'
import type { Command, Fact } from '#engine/fact.ts'
import { QUOTE } from '#marketdata/quote-codec.ts'
import { ENGINE_SETTINGS } from '#engine/settings-codec.ts'

type FactOf<T extends Fact['type']> = Omit<Extract<Fact, { type: T }>, 'type'>
type CommandOf<N extends Command['name']> = Omit<Extract<Command, { name: N }>, 'name'>
type RequestOf<K extends PlanRequest['kind']> = Omit<Extract<PlanRequest, { kind: K }>, 'kind'>

/** Variants that are their name and nothing else. */
const NOTHING_MORE = record<object>({})

export const PLAN_REQUEST: Codec<PlanRequest> = union<'kind', PlanRequest>('kind', {
  targets: NOTHING_MORE,
  'cash-only': NOTHING_MORE,
  'raise-cash': record<RequestOf<'raise-cash'>>({ amount: text() }),
})

export const COMMAND: Codec<Command> = union<'name', Command>('name', {
  reconcile: NOTHING_MORE,
  plan: record<CommandOf<'plan'>>({ request: PLAN_REQUEST }),
  apply: record<CommandOf<'apply'>>({ planId: text<PlanId>() }),
  interrupt: NOTHING_MORE,
  halt: record<CommandOf<'halt'>>({ reason: text(), scope: text() }),
  resume: record<CommandOf<'resume'>>({ reason: text() }),
  'resume-confirm': record<CommandOf<'resume-confirm'>>({ token: text() }),
  adopt: record<CommandOf<'adopt'>>({ reason: text() }),
})

const AT = { at: integer } as const
const ENDED = {
  ...AT,
  clientOrderId: text<ClientOrderId>(),
  outcome: oneOf('submitted', 'not-sent', 'uncertain'),
  reason: text(),
} as const

export const FACT: Codec<Fact> = union<'type', Fact>('type', {
  EngineStarted: record<FactOf<'EngineStarted'>>({
    ...AT,
    account: text<AccountId>(),
    journalId: text(),
    settings: ENGINE_SETTINGS,
  }),
  LinkChanged: record<FactOf<'LinkChanged'>>({
    ...AT,
    link: oneOf('up', 'degraded', 'down'),
    reason: text(),
  }),
  InstrumentsDescribed: record<FactOf<'InstrumentsDescribed'>>({
    ...AT,
    instruments: list(INSTRUMENT),
  }),
  SnapshotTaken: record<FactOf<'SnapshotTaken'>>({
    ...AT,
    requestId: integer,
    snapshot: BROKER_SNAPSHOT,
  }),
  SnapshotFailed: record<FactOf<'SnapshotFailed'>>({ ...AT, requestId: integer, reason: text() }),
  BrokerReported: record<FactOf<'BrokerReported'>>({ ...AT, report: BROKER_REPORT }),
  SubmitEnded: record<FactOf<'SubmitEnded'>>(ENDED),
  CancelEnded: record<FactOf<'CancelEnded'>>(ENDED),
  QuoteBatch: record<FactOf<'QuoteBatch'>>({
    ...AT,
    requestId: optional(integer),
    quotes: list(QUOTE),
  }),
  PlanComputed: record<FactOf<'PlanComputed'>>({
    ...AT,
    requestId: integer,
    inputs: text(),
    plan: PLAN,
  }),
  PlanFailed: record<FactOf<'PlanFailed'>>({ ...AT, requestId: integer, reason: text() }),
  TimerFired: record<FactOf<'TimerFired'>>({ ...AT, timer: text() }),
  CommandGiven: record<FactOf<'CommandGiven'>>({
    ...AT,
    commandId: text(),
    by: text(),
    command: COMMAND,
  }),
})
