/**
 * Who is given weight, and how much there is to give. Candidates are the stocks that are eligible, can be traded and
 * are not on the do-not-trade list; all other names keep what they have, and candidates share what is left below
 * 1 − cash buffer, the net limit and the gross limit, at their warn levels.
 */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import { isBroad } from '#risk/issuer.ts'
import { levelOf } from '#risk/limits.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'

export interface Candidates {
  /** n ≥ 2, or fewer where the caller keeps some. */
  readonly names: readonly PolicyName[]
  /** Their places in the facts' names, rising. */
  readonly places: readonly number[]
  /** What they share, fraction of net asset value > 0. */
  readonly invested: number
  /** Most weight of each within the limit of one name, [n]; ∞ where there is none. */
  readonly caps: Float64Array
  /** Most weight of each sector's candidates within the limit of one sector; ∞ where there is none. */
  readonly rooms: ReadonlyMap<string, number>
}

/** @param fixed - places of names that keep their weight for a reason of the caller's */
export function candidatesOf(
  facts: PolicyFacts,
  fixed: ReadonlySet<number> = new Set(),
): Result<Candidates> {
  const doNotTrade = new Set(facts.settings.doNotTrade)
  const isCandidate = (name: PolicyName, place: number) =>
    name.assetClass === 'STK' && name.tradable && facts.eligible.has(name.instrument) && !doNotTrade.has(name.instrument) && !fixed.has(place) // prettier-ignore
  const places = facts.names.flatMap((name, place) => (isCandidate(name, place) ? [place] : []))
  const names = places.map((place) => facts.names[place]!)
  const kept = facts.names.filter((name, place) => !isCandidate(name, place))
  const flaw = flawOf(facts, kept) ?? (fixed.size > 0 ? undefined : tooFew(names))
  if (flaw !== undefined) return err(flaw)
  const invested = leftToInvest(facts, kept)
  if (invested <= 0)
    return err(`nothing is left to invest: names that are kept and the cash buffer take it all; sell some, or lower cashBuffer (${facts.cashBuffer})`) // prettier-ignore
  return ok({ names, places, invested, ...roomOf(facts, names, kept) })
}

function flawOf(
  { names, cashBuffer }: PolicyFacts,
  kept: readonly PolicyName[],
): string | undefined {
  if (!(cashBuffer >= 0)) return `cashBuffer is ${cashBuffer}, expected a fraction such as 0.02`
  const listed = new Set<InstrumentId>()
  for (const { instrument, weight } of names) {
    if (listed.has(instrument)) return `${instrument} is listed twice, expected each name once`
    if (!Number.isFinite(weight)) return `${instrument} has a weight of ${weight}, expected a number; see that it has a price` // prettier-ignore
    listed.add(instrument)
  }
  for (const { instrument, cashShare } of kept)
    if (!Number.isFinite(cashShare)) return `${instrument} has a cash share of ${cashShare}, expected a number; see that it has a price` // prettier-ignore
  return undefined
}

function tooFew(names: readonly PolicyName[]): string | undefined {
  if (names.length > 1) return undefined
  const found = names.length === 0 ? 'no name' : `only ${names[0]!.instrument}`
  return `too few names: ${found} is a stock that is eligible and can be traded, expected two at least`
}

function leftToInvest({ limits, cashBuffer }: PolicyFacts, kept: readonly PolicyName[]): number {
  const sumOf = (of: (name: PolicyName) => number) => kept.reduce((sum, name) => sum + of(name), 0)
  return Math.min(
    1 - cashBuffer - sumOf(({ weight, cashShare }) => weight * cashShare),
    levelOf(limits, 'netLeverage', 'warn') - sumOf(({ weight }) => weight),
    levelOf(limits, 'grossLeverage', 'warn') - sumOf(({ weight }) => Math.abs(weight)),
  )
}

/** What kept names of the same issuer and sector leave of the limits. */
function roomOf(
  { limits }: PolicyFacts,
  names: readonly PolicyName[],
  kept: readonly PolicyName[],
): Pick<Candidates, 'caps' | 'rooms'> {
  const counted = kept.filter(({ assetClass }) => !isBroad(assetClass))
  const [position, sector] = [levelOf(limits, 'largestPosition', 'warn'), levelOf(limits, 'largestSector', 'warn')] // prettier-ignore
  const byIssuer = Map.groupBy(counted, ({ issuer }) => issuer)
  const bySector = Map.groupBy(counted, (name) => name.sector)
  const sectors = [...new Set(names.map((name) => name.sector))].toSorted()
  return {
    caps: Float64Array.from(names, ({ issuer }) => left(position, byIssuer.get(issuer) ?? [])),
    rooms: new Map(sectors.map((name) => [name, left(sector, bySector.get(name) ?? [])])),
  }
}

const left = (most: number, among: readonly PolicyName[]): number =>
  Math.max(0, most - among.reduce((sum, { weight }) => sum + Math.abs(weight), 0))
