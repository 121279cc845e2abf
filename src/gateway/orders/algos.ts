/**
 * The algorithm of an order as PLACE_ORDER has it: its name, and tags with values.
 *
 * Checked in TWS's order: the algorithm (439), the names of its parameters (443), values from a list (145), numbers
 * (441), times (391). Texts and bounds are those of a captured session (deepentropy/ibx: an unknown tag, a value that is
 * none of the list's, a number below or above its bound); a share of volume goes from 0.01 to 50, which
 * IBKR's own examples write as 0.1 for a tenth. So what is at most a half is a fraction here, and what is
 * at least 1 a percentage.
 *
 * Source of the parameters: IBKR, TWS API, "IB Algorithms".
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { parseWireTime, wireDate } from '#gateway/venue-time.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'
import { ownEntry } from '#model/own-entry.ts'

type Strategy = OrderAlgo['strategy']

/** What a tag holds. `none`: IBKR knows it, we have no use for it, and it must say nothing. */
type Kind =
  | { readonly is: 'share'; readonly label: string }
  | { readonly is: 'choice'; readonly among: readonly string[]; readonly usual: string }
  | { readonly is: 'time' }
  | { readonly is: 'flag' }
  | { readonly is: 'none' }

const MAX_SHARE: Kind = { is: 'share', label: 'Max Percentage' }
const TIME: Kind = { is: 'time' }
const FLAG: Kind = { is: 'flag' }
const CASH: Readonly<Record<string, Kind>> = { monetaryValue: { is: 'none' } }
const WINDOW: Readonly<Record<string, Kind>> = { startTime: TIME, endTime: TIME, allowPastEndTime: FLAG } // prettier-ignore

const choice = (usual: string, ...others: readonly string[]): Kind => ({ is: 'choice', among: [usual, ...others], usual }) // prettier-ignore

/** Each algorithm's tags. */
const PARAMETERS: Readonly<Record<Strategy, Readonly<Record<string, Kind>>>> = {
  Adaptive: { adaptivePriority: choice('Normal', 'Urgent', 'Patient'), ...CASH },
  Twap: {
    strategyType: choice('Marketable', 'Matching Midpoint', 'Matching Same Side', 'Matching Last'),
    ...WINDOW,
    ...CASH,
  },
  Vwap: { maxPctVol: MAX_SHARE, noTakeLiq: FLAG, speedUp: FLAG, ...WINDOW, ...CASH },
  ArrivalPx: {
    maxPctVol: MAX_SHARE,
    riskAversion: choice('Neutral', 'Get Done', 'Aggressive', 'Passive'),
    forceCompletion: FLAG,
    ...WINDOW,
    ...CASH,
  },
  PctVol: {
    pctVol: { is: 'share', label: 'Target Percentage' },
    startTime: TIME,
    endTime: TIME,
    noTakeLiq: FLAG,
    ...CASH,
  },
}

/** IBKR's algorithms that are not worked here. */
const OTHERS: ReadonlySet<string> = new Set(['AD', 'BalanceImpactRisk', 'ClosePx', 'DarkIce', 'MinImpact', 'PctVolPx', 'PctVolSz', 'PctVolTm']) // prettier-ignore

/** Values by tag, each of its kind; what was not said is not there. */
interface Values {
  readonly share: number
  readonly choice: string
  readonly flags: ReadonlySet<string>
  readonly times: ReadonlyMap<string, EpochMs>
}

/** @returns undefined for an order without an algorithm */
export function algoOf(
  { terms, algoParams }: Pick<PlaceOrder, 'terms' | 'algoParams'>,
  now: EpochMs,
): Result<OrderAlgo | undefined, ErrorAnswer> {
  const name = terms.algoStrategy ?? ''
  if (name === '') return ok(undefined)
  if (OTHERS.has(name)) return err(ERRORS.notSimulated(`the algorithm ${name}`))
  const strategy = STRATEGIES.find((known) => known === name)
  if (strategy === undefined) return err(ERRORS.unknownAlgo())
  const said = new Map(algoParams.map(({ tag = '', value = '' }) => [tag, value.trim()]))
  const values = valuesOf(PARAMETERS[strategy], said, now)
  return values.ok ? ok(build(strategy, values.value)) : values
}

const STRATEGIES: readonly Strategy[] = ['Adaptive', 'Twap', 'Vwap', 'ArrivalPx', 'PctVol']

function valuesOf(
  kinds: Readonly<Record<string, Kind>>,
  said: ReadonlyMap<string, string>,
  now: EpochMs,
): Result<Values, ErrorAnswer> {
  const unknown = [...said.keys()].find((tag) => ownEntry(kinds, tag) === undefined)
  if (unknown !== undefined) return err(ERRORS.unknownAlgoTag(unknown))
  let [share, chosen] = [0, '']
  const [flags, times] = [new Set<string>(), new Map<string, EpochMs>()]
  for (const [tag, kind] of Object.entries(kinds).toSorted(byCheck)) {
    const text = said.get(tag) ?? ''
    if (kind.is === 'choice') {
      const found = text === '' ? kind.usual : kind.among.find((value) => squeezed(value) === squeezed(text)) // prettier-ignore
      if (found === undefined) return err(ERRORS.badAlgoChoice(text))
      chosen = found
    } else if (kind.is === 'share') {
      const read = shareOf(tag, kind.label, text)
      if (!read.ok) return read
      share = read.value
    } else if (kind.is === 'time' && text !== '') {
      const at = instantOf(text, now)
      if (at === undefined) return err(ERRORS.badOrderTime())
      times.set(tag, at)
    } else if (kind.is === 'flag' && isSet(text.toLowerCase())) flags.add(tag)
    else if (kind.is === 'none' && Number(text) !== 0) return err(ERRORS.notSimulated(tag))
  }
  return ok({ share, choice: chosen, flags, times })
}

const CHECKED: readonly Kind['is'][] = ['choice', 'share', 'time', 'flag', 'none']
const byCheck = ([, a]: readonly [string, Kind], [, b]: readonly [string, Kind]): number =>
  CHECKED.indexOf(a.is) - CHECKED.indexOf(b.is)

/** Clients write `Get Done` and `GetDone`; TWS's own lists have both. */
const squeezed = (text: string): string => text.replaceAll(' ', '')

const LEAST_SHARE = 0.01
const MOST_PERCENT = 50
const MOST_FRACTION = 0.5

function shareOf(tag: string, label: string, text: string): Result<number, ErrorAnswer> {
  const value = Number(text)
  if (text === '' || Number.isNaN(value)) return err(ERRORS.badAlgoValue(tag, text))
  if (value < LEAST_SHARE)
    return err(ERRORS.algoBound(label, `less than minimum value ${LEAST_SHARE}`))
  if (value > MOST_PERCENT)
    return err(ERRORS.algoBound(label, `greater than maximum value ${MOST_PERCENT}.0`))
  if (value > MOST_FRACTION && value < 1)
    return err(ERRORS.algoBound(label, `greater than maximum value ${MOST_FRACTION}`))
  return ok(value <= MOST_FRACTION ? value : value / 100)
}

/** `09:30:00 US/Eastern` is a time of the venue's day; the other forms name their own. */
const instantOf = (text: string, now: EpochMs): EpochMs | undefined =>
  parseWireTime(/^\d\d:/.test(text) ? `${wireDate(now)} ${text}` : text)

function build(strategy: Strategy, { share, choice: chosen, flags, times }: Values): OrderAlgo {
  const [startAt, endAt] = [times.get('startTime'), times.get('endTime')]
  const window = {
    ...(startAt === undefined ? {} : { startAt }),
    ...(endAt === undefined ? {} : { endAt }),
  }
  const allowPastEnd = flags.has('allowPastEndTime')
  const noTakeLiquidity = flags.has('noTakeLiq')
  const built: Readonly<Record<Strategy, OrderAlgo>> = {
    Adaptive: { strategy: 'Adaptive', priority: one(chosen, ['Normal', 'Urgent', 'Patient']) },
    Twap: {
      strategy: 'Twap',
      style: one(chosen, ['Marketable', 'Matching Midpoint', 'Matching Same Side', 'Matching Last']), // prettier-ignore
      allowPastEnd,
      ...window,
    },
    Vwap: {
      strategy: 'Vwap',
      maxShareOfVolume: share,
      noTakeLiquidity,
      speedUp: flags.has('speedUp'),
      allowPastEnd,
      ...window,
    },
    ArrivalPx: {
      strategy: 'ArrivalPx',
      maxShareOfVolume: share,
      riskAversion: one(chosen, ['Neutral', 'Get Done', 'Aggressive', 'Passive']),
      forceCompletion: flags.has('forceCompletion'),
      allowPastEnd,
      ...window,
    },
    PctVol: { strategy: 'PctVol', shareOfVolume: share, noTakeLiquidity, ...window },
  }
  return built[strategy]
}

/** A checked choice as the literal it is; the first where none was made. */
const one = <T extends string>(chosen: string, among: readonly [T, ...(readonly T[])]): T =>
  among.find((value) => value === chosen) ?? among[0]
