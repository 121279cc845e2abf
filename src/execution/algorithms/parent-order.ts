/**
 * The order that an algorithm works: what is to be traded by when, how patiently, and what is usual for its name.
 *
 * It is fixed at the start and plain data. Quantities and prices that leave are exact; what describes the market is
 * float. An algorithm's clock is the engine's.
 */
import { roundTo, type Price, type Quantity } from '#model/fixed.ts'
import { isBuying, type Side } from '#model/order.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'

export interface ParentOrder {
  readonly side: Side
  /** > 0. What is less than a lot of it stays undone. */
  readonly quantity: Quantity
  readonly terms: TradingTerms
  /** The worst price that any part of it may trade at, on the increment or not. */
  readonly limitPrice?: Price
  /** When it began, and the mid of then: what its cost is measured against. */
  readonly arrivalAt: EpochMs
  readonly arrivalMid: number
  /** By when it is done, and what becomes of the rest: traded at the touch and a collar, or left. */
  readonly deadlineAt: EpochMs
  readonly atDeadline: 'cross' | 'leave'
  /** The regular session that it is worked in, and whether its first and last minutes are asked for. */
  readonly session: SessionWindow
  /** 0 waits as long as it can, 1 trades at once. */
  readonly urgency: number
  readonly usual: UsualMarket
  readonly impact: LinearImpact
  /** λ of Almgren & Chriss, per unit of quote currency, ≥ 0. */
  readonly riskAversion: number
  /** What the trade is made for; absent: nothing is expected of the price. */
  readonly alpha?: DecayingAlpha
  /** Of what others trade, 0 < rate < 1: `participation` aims at it. */
  readonly participationRate: number
  /** The oldest quote that anything is priced by, ms, > 0: the engine's own setting. */
  readonly quoteMs: number
  /** Names the draws of sizes that look random. */
  readonly seed: number
}

/** How an instrument trades. */
export interface TradingTerms {
  /** The least quantity step, > 0. */
  readonly lot: Quantity
  /** What quotes are in and children are multiples of where they can be: 100 shares; a multiple of the lot. */
  readonly roundLot: Quantity
  readonly priceIncrements: PriceIncrements
  /** Units of money a price of 1 is worth a unit: 1 for stocks, 50 for an E-mini. */
  readonly multiplier: number
}

export interface SessionWindow {
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
  readonly mayTradeFirstMinutes: boolean
  readonly mayTradeLastMinutes: boolean
}

/** What is usual for a name: means of the past weeks. */
export interface UsualMarket {
  /** Units a day, > 0. */
  readonly dailyVolume: number
  /** Standard deviation of a day's return, fraction ≥ 0. */
  readonly dailyVolatility: number
  /** (ask − bid) / mid, fraction > 0. */
  readonly spread: number
  /** The share of a day's volume that has traded at evenly spaced times of the session, from 0 to 1; empty: even. */
  readonly volumeCurve: readonly number[]
}

/**
 * Linear impact after R. Almgren & N. Chriss, "Optimal Execution of Portfolio Transactions", Journal of Risk 3
 * (2001), section 1.5. Units of quote currency per unit of the instrument.
 */
export interface LinearImpact {
  /** η: price concession per unit a day of trading rate, > 0. */
  readonly temporary: number
  /** γ: lasting shift of the price per unit traded, ≥ 0. */
  readonly permanent: number
}

/** An expected move of the price in the trade's direction that goes as it comes true. */
export interface DecayingAlpha {
  /** All of it, bps of the arrival mid; negative where the price is expected to come our way. */
  readonly totalBps: number
  /** Half of it has come true after so long, > 0. */
  readonly halfLifeMs: number
}

/** What of a parent can be traded at all: whole lots. */
export const tradableOf = ({
  quantity,
  terms,
}: Pick<ParentOrder, 'quantity' | 'terms'>): Quantity => roundTo(quantity, terms.lot, 'down')

/** Prices of a quote by their side of the trade. */
export interface Touch {
  /** Where we would wait, and where we would trade at once. */
  readonly near: number
  readonly far: number
  readonly mid: number
  /** Units shown there; undefined where the feed does not say. */
  readonly nearSize: number | undefined
  readonly farSize: number | undefined
}

/** @returns undefined for a quote without two prices */
export function touchOf(side: Side, quote: Quote): Touch | undefined {
  const { bid, ask, bidSize, askSize } = quote
  if (bid === undefined || ask === undefined) return undefined
  const mid = (bid + ask) / 2
  return isBuying(side)
    ? { near: bid, far: ask, mid, nearSize: bidSize, farSize: askSize }
    : { near: ask, far: bid, mid, nearSize: askSize, farSize: bidSize }
}

/**
 * What is wrong with a parent, each as a sentence; nothing when it can be worked.
 *
 * @param quietMs - the first and last minutes that are not traded unless asked for
 */
export function problemsOf(parent: ParentOrder, quietMs: number): readonly string[] {
  return CHECKS.flatMap(([holds, say]) => (holds(parent, quietMs) ? [] : [say(parent)]))
}

const CHECKS: readonly (readonly [(of: ParentOrder, quietMs: number) => boolean, (of: ParentOrder) => string])[] = [
  [({ quantity }) => quantity > 0n, ({ quantity }) => `quantity: was ${quantity}, expected more than 0`],
  [({ terms }) => terms.lot > 0n && terms.roundLot >= terms.lot && terms.roundLot % terms.lot === 0n, () => 'terms: expected a round lot that is a whole number of lots'],
  [({ terms }) => terms.multiplier > 0, ({ terms }) => `terms.multiplier: was ${terms.multiplier}, expected more than 0`],
  [({ limitPrice }) => limitPrice === undefined || limitPrice > 0n, () => 'limitPrice: expected more than 0'],
  [({ arrivalMid }) => arrivalMid > 0 && Number.isFinite(arrivalMid), ({ arrivalMid }) => `arrivalMid: was ${arrivalMid}, expected a price`],
  [({ urgency }) => urgency >= 0 && urgency <= 1, ({ urgency }) => `urgency: was ${urgency}, expected 0 to 1`],
  [({ usual }) => usual.dailyVolume > 0 && usual.dailyVolatility >= 0 && usual.spread > 0, () => 'usual: expected a daily volume and a spread above 0, a volatility of at least 0'],
  [({ usual }) => isCurve(usual.volumeCurve), () => 'usual.volumeCurve: expected none, or shares that rise from 0 to 1'],
  [({ impact }) => impact.temporary > 0 && impact.permanent >= 0, () => 'impact: expected a temporary coefficient above 0 and a permanent one of at least 0'],
  [({ riskAversion }) => riskAversion >= 0 && Number.isFinite(riskAversion), ({ riskAversion }) => `riskAversion: was ${riskAversion}, expected at least 0`],
  [({ alpha }) => alpha === undefined || (alpha.halfLifeMs > 0 && Number.isFinite(alpha.totalBps)), () => 'alpha: expected a size in bps and a half-life above 0'],
  [({ participationRate }) => participationRate > 0 && participationRate < 1, ({ participationRate }) => `participationRate: was ${participationRate}, expected between 0 and 1`],
  [({ quoteMs }) => quoteMs > 0, ({ quoteMs }) => `quoteMs: was ${quoteMs}, expected more than 0`],
  [(of, quietMs) => startOf(of, quietMs) < endOf(of, quietMs), () => 'deadlineAt: there is no time to trade between arrival, deadline and the first and last minutes of the session; ask for those minutes or for a later deadline'],
] // prettier-ignore

const isCurve = (curve: readonly number[]): boolean =>
  curve.length === 0 ||
  (curve.length >= 2 &&
    curve[0] === 0 &&
    curve.at(-1) === 1 &&
    curve.every((share, i) => share >= (curve[i - 1] ?? 0)))

/** When trading may begin. */
export const startOf = ({ arrivalAt, session }: ParentOrder, quietMs: number): EpochMs =>
  Math.max(arrivalAt, session.opensAt + (session.mayTradeFirstMinutes ? 0 : quietMs))

/** When trading must have ended. */
export const endOf = ({ deadlineAt, session }: ParentOrder, quietMs: number): EpochMs =>
  Math.min(deadlineAt, session.closesAt - (session.mayTradeLastMinutes ? 0 : quietMs))
