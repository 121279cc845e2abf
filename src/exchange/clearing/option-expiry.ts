/**
 * What becomes of options: exercise on request, assignment, expiry.
 *
 * At expiry an option a cent or more in the money is exercised, a long one unless it was told to lapse, a short one by
 * assignment (OCC Rule 805, exercise by exception). Options on stocks and futures deliver at the strike, the
 * premium going into the cost of what is delivered; options on indices are settled in cash. Requests are
 * carried out after the close of the day they are made; what was sold in between cannot be, and whoever asked is told.
 *
 * Early assignment, where the account is to have it: overnight, a short call whose dividend of the next morning
 * exceeds what is left of its time value, or a short put deep in the money without any, is assigned with a given
 * chance drawn from the seed.
 */
import { toNumber } from '#model/border.ts'
import {
  format,
  fractionOf,
  greater,
  money,
  negate,
  notional,
  price,
  quantity,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { nextTradingDay } from '#marketdata/calendar.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import { dividendOf, intrinsicOf, settleInCash } from '#exchange/clearing/corporate-actions.ts'
import { positionChanged, told, type HouseParts } from '#exchange/clearing/house-parts.ts'
import type { VenueEvent, VenueRefusal } from '#exchange/exchange.ts'

type Events = readonly VenueEvent[]

/** What a holder asks of a long option. */
export interface ExerciseRequest {
  readonly instrument: InstrumentId
  /** > 0, at most what is held. */
  readonly contracts: Quantity
  readonly action: 'exercise' | 'lapse'
  /** Against what the money says: exercising out of it, letting lapse within it. */
  readonly override: boolean
  /** Who hears of it if it cannot be carried out in the night; absent: nobody. */
  readonly askedBy?: { readonly clientId: number; readonly requestId: number }
}

export interface OptionExpiry {
  /** Notes a request for tonight. @returns why not */
  request(request: ExerciseRequest, now: EpochMs): VenueRefusal | undefined
  /** After the close of a day: requests, early assignments, expiries. */
  afterClose(date: IsoDate, now: EpochMs): Events
}

/** An option is exercised from a cent in the money on (OCC Rule 805(d)). */
const LEAST_IN_THE_MONEY = price('0.01')
/** A put with less than this share of the strike left in time value is worth more exercised. */
const NO_TIME_VALUE = 0.0005

export function optionExpiry(parts: HouseParts): OptionExpiry {
  const { account, board, market, seed } = parts
  let requests: readonly ExerciseRequest[] = []

  const request: OptionExpiry['request'] = (asked, now) => {
    const option = board.instrument(asked.instrument)
    if (option?.assetClass !== 'OPT') return refusal('The contract is no option.')
    const already = requests.filter(({ instrument }) => instrument === option.id).reduce((sum, { contracts }) => sum + contracts, 0n) // prettier-ignore
    if (asked.contracts <= 0n || already + asked.contracts > account.clearing.held(option.id))
      return refusal('The quantity exceeds the long position.')
    const spot = board.mark(option.underlying, now)
    const inTheMoney = spot !== undefined && intrinsicOf(option, spot) >= LEAST_IN_THE_MONEY
    if (!asked.override && inTheMoney !== (asked.action === 'exercise'))
      return refusal(`The option is ${inTheMoney ? 'in' : 'out of'} the money: set override to ${asked.action} it.`) // prettier-ignore
    requests = [...requests, asked]
    return undefined
  }

  /** Delivers at the strike, or settles in cash where nothing can be delivered. @param units - signed as held */
  const exercise = (option: Option, units: Quantity, spot: Price, now: EpochMs): Events => {
    const to = board.instrument(option.underlying)
    if (to === undefined || to.assetClass === 'CASH') return settleInCash(option, spot, parts, now)
    const bought = deliveredUnits(option, units, to)
    account.clearing.deliver(option.id, units, { instrument: to, quantity: bought, price: option.strike }) // prettier-ignore
    const strike = to.assetClass === 'FUT' ? NO_MONEY : negate(notional(bought, option.strike, to))
    const paid = told('option-settlement', to.currency, strike, now, option.id)
    return [positionChanged(option.id), positionChanged(to.id), ...paid]
  }

  const carryOut = (date: IsoDate, now: EpochMs): Events => {
    const tonight = requests.filter(({ action }) => action === 'exercise')
    requests = requests.filter(({ action }) => action === 'lapse')
    return tonight.flatMap((asked): Events => {
      const option = board.instrument(asked.instrument)
      if (option?.assetClass !== 'OPT') return refused(asked, 'The contract is no longer listed.')
      const held = account.clearing.held(option.id)
      if (held < asked.contracts) return refused(asked, `The quantity ${format(asked.contracts)} exceeds the long position, which is ${format(greater(held, NONE))} after the close.`) // prettier-ignore
      const spot = spotOf(option, date, now)
      if (spot === undefined) return refused(asked, `${option.underlying} has no price to exercise by.`) // prettier-ignore
      return exercise(option, asked.contracts, spot, now)
    })
  }

  /** The price a day's exercises are settled by. */
  const spotOf = (option: Option, date: IsoDate, now: EpochMs): Price | undefined => {
    const settled = option.expiry <= date ? market.settlementPrice?.(option.id, date) : undefined
    if (settled !== undefined) return spotWorth(option, settled)
    return board.mark(option.underlying, now)
  }

  const expire = (option: Option, held: Quantity, date: IsoDate, now: EpochMs): Events => {
    const ended = parts.desk.cancelOf(option, `${option.symbol} has expired.`, now)
    const lapsing = requests.filter(({ instrument }) => instrument === option.id).reduce((sum, { contracts }) => sum + contracts, 0n) // prettier-ignore
    requests = requests.filter(({ instrument }) => instrument !== option.id)
    const spot = spotOf(option, date, now)
    const worthIt = spot !== undefined && intrinsicOf(option, spot) >= LEAST_IN_THE_MONEY
    const units = held > 0n ? greater(fractionOf(held, held - lapsing, held), NONE) : held
    const exercised = worthIt && units !== 0n ? exercise(option, units, spot, now) : []
    const left = account.clearing.held(option.id)
    account.clearing.close(option.id, NO_PRICE)
    return [...ended, ...exercised, ...(left === 0n ? [] : [positionChanged(option.id)])]
  }

  const assign = (option: Option, held: Quantity, date: IsoDate, now: EpochMs): Events => {
    const { earlyAssignment } = account.settings
    if (earlyAssignment === 0 || held >= 0n || !paysToExercise(option, date, now)) return []
    if (uniformAt(randomKey(seed, 'assignment', option.id, date), 0) >= earlyAssignment) return []
    const spot = board.mark(option.underlying, now)
    return spot === undefined ? [] : exercise(option, held, spot, now)
  }

  const paysToExercise = (option: Option, date: IsoDate, now: EpochMs): boolean => {
    const [spot, at] = [board.mark(option.underlying, now), board.mark(option.id, now)]
    // Options on indices are European: nobody exercises them early.
    if (spot === undefined || at === undefined || board.instrument(option.underlying) === undefined) return false // prettier-ignore
    const within = intrinsicOf(option, spot)
    if (within < LEAST_IN_THE_MONEY) return false
    const timeValue = toNumber(at) - toNumber(within)
    if (option.right === 'P') return timeValue <= NO_TIME_VALUE * toNumber(option.strike)
    const tomorrow = market.actionsOn?.(option.underlying, nextTradingDay(date)) ?? []
    return dividendOf(tomorrow) > timeValue
  }

  return {
    request,
    afterClose: (date, now) => [
      ...carryOut(date, now),
      ...account.clearing.holdings().flatMap(({ instrument, quantity: held }) => {
        if (instrument.assetClass !== 'OPT' || held === 0n) return []
        return instrument.expiry <= date ? expire(instrument, held, date, now) : assign(instrument, held, date, now) // prettier-ignore
      }),
    ],
  }
}

/** Units of the underlying that come (> 0) or go when options end; a future's contract is one for one. */
function deliveredUnits(option: Option, units: Quantity, to: Instrument): Quantity {
  const each = to.assetClass === 'FUT' ? 1n : option.multiplier
  return fractionOf(units, option.right === 'C' ? each : -each, 1n)
}

/** A price of the underlying at which the option is worth so much exercised. */
function spotWorth(option: Option, worth: number): Price {
  const nanos = BigInt(Math.round(Math.max(0, worth) * 1e9))
  return fractionOf(price('0.000000001'), option.strike + (option.right === 'C' ? nanos : -nanos), 1n) // prettier-ignore
}

const refusal = (reason: string): VenueRefusal => ({ code: 322, reason: `Error processing request: ${reason}` }) // prettier-ignore

const refused = (request: ExerciseRequest, reason: string): Events => [
  { type: 'ExerciseRefused', request, refusal: refusal(`${reason} Nothing was exercised.`) },
]

const NO_PRICE = price('0')
const NO_MONEY = money('0', 'USD')
const NONE = quantity('0')
