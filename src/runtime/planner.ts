/**
 * Gathers what a plan is computed from and has a worker compute it. The long part of `ComputePlan`:
 * nothing here touches the engine's state; the answer goes back as a fact.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import { hashOf } from '#model/canonical-json.ts'
import type { Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { Plan } from '#model/plan.ts'
import { isoDateOf, type IsoDate } from '#model/time.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { FeedError, type Feed } from '#feeds/feed.ts'
import type { InstrumentDirectory } from '#runtime/instrument-directory.ts'
import { createPlanThread } from '#runtime/plan-thread.ts'

/** What the engine and the configuration bring; the rest is fetched. */
export type PlanBrief = Omit<
  PlanInputs,
  'instruments' | 'unknown' | 'quotes' | 'bars' | 'fx' | 'snapshot'
> & { readonly snapshot: BrokerSnapshot }

/** One year of sessions and the day before the first return: what risk figures are measured over. */
const YEAR_OF_SESSIONS = 253
/** Features look back a whole year from the last close, which may lie some sessions back. */
const YEAR_FOR_FEATURES = 260
/** Quotes of a hundred names by snapshots take IBKR up to 11 s. */
const QUOTES_TIMEOUT_MS = 20_000
/** Histories asked for at once; IBKR allows 50, TWS answers a few at a time. */
const HISTORY_CONCURRENCY = 12

export interface Planner {
  /** @throws FeedError, BrokerError when the inputs cannot be had; Error when the worker dies */
  plan(brief: PlanBrief): Promise<{ readonly plan: Plan; readonly inputs: string }>
  close(): Promise<void>
}

export function createPlanner(feed: Feed, directory: InstrumentDirectory): Planner {
  const thread = createPlanThread()
  const histories = createHistories(feed)
  return {
    async plan(brief) {
      const inputs = await gather(brief, feed, directory, histories)
      const plan = await thread.compute(inputs)
      return { plan, inputs: fingerprintOf(inputs) }
    },
    close: () => thread.close(),
  }
}

async function gather(
  brief: PlanBrief,
  feed: Feed,
  directory: InstrumentDirectory,
  histories: Histories,
): Promise<PlanInputs> {
  const { snapshot, targets, construction } = brief
  const names = [
    ...snapshot.positions.map(({ instrument }) => instrument),
    ...targets.map(({ instrument }) => instrument),
    ...(brief.benchmark === undefined ? [] : [brief.benchmark]),
    ...(construction?.eligible ?? []),
    ...(construction?.benchmarkWeights.keys() ?? []),
  ]
  const asked = await directory.describe([...new Set(names)].toSorted())
  const { unknown } = asked
  const known = [...asked.known, ...(await underlyingsOf(asked.known, directory))]
  const quotes = await feed.quotes(known, QUOTES_TIMEOUT_MS)
  const { settings, features = [] } = construction ?? {}
  const sessions = Math.max(features.length > 0 ? YEAR_FOR_FEATURES : YEAR_OF_SESSIONS, (settings?.risk.windowDays ?? 0) + 1) // prettier-ignore
  const bars = await histories.of(known, isoDateOf(brief.asOf), sessions)
  const fx = await exchangeRates(known, snapshot, feed, directory)
  return { ...brief, instruments: known, unknown, quotes, bars, fx }
}

/** What the options among the instruments are on, where it is not there already: their deltas and returns need it. */
async function underlyingsOf(
  instruments: readonly Instrument[],
  directory: InstrumentDirectory,
): Promise<readonly Instrument[]> {
  const there = new Set(instruments.map(({ id }) => id))
  const missing = instruments.flatMap((of) =>
    of.assetClass === 'OPT' && !there.has(of.underlying) ? [of.underlying] : [],
  )
  if (missing.length === 0) return []
  return (await directory.describe([...new Set(missing)].toSorted())).known
}

/** Base currency per unit of each currency held or quoted in, by the mid of the pair either way round. */
async function exchangeRates(
  instruments: readonly Instrument[],
  snapshot: BrokerSnapshot,
  feed: Feed,
  directory: InstrumentDirectory,
): Promise<ReadonlyMap<Currency, number>> {
  const base = snapshot.baseCurrency
  const rates = new Map<Currency, number>([[base, 1]])
  const used = [
    ...instruments.map(({ currency }) => currency),
    ...snapshot.cash.filter(({ amount }) => amount !== 0n).map(({ currency }) => currency),
  ]
  const foreign = [...new Set(used)].filter((currency) => currency !== base).toSorted()
  if (foreign.length === 0) return rates
  const pairs = foreign.flatMap((currency) => [
    instrumentIdOf({ symbol: currency, assetClass: 'CASH', currency: base }),
    instrumentIdOf({ symbol: base, assetClass: 'CASH', currency }),
  ])
  const { known } = await directory.describe(pairs)
  const quotes = await feed.quotes(known, QUOTES_TIMEOUT_MS)
  for (const pair of known) {
    const mid = midOf(quotes.get(pair.id) ?? { bid: undefined, ask: undefined })
    if (mid === undefined) continue
    if (pair.currency === base) rates.set(pair.symbol, mid)
    else if (!rates.has(pair.currency)) rates.set(pair.currency, 1 / mid)
  }
  return rates
}

interface Histories {
  of(instruments: readonly Instrument[], today: IsoDate, sessions: number): Promise<ReadonlyMap<InstrumentId, readonly PriceBar[]>> // prettier-ignore
}

/** Daily bars, asked for once a day and name. A name without history is absent, which the risk figures say. */
function createHistories(feed: Feed): Histories {
  let asked = ''
  let held = new Map<InstrumentId, readonly PriceBar[]>()
  return {
    async of(instruments, today, sessions) {
      const asking = `${sessions} sessions to ${today}`
      if (asked !== asking) held = new Map()
      asked = asking
      const missing = instruments.filter(({ id }) => !held.has(id))
      await inParallel(missing, HISTORY_CONCURRENCY, async (instrument) => {
        held.set(instrument.id, await historyOf(feed, instrument, today, sessions))
      })
      return new Map(instruments.map(({ id }) => [id, held.get(id) ?? []]))
    },
  }
}

async function historyOf(
  feed: Feed,
  instrument: Instrument,
  today: IsoDate,
  sessions: number,
): Promise<readonly PriceBar[]> {
  try {
    return await feed.dailyBars(instrument, sessions, today, 'total-return')
  } catch (error) {
    if (error instanceof FeedError && error.kind === 'not-found') return []
    throw error
  }
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  each: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await each(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, lane))
}

/** A name for all that went in, so that two plans can be told apart by their inputs. */
function fingerprintOf(inputs: PlanInputs): string {
  return hashOf({
    config: inputs.configHash,
    asOf: inputs.asOf,
    quotes: [...inputs.quotes].map(([id, quote]) => [id, ...touchOf(quote)]),
    bars: [...inputs.bars].map(([id, bars]) => [id, ...bars.map(({ close }) => close)]),
    targets: inputs.targets.map(({ instrument, weight }) => [instrument, weight]),
    forecasts: (inputs.construction?.forecasts ?? []).map((row) => [row.instrument, row.source, row.expectedReturn, row.asOf]), // prettier-ignore
  })
}

const touchOf = ({ bid, ask, at }: Quote) => [bid ?? null, ask ?? null, at]
