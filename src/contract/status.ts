/** Where things stand, as other programs read it: `status --json`. */
import type { AccountId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Break } from '#reconciliation/reconcile.ts'
import type { Latch } from '#risk/latch.ts'
import { documentSchema, type Schema } from '#contract/json-schema.ts'
import {
  absentable,
  booleanField,
  instantField,
  listField,
  objectField,
  textField,
  wholeField,
  wordField,
  type Shape,
} from '#contract/shape.ts'

export interface StatusDocument {
  readonly account: AccountId
  readonly mode: 'paper' | 'live'
  /** Whether an engine runs on this state folder now; else this is read from its journal. */
  readonly running: boolean
  /** Engine's clock at the last row of the journal. */
  readonly asOf: EpochMs
  readonly link: 'up' | 'degraded' | 'down'
  readonly latches: readonly Latch[]
  readonly breaks: readonly Break[]
  /** Undefined: no plan is being applied. */
  readonly run: { readonly runId: RunId; readonly planId: PlanId } | undefined
  /** Orders of ours that are open or in doubt. */
  readonly openOrders: number
  readonly journal: { readonly journalId: string; readonly rows: number; readonly hash: string }
}

const LATCH: Shape<Latch> = objectField({
  kind: wordField('what it forbids', 'ReduceOnly', 'Halted', 'Flattening'),
  scope: textField('account, sector:Energy, symbol:AAPL.STK.USD'),
  owner: textField('who or what set it'),
  reason: textField('why'),
  since: instantField("engine's clock"),
})

const BREAK: Shape<Break> = objectField({
  id: textField('the same difference found twice is one break'),
  kind: wordField('what differs', 'position', 'cash', 'order', 'execution'),
  cause: wordField(
    'what explains it',
    'fill-in-flight',
    'missed-fill',
    'external-trade',
    'unknown-order',
    'lost-order',
    'cash-difference',
    'late-fill',
    'unexplained',
  ),
  severity: wordField('severe stops the run', 'info', 'minor', 'severe'),
  instrument: absentable(textField<InstrumentId>('absent for cash')),
  ours: textField('decimal text'),
  theirs: textField('decimal text'),
  since: instantField("engine's clock"),
  detail: textField('in words'),
})

const STATUS: Shape<StatusDocument> = objectField({
  account: textField<AccountId>("IBKR's account code"),
  mode: wordField('as configured', 'paper', 'live'),
  running: booleanField('an engine runs on this state folder'),
  asOf: instantField('the last row of the journal'),
  link: wordField('to the broker', 'up', 'degraded', 'down'),
  latches: listField(LATCH),
  breaks: listField(BREAK),
  run: absentable(
    objectField({
      runId: textField<RunId>('r1, r2, …'),
      planId: textField<PlanId>('the plan being applied'),
    }),
  ),
  openOrders: wholeField('ours, open or in doubt'),
  journal: objectField({
    journalId: textField('eight hexadecimal digits'),
    rows: wholeField('rows recorded'),
    hash: textField("the last row's, 64 hexadecimal digits"),
  }),
})

export const STATUS_DOCUMENT = STATUS.codec

export const STATUS_SCHEMA: Schema = documentSchema(
  'Ballast status',
  'Where things stand: status --json.',
  STATUS.schema,
)
