/**
 * A small account to plan for: names with quotes, a year of returns and everything in order, of
 * which a test changes what it is about.
 */
import { moneyFrom, toNumber } from '#model/border.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { PlanInputs, PolicySettings, Target } from '#construction/plan-inputs.ts'
import { LIMITS } from '#risk/limits.ts'

export interface NameCase {
  readonly symbol: string
  /** Shares held, signed; none where absent. */
  readonly held?: number | string
  /** Mid, 100 where absent. */
  readonly price?: number
  readonly sector?: string
  readonly target?: number | Omit<Target, 'instrument'>
  readonly shortable?: boolean
  /** Full spread, fraction of the price; 2 bps where absent. */
  readonly spread?: number
  /** What is wrong with the quote. */
  readonly quote?: 'none' | 'stale' | 'halted' | 'one-sided' | 'crossed' | 'delayed'
  readonly unknown?: boolean
  readonly bars?: 'none'
}

export const AS_OF = Date.UTC(2018, 1, 5, 15, 0, 0)

export const idOf = (symbol: string): InstrumentId => `${symbol}.STK.USD` as InstrumentId

/** Limits that never bind, for tests about something else. */
export const LOOSE = LIMITS.map(
  (limit) =>
  limit.direction === 'min' ? { ...limit, warn: -10, breach: -20 } : { ...limit, warn: 10, breach: 20 }, // prettier-ignore
)

export const PLAIN_POLICY: PolicySettings = {
  band: { kind: 'absolute', absolute: 0, relative: 0 },
  destination: 'target',
  cashBuffer: 0,
  rounding: 'toward-zero',
  untargeted: 'sell',
  minimumTicket: 0,
}

export function planInputs(
  cash: number,
  names: readonly NameCase[],
  changes: Partial<PlanInputs> = {},
): PlanInputs {
  const known = names.filter(({ unknown }) => unknown !== true)
  const held = names.filter(({ held: shares }) => shares !== undefined && Number(shares) !== 0)
  const value = held.reduce((total, name) => total + Number(name.held) * (name.price ?? 100), cash)
  const nav = moneyFrom(value, 'USD')
  const gross = held.reduce((total, { held: shares, price: at = 100 }) => total + Math.abs(Number(shares)) * at, 0) // prettier-ignore
  return {
    request: { kind: 'targets' },
    asOf: AS_OF,
    lifetimeMs: 300_000,
    configHash: 'c'.repeat(64),
    snapshot: {
      account: 'DU1234567' as AccountId,
      baseCurrency: 'USD',
      begunAt: AS_OF - 2_000,
      takenAt: AS_OF - 1_000,
      positions: held.map(({ symbol, held: shares, price: at = 100 }) => ({
        instrument: idOf(symbol),
        conId: conIdOf(symbol),
        quantity: quantity(String(shares)),
        averageCost: price(String(at)),
        currency: 'USD',
      })),
      cash: [{ currency: 'USD', amount: moneyFrom(cash, 'USD') }],
      margin: {
        netLiquidation: nav,
        equityWithLoan: nav,
        grossPositionValue: moneyFrom(gross, 'USD'),
        initialMargin: moneyFrom(gross * 0.5, 'USD'),
        maintenanceMargin: moneyFrom(gross * 0.25, 'USD'),
        availableFunds: moneyFrom(value - gross * 0.5, 'USD'),
        excessLiquidity: moneyFrom(value - gross * 0.25, 'USD'),
        buyingPower: moneyFrom(2 * (value - gross * 0.5), 'USD'),
      },
      openOrders: [],
      completedOrders: [],
      executions: [],
      commissions: [],
    },
    instruments: known.map(instrumentOf),
    unknown: names
      .filter(({ unknown }) => unknown === true)
      .map(({ symbol }) => ({ instrument: idOf(symbol), reason: 'No security definition' })),
    quotes: new Map(known.flatMap((name) => quoteOf(name).map((quote) => [quote.instrument, quote]))), // prettier-ignore
    bars: new Map(known.filter(({ bars }) => bars !== 'none').map((name) => [idOf(name.symbol), barsOf(name)])), // prettier-ignore
    benchmark: undefined,
    fx: new Map([['USD', 1]]),
    targets: names.flatMap(
      ({ symbol, target }): Target[] =>
      target === undefined ? [] : [typeof target === 'number' ? { instrument: idOf(symbol), weight: target } : { instrument: idOf(symbol), ...target }], // prettier-ignore
    ),
    policy: PLAIN_POLICY,
    limits: LOOSE,
    latches: [],
    reconciliation: { status: 'pass', detail: 'no breaks' },
    day: {
      previousCloseNav: nav,
      peakNav: nav,
      startOfDayNav: nav,
      tradedToday: money('0', 'USD'),
    },
    execution: { orderType: 'limit', collarBps: 10 },
    staleness: { quoteMs: 10_000 },
    ...changes,
  }
}

function instrumentOf({ symbol, sector = 'Industrials', shortable = true }: NameCase): Instrument {
  return {
    assetClass: 'STK',
    id: idOf(symbol),
    conId: conIdOf(symbol),
    symbol,
    exchange: 'SMART',
    primaryExchange: 'NYSE',
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: [{ from: price('0'), increment: price('0.01') }],
    lot: quantity('1'),
    sector,
    shortable,
    borrowRate: 0.003,
  }
}

function quoteOf({ symbol, price: mid = 100, spread = 0.0002, quote: wrong }: NameCase): Quote[] {
  if (wrong === 'none') return []
  const half = (spread / 2) * mid
  return [
    {
      instrument: idOf(symbol),
      bid: wrong === 'crossed' ? mid + half : mid - half,
      ask: wrong === 'one-sided' ? undefined : wrong === 'crossed' ? mid - half : mid + half,
      bidSize: 500,
      askSize: 500,
      last: mid,
      close: mid,
      volume: 1_000_000,
      at: wrong === 'stale' ? AS_OF - 60_000 : AS_OF - 500,
      kind: wrong === 'delayed' ? 'delayed' : 'live',
      halted: wrong === 'halted',
    },
  ]
}

/** 253 sessions of a market and the name's own noise, both fixed by the symbol. */
function barsOf({ symbol, price: last = 100 }: NameCase): PriceBar[] {
  const closes = [last]
  for (let day = 1; day < 253; day++) {
    const move = 0.008 * noise(day) + 0.012 * noise(day * 131 + conIdOf(symbol) * 7919)
    closes.push((closes.at(-1) ?? last) / (1 + move))
  }
  return closes.toReversed().map((close, i) => {
    const at = AS_OF - (253 - i) * DAY_MS
    return { date: isoDateOf(at), at, open: close, high: close, low: close, close, volume: 2_000_000 } // prettier-ignore
  })
}

/** A fixed sequence in [−1, 1) that looks like chance. */
function noise(index: number): number {
  const mixed = Math.imul(Math.imul(index + 1, 0x9e3779b1) ^ (index >>> 3), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 31 - 1
}

function conIdOf(symbol: string): number {
  return Array.from(symbol).reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 1_000_003, 7) + 1 // prettier-ignore
}

/** Net asset value of the inputs, as the broker has it. */
export const navOf = (inputs: PlanInputs): number => toNumber(inputs.snapshot.margin.netLiquidation)
