/**
 * The clearing broker's day: what it does at midnight, after the closes, and in between.
 *
 * `dayTurns` settles, accrues, posts and takes corporate actions into effect; after the stock market's close
 * options are exercised, assigned and expire; after the futures' close they are settled; between them the broker
 * looks at the margin and buys in what it cannot borrow any more. The venue asks `nextAt` and calls `happens`
 * then; nothing here moves by itself.
 */
import { plus, minus, money, negate, price, type Currency, type Money, type Quantity } from '#model/fixed.ts' // prettier-ignore
import type { InstrumentId } from '#model/ids.ts'
import {
  DAY_MS,
  MINUTE_MS,
  dayNumberOf,
  isoDateOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'
import { newYorkDate, sessionAt } from '#marketdata/calendar.ts'
import { dailyBorrowFee, shortCollateral } from '#schedules/borrow-fees.ts'
import type { DayBalance } from '#exchange/clearing/accruals.ts'
import { takeAction } from '#exchange/clearing/corporate-actions.ts'
import { settleFutures } from '#exchange/clearing/futures-settlement.ts'
import { bookCash, tellingUnits, type HouseParts } from '#exchange/clearing/house-parts.ts'
import { liquidation } from '#exchange/clearing/liquidation.ts'
import { optionExpiry, type ExerciseRequest } from '#exchange/clearing/option-expiry.ts'
import { toBase } from '#exchange/clearing/valuation.ts'
import type { CorporateAction, VenueControls } from '#exchange/controls.ts'
import type { VenueEvent, VenueRefusal } from '#exchange/exchange.ts'

type Events = readonly VenueEvent[]

export interface ClearingHouse {
  /** The morning of a date, before anybody trades. */
  dayTurns(date: IsoDate, now: EpochMs): Events
  /** When `happens` has something to do next, > now. */
  nextAt(now: EpochMs): EpochMs
  happens(now: EpochMs): Events
  /** A holder's request for tonight. @returns why not */
  exercise(request: ExerciseRequest, now: EpochMs): VenueRefusal | undefined
  /** Deposits less withdrawals of today in base currency: what is no profit. */
  transferredToday(): Money<Currency>
  /** @param rescheduled - told when `nextAt` may be earlier than it was */
  controls(now: () => EpochMs, rescheduled?: () => void): Pick<VenueControls, 'setBorrowable' | 'liquidate' | 'act' | 'transfer'> // prettier-ignore
}

/** Exercises are carried out, and expiries processed, this long after the close. */
const AFTER_CLOSE_MS = 20 * MINUTE_MS

const ZERO: Money<Currency> = money('0', 'USD')

export function clearingHouse(parts: HouseParts, startAt: EpochMs): ClearingHouse {
  const { account, board, market, desk, orders } = parts
  const options = optionExpiry(parts)
  const broker = liquidation(parts)
  const buyIns = new Map<InstrumentId, EpochMs>()
  let planned: readonly CorporateAction[] = []
  let accruedUntil = newYorkDate(startAt)
  let transferred = ZERO
  const due = { options: optionsAt(startAt), futures: futuresAt(startAt), margin: startAt }

  const actionsOf = (id: InstrumentId, date: IsoDate): readonly CorporateAction[] => {
    const ratio = market.splitOn(id, date)
    const listed = market.actionsOn?.(id, date) ?? []
    const split: readonly CorporateAction[] = ratio === 1 ? [] : [{ type: 'split', instrument: id, date, ratio }] // prettier-ignore
    return [...listed.filter(({ type }) => type !== 'split'), ...split]
  }

  /** Dividends before anything that changes what is held. */
  const takeActions = (date: IsoDate, now: EpochMs): Events => {
    const held = account.clearing.holdings().flatMap(({ instrument, quantity }) => quantity === 0n ? [] : touchedBy(instrument.id)) // prettier-ignore
    const ordered = orders.allOpen().flatMap(({ instrument }) => touchedBy(instrument.id))
    const ids = [...new Set([...held, ...ordered])].toSorted()
    const today = planned.filter((action) => action.date <= date)
    planned = planned.filter((action) => action.date > date)
    const all = [...ids.flatMap((id) => actionsOf(id, date)), ...today]
    return all
      .toSorted((a, b) => Number(b.type === 'dividend') - Number(a.type === 'dividend'))
      .flatMap((action) =>
        tellingUnits(parts, 'corporate-action', now, () => takeAction(action, parts, now)),
      )
  }
  /** What happens to a stock happens to its options. */
  const touchedBy = (id: InstrumentId): readonly InstrumentId[] => {
    const of = board.instrument(id)
    return of?.assetClass === 'OPT' ? [id, of.underlying] : [id]
  }

  const balancesOf = (date: IsoDate): readonly DayBalance[] =>
    [...account.clearing.cash()].map(([currency, amount]) => {
      const shorts = account.clearing.holdings().filter(({ instrument: of, quantity }) => of.assetClass === 'STK' && of.currency === currency && quantity < 0n) // prettier-ignore
      let [collateral, fee] = [ZERO, ZERO]
      for (const { instrument, quantity } of shorts) {
        const at = account.marks.mark(instrument.id) ?? price('0')
        const rate = instrument.assetClass === 'STK' && account.settings.borrowFees ? instrument.borrowRate : 0 // prettier-ignore
        collateral = plus(collateral, shortCollateral(quantity, at, currency))
        fee = plus(fee, dailyBorrowFee(quantity, at, currency, BigInt(Math.round(rate * 1e6))))
      }
      account.settled.settleUntil(date)
      return { currency, settled: minus(amount, account.settled.pending(currency)), shortCollateral: collateral, borrowFee: fee } // prettier-ignore
    })

  const accrueUntil = (date: IsoDate, now: EpochMs) => {
    account.marks.moveTo(now)
    const [first, last] = [dayNumberOf(accruedUntil) ?? 0, dayNumberOf(date) ?? 0]
    for (let day = first; day < last; day++) {
      const of = isoDateOf(day * DAY_MS)
      account.accruals.accrue(of, balancesOf(of), account.settings.interest)
    }
    accruedUntil = date
  }

  const dayTurns: ClearingHouse['dayTurns'] = (date, now) => {
    accrueUntil(date, now)
    account.settled.settleUntil(date)
    account.marks.forgetAll()
    const actions = takeActions(date, now)
    const posted = account.accruals.due(date).flatMap(({ kind, currency, amount }) => bookCash(parts, kind, currency, amount, now)) // prettier-ignore
    const paid = account.accruals.payable(date).flatMap(({ instrument, currency, amount }) => bookCash(parts, 'dividend', currency, amount, now, instrument)) // prettier-ignore
    transferred = ZERO
    account.clearing.turnDay()
    account.margin.remark()
    return [...actions, ...posted, ...paid]
  }

  /** Buys back what the lender wants back. */
  const buyIn = (now: EpochMs): Events =>
    [...buyIns].flatMap(([id, at]) => {
      if (at > now) return []
      buyIns.delete(id)
      const of = board.instrument(id)
      const held = account.clearing.held(id)
      if (of === undefined || account.borrow.covers(of, held)) return []
      return broker.order(id, minus(negate(held), account.borrow.lendable(of)), 'BUY-IN', now)
    })

  const happens: ClearingHouse['happens'] = (now) => {
    const events: VenueEvent[] = []
    if (now >= due.options) {
      const date = newYorkDate(due.options)
      events.push(
        ...tellingUnits(parts, 'option-settlement', now, () => options.afterClose(date, now)),
      )
      due.options = optionsAt(now)
    }
    if (now >= due.futures) {
      const date = newYorkDate(due.futures)
      events.push(
        ...tellingUnits(parts, 'futures-expiry', now, () => settleFutures(parts, date, now)),
      )
      due.futures = futuresAt(now)
    }
    if (now >= due.margin) events.push(...broker.check(now))
    events.push(...buyIn(now))
    due.margin = broker.nextAt(now)
    return events
  }

  const setBorrowable = (id: InstrumentId, units: Quantity, now: EpochMs): Events => {
    account.borrow.set(id, units)
    const of = board.instrument(id)
    if (of === undefined) return []
    if (account.borrow.covers(of, account.clearing.held(id))) buyIns.delete(id)
    else buyIns.set(id, now + account.settings.buyInMs)
    return desk.reconsider(now, of)
  }

  const act = (action: CorporateAction, now: EpochMs): Events => {
    if (action.date <= newYorkDate(now))
      return tellingUnits(parts, 'corporate-action', now, () => takeAction(action, parts, now))
    planned = [...planned, action]
    return []
  }

  const transfer = (currency: Currency, amount: Money<Currency>, now: EpochMs): Events => {
    account.marks.moveTo(now)
    transferred = plus(transferred, toBase(amount, account.marks.rate(currency)))
    return bookCash(parts, 'transfer', currency, amount, now)
  }

  return {
    dayTurns,
    nextAt: (now) => Math.max(now + 1, Math.min(due.options, due.futures, due.margin, ...buyIns.values())), // prettier-ignore
    happens,
    exercise: (request, now) => options.request(request, now),
    transferredToday: () => transferred,
    controls: (now, rescheduled = () => undefined) => ({
      setBorrowable: (id, units) => {
        const events = setBorrowable(id, units, now())
        rescheduled()
        return events
      },
      liquidate: (id) => broker.liquidate(id, now()),
      act: (action) => act(action, now()),
      transfer: (currency, amount) => transfer(currency, amount, now()),
    }),
  }
}

const optionsAt = (now: EpochMs): EpochMs =>
  sessionAt(now - AFTER_CLOSE_MS, 'us-equity').closesAt + AFTER_CLOSE_MS

const futuresAt = (now: EpochMs): EpochMs => sessionAt(now, 'globex').closesAt
