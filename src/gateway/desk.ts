/**
 * The middle of the gateway: the venue on one side, the started clients on the other.
 *
 * Requests change the venue through here; what the venue reports goes out from here. Nothing in it
 * knows sockets or wall time, so that a test drives it with text and a stepped clock.
 */
import { ACCOUNT_PERIOD_MS, refreshAccount, tellPosition } from '#gateway/account/account-stream.ts'
import { marketRulesOf, type MarketRules } from '#gateway/contracts/market-rules.ts'
import { dataDesk, type DataDesk } from '#gateway/market-data/data-desk.ts'
import type { MarketDataTerms } from '#gateway/market-data/terms.ts'
import { concernsOrder, reportOrder } from '#gateway/orders/order-reports.ts'
import { keptOrders, type KeptOrders } from '#gateway/orders/kept-orders.ts'
import { orderRegistry, type OrderRegistry } from '#gateway/orders/order-registry.ts'
import { faultInjector, type FaultInjector } from '#gateway/faults/injector.ts'
import { FAULTS } from '#gateway/faults/registry.ts'
import { tellExerciseRefused } from '#gateway/requests/exercise-requests.ts'
import { connectivity, type Connectivity } from '#gateway/sessions/connectivity.ts'
import { messageLog, type MessageLog } from '#gateway/sessions/message-log.ts'
import { NO_PACING, type PacingSettings } from '#gateway/sessions/pacing.ts'
import type { SlowClientTerms } from '#gateway/sessions/slow-clients.ts'
import type { Session } from '#gateway/session.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import { timeline } from '#exchange/timeline.ts'
import type { EpochMs } from '#model/time.ts'

/** How often figures of the account are looked at. */
export const SAMPLE_MS = 250

/** How late a fill of a resting order may be told. */
const FILL_LATENCY_MS = 50

export interface Desk {
  readonly venue: Exchange
  readonly rules: MarketRules
  readonly orders: OrderRegistry
  /** Placed and not transmitted. */
  readonly kept: KeptOrders
  /** Started clients by client id. */
  readonly sessions: Map<number, Session>
  /** Streams of market data and the pace of history. */
  readonly data: DataDesk
  /** Holdings have changed since account updates last went out. */
  accountChanged: boolean
  /** When account figures are next sent to those who subscribed. */
  accountDueAt: EpochMs
  /** What display groups show, by group: `conId@exchange`; absent: nothing. */
  readonly displayed: Map<number, string>
  /** Client ids that are taken although nobody is connected by them. */
  readonly lingering: Set<number>
  readonly faults: FaultInjector
  readonly connectivity: Connectivity
  readonly log: MessageLog
  readonly settings: DeskSettings
  /** What only the owner of the sockets can do; set when there is one. */
  network: Network
  /** Takes what the venue answered, tells whom it concerns. */
  publish(events: readonly VenueEvent[]): void
  /** Does something when venue time has moved on by `delayMs`. */
  later(delayMs: number, run: () => void): void
  /**
   * Moves venue time to `to`, sampling on the way; it stops wherever an order is heard of, so that what follows from
   * it comes at its time however large the steps are.
   *
   * @param isEnough - asked at each stop on the way, whether to leave the rest to another call; what happens, and
   *   when, is the same however a leap is parted so
   */
  advance(to: EpochMs, isEnough?: () => boolean): void
  /** When there is next something to do, on a clock that runs by itself. */
  nextAt(): EpochMs
}

export interface DeskSettings {
  /** Of the chance in faults. */
  readonly seed: number
  readonly pacing: PacingSettings
  /** No orders: 321, as with "Read-Only API" ticked in TWS. */
  readonly readOnly: boolean
  /** The client that hears of everybody's orders; undefined: nobody does. */
  readonly masterClientId?: number | undefined
  /** For the control port. */
  readonly logsMessages: boolean
  /** What differs from `SLOW_CLIENTS`. */
  readonly slowClients?: Partial<SlowClientTerms>
  /** What differs from `MARKET_DATA_DEFAULTS`. */
  readonly marketData?: Partial<MarketDataTerms>
}

export const DESK_DEFAULTS: DeskSettings = {
  seed: 1,
  pacing: NO_PACING,
  readOnly: false,
  logsMessages: false,
}

/** The sockets as a whole. */
export interface Network {
  /** Drops every client and turns new ones away for a while, venue time. */
  restart(downMs: number): void
}

const NO_NETWORK: Network = { restart: () => {} }

export function openDesk(venue: Exchange, settings: DeskSettings = DESK_DEFAULTS): Desk {
  const queue = timeline<() => void>()
  let sampledAt = venue.now

  const desk: Desk = {
    venue,
    rules: marketRulesOf(venue.directory.listed),
    orders: orderRegistry(),
    kept: keptOrders(),
    sessions: new Map(),
    displayed: new Map(),
    lingering: new Set(),
    get faults() {
      return faults
    },
    connectivity: connectivity(),
    log: messageLog(),
    settings,
    network: NO_NETWORK,
    data: dataDesk(venue, settings.marketData),
    accountChanged: false,
    accountDueAt: venue.now + ACCOUNT_PERIOD_MS,
    publish,
    later: (delayMs, run) => {
      queue.push({ at: venue.now + delayMs, rank: 0, what: run })
    },
    advance,
    nextAt: () => Math.min(venue.now + restMs(), desk.data.nextAt(), queue.nextAt() ?? Infinity),
  }
  const faults = faultInjector(desk, FAULTS, settings.seed)
  return desk

  /** Resting orders are looked after more often than quotes are sampled. */
  function restMs(): number {
    return venue.hasOpenOrders() ? FILL_LATENCY_MS : SAMPLE_MS
  }

  function publish(events: readonly VenueEvent[]): void {
    for (const event of events) {
      desk.data.take(event)
      if (event.type === 'PositionChanged') {
        desk.accountChanged = true
        tellPosition(desk, event.instrument)
      } else if (event.type === 'ExerciseRefused') tellExerciseRefused(desk, event)
      else if (event.type === 'DayTurned') desk.orders.forgetCompleted()
      else if (concernsOrder(event)) reportOrder(desk, event)
    }
  }

  function advance(to: EpochMs, isEnough: () => boolean = () => false): void {
    while (venue.now < to) {
      publish(venue.advance(Math.min(to, Math.max(venue.now + 1, stopAt(to))), isStop))
      runDue()
      desk.data.refresh()
      if (venue.now >= sampledAt + SAMPLE_MS) sample()
      if (venue.now < to && isEnough()) return
    }
    runDue()
  }

  /** A leap that nobody listens to has no stops of its own: each day is one. */
  function isStop(event: VenueEvent): boolean {
    return concernsOrder(event) || (event.type === 'DayTurned' && desk.sessions.size === 0)
  }

  /** The next moment that somebody wants to hear of; a leap over hours stops there on the way. */
  function stopAt(to: EpochMs): EpochMs {
    return Math.min(nextSample(), desk.data.stopAt(to), queue.nextAt() ?? Infinity)
  }

  /** Profits are sampled; without any, account figures still go out now and then. */
  function nextSample(): EpochMs {
    if (desk.sessions.size === 0) return Infinity
    const streaming = [...desk.sessions.values()].some(
      ({ pnl, pnlSingle }) => pnl.size + pnlSingle.size > 0,
    )
    if (streaming || desk.accountChanged) return sampledAt + SAMPLE_MS
    return Math.max(sampledAt + SAMPLE_MS, desk.accountDueAt)
  }

  /** What one of them puts off to now is done the next time. */
  function runDue(): void {
    const due: (() => void)[] = []
    for (let next = queue.pop(venue.now); next !== undefined; next = queue.pop(venue.now))
      due.push(next.what)
    for (const run of due) run()
  }

  function sample(): void {
    sampledAt = venue.now
    refreshAccount(desk)
  }
}
