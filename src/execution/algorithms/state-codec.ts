/** An algorithm's state in the JSON of snapshots. */
import { absentable, array, boolean, exact, float, integer, list, oneOf, optional, record, type Codec } from '#model/codec.ts' // prettier-ignore
import type { Price, Quantity } from '#model/fixed.ts'
import type { PriceIncrement } from '#model/instrument.ts'
import { QUOTE } from '#marketdata/quote-codec.ts'
import { ALGORITHMS, type AlgorithmState, type Child, type Pace, type ShownLevel } from '#execution/algorithms/algorithm.ts' // prettier-ignore
import type { Trajectory } from '#execution/algorithms/decaying-alpha.ts'
import type { DecayingAlpha, LinearImpact, ParentOrder, SessionWindow, TradingTerms, UsualMarket } from '#execution/algorithms/parent-order.ts' // prettier-ignore

const PARENT_ORDER: Codec<ParentOrder> = record<ParentOrder>({
  side: oneOf('COVER', 'SELL', 'BUY', 'SHORT'),
  quantity: exact<Quantity>(),
  terms: record<TradingTerms>({
    lot: exact<Quantity>(),
    roundLot: exact<Quantity>(),
    priceIncrements: list(record<PriceIncrement>({ from: exact<Price>(), increment: exact<Price>() })),
    multiplier: float,
  }),
  limitPrice: absentable(exact<Price>()),
  arrivalAt: integer,
  arrivalMid: float,
  deadlineAt: integer,
  atDeadline: oneOf('cross', 'leave'),
  session: record<SessionWindow>({
    opensAt: integer,
    closesAt: integer,
    mayTradeFirstMinutes: boolean,
    mayTradeLastMinutes: boolean,
  }),
  urgency: float,
  usual: record<UsualMarket>({
    dailyVolume: float,
    dailyVolatility: float,
    spread: float,
    volumeCurve: list(float),
  }),
  impact: record<LinearImpact>({ temporary: float, permanent: float }),
  riskAversion: float,
  alpha: absentable(record<DecayingAlpha>({ totalBps: float, halfLifeMs: float })),
  participationRate: float,
  quoteMs: integer,
  seed: integer,
}) // prettier-ignore

const PACE: Codec<Pace> = record<Pace>({
  startAt: integer,
  closingAt: integer,
  endAt: integer,
  sliceMs: integer,
  betweenMs: integer,
  betweenClosingMs: integer,
  mostMessages: integer,
})

const CHILD: Codec<Child> = record<Child>({
  number: integer,
  quantity: exact<Quantity>(),
  limitPrice: exact<Price>(),
  displaySize: exact<Quantity>(),
  takes: boolean,
  placedAt: integer,
  executed: exact<Quantity>(),
  cancels: integer,
  cancelAt: integer,
  cumulative: optional(exact<Quantity>()),
  closedAt: integer,
})

const SHOWN: Codec<ShownLevel> = record<ShownLevel>({ price: float, size: float })

const TRAJECTORY: Codec<Trajectory> = record<Trajectory>({
  units: float,
  start: float,
  end: float,
  rate: float,
  pull: float,
  fading: float,
})

export const ALGORITHM_STATE: Codec<AlgorithmState> = record<AlgorithmState>({
  algorithm: oneOf(...ALGORITHMS),
  parent: PARENT_ORDER,
  pace: PACE,
  trajectory: optional(TRAJECTORY),
  now: integer,
  quote: optional(QUOTE),
  depth: optional(record<NonNullable<AlgorithmState['depth']>>({ bids: list(SHOWN), asks: list(SHOWN) })),
  printed: float,
  volumeAtStart: optional(float),
  children: array(CHILD),
  ended: array(CHILD),
  settled: exact<Quantity>(),
  nextChild: integer,
  messages: integer,
  placedAt: optional(integer),
  refusals: integer,
  refusedAt: integer,
  timerAt: optional(integer),
  done: optional(oneOf('filled', 'deadline', 'refused')),
}) // prettier-ignore
