/**
 * Corporate actions on the morning they take effect: what is held becomes something else, and orders in the old
 * terms end.
 *
 * A dividend is owed to whoever held at the close before the ex-date, by whoever was short; it is promised from
 * then on and paid on the pay date, or at once where none is known. A split, where options are held, adjusts them
 * as OCC does for whole ratios, strike divided and contracts multiplied, if the adjusted series is listed;
 * else they are closed at their mark (OCC By-Laws, Article VI section 11A).
 */
import { fractionOf, notional, price, type Price } from '#model/fixed.ts'
import { toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf, nameOf } from '#model/instrument-id.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { bookCash, positionChanged, told, type HouseParts } from '#exchange/clearing/house-parts.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { VenueEvent } from '#exchange/exchange.ts'

type Events = readonly VenueEvent[]
type Of<Type extends CorporateAction['type']> = Extract<CorporateAction, { readonly type: Type }>

/** Takes an action into effect; nothing where its instrument is not listed or there is no price to round at. */
export function takeAction(action: CorporateAction, parts: HouseParts, now: EpochMs): Events {
  const of = parts.board.instrument(action.instrument)
  if (of === undefined) return []
  return [{ type: 'CorporateActionTaken', action }, ...effectsOf(action, of, parts, now)]
}

function effectsOf(
  action: CorporateAction,
  of: Instrument,
  parts: HouseParts,
  now: EpochMs,
): Events {
  // prettier-ignore
  if (action.type === 'dividend') return payDividend(action, of, parts, now)
  if (action.type === 'split') return split(action, of, parts, now)
  if (action.type === 'ticker-change') return changeTicker(action, of, parts, now)
  if (action.type === 'merger-cash') return buyOut(action, of, parts, now)
  return spinOff(action, of, parts, now)
}

function payDividend(
  action: Of<'dividend'>,
  of: Instrument,
  parts: HouseParts,
  now: EpochMs,
): Events {
  // prettier-ignore
  const { account } = parts
  const amount = notional(account.clearing.held(of.id), action.amount, of)
  if (amount === 0n) return []
  const { payDate, date } = action
  if (payDate === undefined || payDate <= date)
    return bookCash(parts, 'dividend', of.currency, amount, now, of.id)
  account.accruals.promise({ instrument: of.id, currency: of.currency, amount, payDate })
  return []
}

function split(action: Of<'split'>, of: Instrument, parts: HouseParts, now: EpochMs): Events {
  const { account, board, desk } = parts
  const at = board.mark(of.id, now)
  if (at === undefined || action.ratio === 1) return []
  const ended = desk.cancelOf(of, `${of.symbol} is split ${action.ratio} for 1.`, now)
  const held = account.clearing.held(of.id)
  const paid = account.clearing.split(of.id, action.ratio, at)
  const options = optionsOn(of.id, parts).flatMap((option) => adjust(option, action.ratio, parts, now)) // prettier-ignore
  const changed = held === 0n ? [] : [positionChanged(of.id)]
  return [...ended, ...changed, ...told('corporate-action', of.currency, paid, now, of.id), ...options] // prettier-ignore
}

/** Options on a stock that are held or ordered, sorted by id. */
function optionsOn(underlying: InstrumentId, { account, orders }: HouseParts): readonly Option[] {
  const held = account.clearing.holdings().flatMap(({ instrument, quantity }) => (quantity === 0n ? [] : [instrument])) // prettier-ignore
  const found = new Map<InstrumentId, Option>()
  for (const of of [...held, ...orders.allOpen().map(({ instrument }) => instrument)])
    if (of.assetClass === 'OPT' && of.underlying === underlying) found.set(of.id, of)
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function adjust(option: Option, ratio: number, parts: HouseParts, now: EpochMs): Events {
  const { account, board, desk } = parts
  const ended = desk.cancelOf(option, `${option.symbol} is split ${ratio} for 1.`, now)
  if (account.clearing.held(option.id) === 0n) return ended
  const adjusted = Number.isInteger(ratio) ? board.instrument(adjustedId(option, ratio)) : undefined
  if (adjusted === undefined) {
    const at = board.mark(option.id, now) ?? NO_PRICE
    const paid = account.clearing.close(option.id, at)
    return [...ended, positionChanged(option.id), ...told('corporate-action', option.currency, paid, now, option.id)] // prettier-ignore
  }
  account.clearing.split(option.id, ratio, NO_PRICE)
  account.clearing.rename(option.id, adjusted)
  return [...ended, positionChanged(option.id), positionChanged(adjusted.id)]
}

const adjustedId = (option: Option, ratio: number): InstrumentId =>
  instrumentIdOf(nameOf({ ...option, strike: fractionOf(option.strike, 1n, BigInt(ratio)) }))

function changeTicker(
  action: Of<'ticker-change'>,
  of: Instrument,
  parts: HouseParts,
  now: EpochMs,
): Events {
  // prettier-ignore
  const { account, board, desk } = parts
  const to = board.instrument(action.newInstrument)
  if (to === undefined) return []
  const ended = desk.cancelOf(of, `${of.symbol} trades as ${to.symbol}.`, now)
  if (account.clearing.held(of.id) === 0n) return ended
  account.clearing.rename(of.id, to)
  return [...ended, positionChanged(of.id), positionChanged(to.id)]
}

function buyOut(
  action: Of<'merger-cash'>,
  of: Instrument,
  parts: HouseParts,
  now: EpochMs,
): Events {
  // prettier-ignore
  const { account, desk } = parts
  const ended = desk.cancelOf(of, `${of.symbol} was bought out.`, now)
  // Deliverable is cash now: an option is worth what exercising it brings.
  const options = optionsOn(of.id, parts).flatMap((option) => settleInCash(option, action.amount, parts, now)) // prettier-ignore
  if (account.clearing.held(of.id) === 0n) return [...ended, ...options]
  const paid = account.clearing.close(of.id, action.amount)
  return [...ended, ...options, positionChanged(of.id), ...told('corporate-action', of.currency, paid, now, of.id)] // prettier-ignore
}

/** Closes an option at what it is worth exercised over a price of its underlying. */
export function settleInCash(option: Option, spot: Price, parts: HouseParts, now: EpochMs): Events {
  const { account, desk } = parts
  const ended = desk.cancelOf(option, `${option.symbol} has expired.`, now)
  if (account.clearing.held(option.id) === 0n) return ended
  const paid = account.clearing.close(option.id, intrinsicOf(option, spot))
  return [...ended, positionChanged(option.id), ...told('option-settlement', option.currency, paid, now, option.id)] // prettier-ignore
}

/** What exercising a unit brings, ≥ 0. */
export function intrinsicOf(option: Pick<Option, 'right' | 'strike'>, spot: Price): Price {
  const within: bigint = option.right === 'C' ? spot - option.strike : option.strike - spot
  return within > 0n ? fractionOf(price('0.000000001'), within, 1n) : NO_PRICE
}

function spinOff(action: Of<'spin-off'>, of: Instrument, parts: HouseParts, now: EpochMs): Events {
  const { account, board } = parts
  const to = board.instrument(action.newInstrument)
  if (to === undefined || account.clearing.held(of.id) === 0n) return []
  const at = board.mark(to.id, now) ?? NO_PRICE
  account.clearing.spinOff(of.id, to, action.ratio, action.costShare, at)
  return [positionChanged(of.id), positionChanged(to.id)]
}

/** Of a dividend among a day's actions, the amount a unit; 0 without one. */
export const dividendOf = (actions: readonly CorporateAction[]): number =>
  actions.reduce((sum, one) => (one.type === 'dividend' ? sum + toNumber(one.amount) : sum), 0)

const NO_PRICE = price('0')
