/**
 * What the account's owner has ordered of market data, and how much of it a client may ask for.
 *
 * IBKR sells data by exchange and class; what is not subscribed is refused, delayed or shown in part. Numbers are
 * IBKR's: "Market Data Lines", "Historical Data Limitations", "Tick-by-Tick Data" and "Market Depth" of its guide.
 */
import { err, ok, type Result } from '#model/result.ts'

/**
 * How much of an exchange's or class's data arrives live: `full`; `part`, prices missing (10090); `tws`, in TWS
 * but not over the API (10089); `tws-part` (10091); `none` (354, or 10186 and 10168 without delayed data).
 */
export type LiveAccess = 'full' | 'part' | 'tws' | 'tws-part' | 'none'

export interface MarketDataSubscriptions {
  /** By primary exchange, exchange or class, the first that is there counts: `NASDAQ`, `CME`, `OPT`. */
  readonly named: ReadonlyMap<string, LiveAccess>
  /** Everything else. */
  readonly others: LiveAccess
  /** Whether delayed data is shown instead where it is asked for. */
  readonly delayed: boolean
}

export const ALL_SUBSCRIBED: MarketDataSubscriptions = {
  named: new Map(),
  others: 'full',
  delayed: true,
}

/** Limits on how often history is asked for; see `history/pacing.ts`. */
export interface DataPacing {
  /** The same small bars again: not within so many milliseconds. */
  readonly identicalMs: number
  /** Small bars of one contract, exchange and kind: fewer than `most` in `withinMs`. */
  readonly sameContract: { readonly most: number; readonly withinMs: number }
  /** Small bars of anything; BID_ASK counts twice. */
  readonly all: { readonly most: number; readonly withinMs: number }
  /** Bars of so many seconds and longer are not paced. */
  readonly freeFromSeconds: number
  /** Requests under way at once; more wait. */
  readonly open: number
  /** One tick-by-tick request an instrument within so many milliseconds. */
  readonly tickByTickMs: number
}

export const IBKR_DATA_PACING: DataPacing = {
  identicalMs: 15_000,
  sameContract: { most: 6, withinMs: 2_000 },
  all: { most: 60, withinMs: 600_000 },
  freeFromSeconds: 60,
  open: 50,
  tickByTickMs: 15_000,
}

export const NO_DATA_PACING: DataPacing = {
  identicalMs: 0,
  sameContract: { most: Infinity, withinMs: 0 },
  all: { most: Infinity, withinMs: 0 },
  freeFromSeconds: 0,
  open: Infinity,
  tickByTickMs: 0,
}

/** Reports by symbol: IBKR's report type, or `ratios` for generic tick 258, to what is answered. */
export type Fundamentals = ReadonlyMap<string, ReadonlyMap<string, string>>

export interface MarketDataTerms {
  readonly subscriptions: MarketDataSubscriptions
  /** Simultaneous market data lines of all clients together: 100 without boosters. */
  readonly lines: number
  readonly pacing: DataPacing
  /** How late delayed data is. */
  readonly delayMs: number
  /** How long a request for history takes before its answer; while it does, it can be cancelled. */
  readonly historyMs: number
  readonly fundamentals: Fundamentals
}

export const MARKET_DATA_DEFAULTS: MarketDataTerms = {
  subscriptions: ALL_SUBSCRIBED,
  lines: 100,
  pacing: NO_DATA_PACING,
  delayMs: 900_000,
  historyMs: 0,
  fundamentals: new Map(),
}

const ACCESS: readonly LiveAccess[] = ['full', 'part', 'tws', 'tws-part', 'none']

/**
 * Reads `all`, `none`, or a list such as `STK,CME` or `all,OPT=none,NYSE=part,no-delayed`: what is named without
 * more is subscribed in full, and naming anything in full leaves the rest without.
 */
export function parseSubscriptions(text: string): Result<MarketDataSubscriptions> {
  const named = new Map<string, LiveAccess>()
  let others: LiveAccess | undefined
  let delayed = true
  for (const item of text.split(',').map((part) => part.trim())) {
    const [, name = '', access = 'full'] = /^([\w.]+)(?:=([\w-]+))?$/.exec(item) ?? []
    const known = ACCESS.find((of) => of === access)
    if (item === 'all' || item === 'none') others = item === 'all' ? 'full' : 'none'
    else if (item === 'no-delayed') delayed = false
    else if (name !== '' && known !== undefined) named.set(name.toUpperCase(), known)
    else return err(`was "${item}", expected all, none, no-delayed, or a class or exchange such as STK, NASDAQ or OPT=none (full, part, tws, tws-part, none)`) // prettier-ignore
  }
  const namesWhatIsThere = [...named.values()].some((access) => access !== 'none')
  return ok({ named, others: others ?? (namesWhatIsThere ? 'none' : 'full'), delayed })
}

/** Tick-by-tick streams at once: 5 % of the lines, 3 at least. */
export const mostTickByTick = (lines: number): number => Math.max(3, Math.floor(lines / 20))

/** Books at once: 3, and one more for each hundred lines from 400 on, 60 at most. */
export const mostDepth = (lines: number): number => Math.min(60, Math.max(3, Math.floor(lines / 100))) // prettier-ignore
