/** Portfolio problems by seed: feasible by construction with every degeneracy that tends to trip solvers, and infeasible ones. */
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import type { PortfolioDocument } from '#contract/portfolio-document.ts'

type Editable = { -readonly [K in keyof PortfolioDocument]: PortfolioDocument[K] }

/** @param most - names at most */
export function feasibleDocument(seed: number, most: number): PortfolioDocument {
  const random = randomStream(randomKey(seed, 'portfolio'))
  const chance = (p: number) => random.uniform() < p
  const n = 1 + random.below(chance(0.3) ? Math.min(6, most) : most)
  const document = skeleton(random, n)
  const w = inside(random, document, n)
  const slackness = () => (chance(0.3) ? 1 : 1 + random.uniform())
  const { sector = [], w0, beta = [] } = document
  const bySector = [...new Set(sector)].map((name) => w.filter((_, i) => sector[i] === name))
  const cap = (value: number) => Math.max(value, 1e-3) * slackness()
  document.limits = {
    ...(chance(0.8) ? { gross: cap(size(w)) } : {}),
    ...(chance(0.7) ? { net: cap(Math.abs(sum(w))) } : {}),
    ...(chance(0.6) ? { turnover: cap(size(w.map((x, i) => x - w0[i]!))) } : {}),
    ...(chance(0.6) ? { sector: cap(Math.max(...bySector.map((part) => Math.abs(sum(part))))) } : {}), // prettier-ignore
    ...(chance(0.3) ? { sectorGross: cap(Math.max(...bySector.map(size))) } : {}),
    ...(chance(0.5) ? { beta: Math.abs(sum(w.map((x, i) => x * beta[i]!))) * slackness() } : {}),
    position: Math.max(...w.map(Math.abs), 1e-3) * slackness(),
  }
  if (chance(0.3)) document.lower = w.map((x) => x - (chance(0.3) ? 0 : random.uniform() * 0.1))
  if (chance(0.3)) document.upper = w.map((x) => x + (chance(0.3) ? 0 : random.uniform() * 0.1))
  if (chance(0.2)) document.participation = w.map((x, i) => Math.abs(x - w0[i]!) * slackness())
  if (chance(0.2)) document.cash = 1 - sum(w) - (chance(0.3) ? 0 : random.uniform() * 0.1)
  if (document.cash !== undefined && chance(0.6)) {
    document.spendCosts = true
    document.cash -= tradingCosts(document, w)
  }
  if (w.every((x) => x >= 0) && chance(0.5)) document.longOnly = true
  if (chance(0.3)) {
    const members = document.assets.filter((_, i) => i % 3 === 0)
    const among = w.filter((_, i) => i % 3 === 0)
    document.clusters = [{ name: 'third', members, gross: cap(size(among)) }]
  }
  if (chance(0.2)) {
    const rates = w.map(() => 0.1 + 0.4 * random.uniform())
    document.margin = { rates, available: cap(sum(w.map((x, i) => rates[i]! * Math.abs(x)))) }
  }
  if (document.factors.covariance.length > 0 && chance(0.3)) {
    const exposure = sum(w.map((x, i) => x * document.factors.exposures[i]![0]!))
    const width = chance(0.3) ? 0 : random.uniform() * 0.2
    document.factorBands = [{ factor: 0, lower: exposure - width, upper: exposure + width }]
  }
  return document
}

/** What a trade to these weights costs. */
function tradingCosts({ w0, spreadCost, impact }: PortfolioDocument, w: readonly number[]): number {
  const sizes = w.map((x, i) => Math.abs(x - w0[i]!))
  return sum(sizes.map((z, i) => z * spreadCost[i]! + (impact?.[i] ?? 0) * z ** 1.5))
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const size = (values: readonly number[]) => sum(values.map(Math.abs))

/** Names, forecasts, risk and costs; ties, no costs and covariances without full rank among them. */
function skeleton(random: RandomStream, n: number): Editable {
  const chance = (p: number) => random.uniform() < p
  const isTied = chance(0.25)
  const per = (value: () => number) => Array.from({ length: n }, value)
  const rounded = (value: number) => (isTied ? Math.round(value * 20) / 20 : value)
  const k = chance(0.1) ? 0 : 1 + random.below(Math.min(8, n))
  const rank = chance(0.25) ? random.below(k + 1) : k
  const roots = Array.from({ length: k }, () => Array.from({ length: rank }, () => 0.1 * random.normal())) // prettier-ignore
  const isFree = chance(0.2)
  const boldness = chance(0.2) ? 2 : 0.1
  return {
    assets: Array.from({ length: n }, (_, i) => `N${i}`),
    alpha: per(() => boldness * rounded(random.normal())),
    w0: chance(0.3) ? per(() => 0) : per(() => (chance(0.5) ? 0 : rounded(0.1 * random.normal()))),
    idiosyncraticVariance: per(() => (isTied ? 0.04 : 0.02 + 0.1 * random.uniform())),
    beta: per(() => rounded(1 + 0.3 * random.normal())),
    sector: per(() => 0).map(() => `S${random.below(4)}`),
    spreadCost: per(() => (isFree ? 0 : 0.001 + 0.01 * random.uniform())),
    ...(chance(0.35) ? { impact: per(() => (chance(0.2) ? 0 : 0.2 * random.uniform())) } : {}),
    ...(chance(0.3) ? { borrow: per(() => 0.02 * random.uniform()) } : {}),
    ...(chance(0.3) ? { uncertainty: per(() => 0.02 * random.uniform()) } : {}),
    factors: {
      exposures: Array.from({ length: n }, () => Array.from({ length: k }, () => rounded(random.normal()))), // prettier-ignore
      covariance: roots.map((a) => roots.map((b) => a.reduce((s, x, i) => s + x * b[i]!, 0))),
    },
    riskAversion: 1 + 10 * random.uniform(),
    limits: {},
  }
}

/** Weights that all limits are built round: where the book is, or a part of it moved. */
function inside(random: RandomStream, { w0 }: PortfolioDocument, n: number): readonly number[] {
  const isLong = random.uniform() < 0.3
  return Array.from({ length: n }, (_, i) => {
    const w = random.uniform() < 0.5 ? (w0[i] ?? 0) : 0.1 * random.normal()
    return isLong ? Math.abs(w) : w
  })
}

/** A problem in which some limits contradict others by a wide margin. */
export function infeasibleProblem(seed: number, most: number): PortfolioDocument {
  const document: Editable = feasibleDocument(seed, most)
  const { assets, w0, limits } = document
  const everywhere = (value: number) => assets.map(() => value)
  const kinds: readonly (() => void)[] = [
    () => {
      document.lower = everywhere(0.02)
      delete document.upper
      document.limits = { ...limits, position: 0.05, gross: 0.015 * assets.length }
    },
    () => {
      document.w0 = everywhere(0.1)
      document.limits = { ...limits, turnover: 0.01, sector: 0.05, position: 1 }
    },
    () => {
      document.upper = everywhere(-0.05)
      delete document.lower
      document.longOnly = true
    },
    () => {
      document.factorBands = [{ factor: 0, lower: 0.5, upper: 1 }]
      document.factors = { exposures: assets.map(() => [1]), covariance: [[0.02]] }
      document.limits = { ...limits, net: 0.2 }
    },
    () => {
      document.participation = everywhere(0.01)
      document.w0 = w0.map(() => -0.04)
      document.clusters = [{ name: 'all', members: assets, gross: 0.02 * assets.length }]
    },
    // What there is to spend is gone before the costs of what must be bought.
    () => {
      document.w0 = everywhere(0)
      document.lower = everywhere(0.05)
      delete document.upper
      delete document.participation
      document.limits = { ...limits, position: 1 }
      const isSpread = Math.floor(seed / 6) % 2 === 0
      document.spreadCost = everywhere(isSpread ? 0.01 : 0)
      document.impact = everywhere(isSpread ? 0 : 0.1)
      document.cash = 1 - 0.05005 * assets.length
      document.spendCosts = true
    },
  ]
  kinds[seed % kinds.length]!()
  return document
}
