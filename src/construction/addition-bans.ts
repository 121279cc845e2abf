/**
 * What may not be added to, and why: names under a latch, in the scope of a breached limit, or
 * that cannot be borrowed. Reductions are never banned here.
 */
import type { InstrumentId } from '#model/ids.ts'
import { clusterWeights, type Clusters } from '#risk/correlation-clusters.ts'
import type { Exposures } from '#risk/exposures.ts'
import { countsByName, issuerWeights } from '#risk/issuer-weights.ts'
import { describeLatch, latchesForbid, type Latch } from '#risk/latch.ts'
import { isInside, type Finding, type Limit, type Scope } from '#risk/limits.ts'
import { sectorWeights } from '#risk/sector.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

/** The reason why each name may not be added to; names that may are absent. */
export type AdditionBans = ReadonlyMap<InstrumentId, string>

export interface BanFacts {
  readonly book: ValuedBook
  readonly exposures: Exposures
  readonly clusters: Clusters
  readonly latches: readonly Latch[]
  /** Of the book as it stands. */
  readonly findings: readonly Finding[]
}

export function additionBans(facts: BanFacts): AdditionBans {
  const { book, latches, findings } = facts
  const breaches = findings.filter(({ level }) => level === 'breach')
  const scopes = breaches.map((finding) => ({ finding, covers: SCOPES[finding.limit.scope](finding.limit, facts) })) // prettier-ignore
  return new Map(
    book.names.flatMap((name): [InstrumentId, string][] => {
      const latch = latchesForbid(latches, { instrument: name.id, sector: name.sector, adds: true })
      if (latch !== undefined) return [[name.id, `latched: ${describeLatch(latch)}`]]
      const breach = scopes.find(({ covers }) => covers(name))
      if (breach !== undefined) return [[name.id, describeBreach(breach.finding)]]
      return isUnborrowable(name) ? [[name.id, 'the universe says that it cannot be shorted']] : []
    }),
  )
}

/** Four decimals, or as many as tell a figure from its level: `0.0600`, and `0.040031` beside 0.04. */
export function digits(measured: number, level: number): string {
  const short = measured.toFixed(4)
  return Number(short) === level && measured !== level
    ? String(Number(measured.toPrecision(5)))
    : short
}

/** A breach in words: `largestSector is 0.2310, the limit is 0.2`. */
export function describeBreach({ limit, measured }: Finding): string {
  const found = Number.isNaN(measured)
    ? 'could not be measured'
    : `is ${digits(measured, limit.breach)}`
  return `${limit.metric} ${found}, the limit is ${limit.breach}`
}

/** Which names a breached limit covers, by its scope. */
const SCOPES: Readonly<
  Record<Scope, (limit: Limit, facts: BanFacts) => (name: ValuedName) => boolean>
> = {
  account: () => () => true,
  symbol: ({ breach, direction }, { exposures }) => {
    const issuers = issuerWeights(exposures)
    return named(({ facts }) => !isInside(Math.abs(issuers.get(facts.issuer) ?? 0), breach, direction)) // prettier-ignore
  },
  sector: ({ breach, direction }, { exposures }) => {
    const sectors = sectorWeights(exposures)
    return named(({ sector }) => !isInside(sectors.get(sector) ?? 0, breach, direction))
  },
  cluster: ({ breach, direction }, { exposures, clusters }) => {
    const weights = clusterWeights(exposures, clusters)
    if (weights === undefined) return named(() => true)
    return named(({ id }) => {
      const cluster = clusters.get(id)
      const weight = cluster === undefined ? 0 : (weights.get(cluster) ?? 0)
      return !isInside(weight, breach, direction)
    })
  },
}

/** Limits of a name, a sector and a cluster pass the others over. */
const named = (covers: (name: ValuedName) => boolean) => (name: ValuedName): boolean => countsByName(name.facts) && covers(name) // prettier-ignore

/** A stock that is wanted short and cannot be borrowed: it may go flat, no further. */
function isUnborrowable({ instrument, target }: ValuedName): boolean {
  return instrument?.assetClass === 'STK' && !instrument.shortable && (target?.weight ?? 0) < 0
}
