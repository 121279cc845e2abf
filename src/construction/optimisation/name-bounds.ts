/**
 * What bounds single names. Risk limits are of kind `limit`: a book that starts outside may stay there, no worse. All
 * else is a `fact`, and leaves every name where it is if need be.
 */
import type { InstrumentId } from '#model/ids.ts'
import { countsByName } from '#risk/issuer-weights.ts'
import { levelOf } from '#risk/limits.ts'
import type { AdditionBans } from '#construction/addition-bans.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { NameBound } from '#construction/optimisation/optimisation-case.ts'
import type { TradingTerms } from '#construction/optimisation/trading-terms.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

/** What the settings, the universe and the screens say of names. */
export interface CaseSettings {
  readonly settings: ConstructionSettings
  /** Names that may be held besides those that are. */
  readonly eligible: readonly InstrumentId[]
  /** Names that a screen left out: what is held of them may only be reduced. */
  readonly excluded: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
  /** Weights of what tracking error is measured against; empty where there is none. */
  readonly benchmarkWeights: ReadonlyMap<InstrumentId, number>
}

export interface BoundFacts {
  readonly inputs: PlanInputs
  readonly construction: CaseSettings
  readonly book: ValuedBook
  readonly bans: AdditionBans
  readonly terms: readonly TradingTerms[]
  /** Between what pairs that hedge stay hedges, by place. */
  readonly hedges: ReadonlyMap<number, Range>
}

/** What says between what a name may lie, given where it is. */
interface Rule {
  readonly label: string
  readonly kind: NameBound['kind']
  readonly rangeOf: (name: ValuedName, index: number) => Range | undefined
}
export type Range = readonly [lower: number, upper: number]

/** All bounds, name by name. */
export function nameBounds(facts: BoundFacts): NameBound[] {
  const rules = rulesOf(facts)
  return facts.book.names.flatMap((name, index) =>
    rules.flatMap(({ label, kind, rangeOf }): NameBound[] => {
      const range = rangeOf(name, index)
      if (range === undefined) return []
      return [{ label: `${label}:${name.id}`, index, lower: range[0], upper: range[1], kind }]
    }),
  )
}

/** From the standing to the day's; where two bound alike, the first has the shadow price. */
function rulesOf({ inputs, construction, book, bans, terms, hedges }: BoundFacts): Rule[] {
  const { settings, eligible, excluded } = construction
  const most = levelOf(inputs.limits, 'largestPosition', 'warn')
  const issuers = Map.groupBy(book.names.filter(({ facts }) => countsByName(facts)), ({ facts }) => facts.issuer) // prettier-ignore
  const isAlone = ({ facts }: ValuedName) => issuers.get(facts.issuer)?.length === 1
  const [fixed, kept] = [new Set(settings.doNotTrade), new Set(settings.doNotSell)]
  const [allowed, screened] = [new Set(eligible), new Set(excluded.map(({ instrument }) => instrument))] // prettier-ignore
  const fact = (label: string, rangeOf: Rule['rangeOf']): Rule => ({ label, kind: 'fact', rangeOf })
  return [
    { label: 'position', kind: 'limit', rangeOf: (name) => countsByName(name.facts) && isAlone(name) ? [-most, most] : undefined }, // prettier-ignore
    { label: 'long-only', kind: 'limit', rangeOf: (name, i) => settings.longOnly && !hedges.has(i) ? boughtFrom(name, 0) : undefined }, // prettier-ignore
    fact('untradable', (name) => (name.untradable === undefined ? undefined : [name.weight, name.weight])), // prettier-ignore
    fact('do-not-trade', ({ id, weight }) => (fixed.has(id) ? [weight, weight] : undefined)),
    fact('do-not-sell', (name) => (kept.has(name.id) ? boughtFrom(name, name.weight) : undefined)),
    fact('cash-only', (name) =>
      inputs.request.kind === 'cash-only' ? boughtOnly(name) : undefined,
    ),
    fact('not-eligible', (name) => (allowed.has(name.id) ? undefined : towardsFlat(name))),
    fact('screened', (name) => (isHeld(name) && screened.has(name.id) ? towardsFlat(name) : undefined)), // prettier-ignore
    fact('reduce-only', (name) => (bans.has(name.id) ? towardsFlat(name) : undefined)),
    fact('not-shortable', (name) => isUnshortable(name) ? [Math.min(0, name.weight), Infinity] : undefined), // prettier-ignore
    fact('hedge', (_, i) => hedges.get(i)),
    fact('participation', ({ weight }, i) => {
      const reach = settings.participation * terms[i]!.dailyWeight
      return reach < Infinity ? [weight - reach, weight + reach] : undefined
    }),
  ]
}

/** Where buying leads from a weight: down where a unit's exposure is negative, as of a put. */
const boughtFrom = ({ unitExposure }: ValuedName, from: number): Range =>
  unitExposure < 0 ? [-Infinity, from] : [from, Infinity]

/** Idle cash buys what is not short; it covers nothing. */
const boughtOnly = (name: ValuedName): Range =>
  name.held < 0n ? [name.weight, name.weight] : boughtFrom(name, name.weight)

const isHeld = ({ held }: ValuedName): boolean => held !== 0n

/** Between where it is and nothing. */
const towardsFlat = ({ weight }: ValuedName): Range => [Math.min(0, weight), Math.max(0, weight)]

const isUnshortable = ({ instrument }: ValuedName): boolean =>
  instrument?.assetClass === 'STK' && !instrument.shortable

/** Names with a limit of their own issuer's together with others, by issuer. */
export function sharedIssuers({
  names,
}: Pick<ValuedBook, 'names'>): ReadonlyMap<InstrumentId, readonly number[]> {
  const named = [...names.keys()].filter((i) => countsByName(names[i]!.facts))
  const issuers = Map.groupBy(named, (i) => names[i]!.facts.issuer)
  return new Map([...issuers].filter(([, of]) => of.length > 1))
}
