/**
 * Checks the document of a plan by plain arithmetic against quantities, prices and sectors that the test knows from
 * elsewhere: every limit, after rounding, from the numbers of shares alone. Shares no code with what made the plan.
 */

/** What the checker knows of a name, from the files that the test wrote. Stocks in the base currency. */
export interface CheckedName {
  readonly sector: string
  /** Shares held before, signed. */
  readonly held: number
}

/** Levels that no sum may exceed: fractions of net asset value. */
export interface CheckedLimits {
  readonly position: number
  readonly sector: number
  readonly gross: number
  readonly net: number
  readonly turnover: number
  readonly cashBuffer: number
  readonly minimumTicket: number
}

interface LineDocument {
  readonly instrument: string
  readonly side: 'COVER' | 'SELL' | 'BUY' | 'SHORT'
  readonly quantity: string
  readonly guardPrice: string
  readonly estimatedCostBps: number
}

/** The fields of `plan --json` that are checked. */
export interface PlanDocument {
  readonly nav: string
  readonly verdict: string
  readonly checks: readonly { readonly name: string; readonly status: string; readonly detail: string }[] // prettier-ignore
  readonly phases: { readonly A: readonly LineDocument[]; readonly B: readonly LineDocument[] }
  readonly weights: Readonly<Record<string, { readonly before: number; readonly target: number; readonly after: number }>> // prettier-ignore
}

/** Weights may be off by the mid's last digits. */
const ROUNDING = 1e-6

/**
 * @param names - by instrument, every name held or listed
 * @param cash - before, base currency
 * @returns what is wrong, a sentence each; empty where all holds
 */
export function wrongsOf(
  plan: PlanDocument,
  names: ReadonlyMap<string, CheckedName>,
  cash: number,
  limits: CheckedLimits,
): readonly string[] {
  const nav = Number(plan.nav)
  const lines = [...plan.phases.A, ...plan.phases.B]
  const prices = pricesOf(plan, names, nav, lines)
  const book = bookAfter(names, lines)
  const weight = (name: string) => ((book.get(name) ?? 0) * (prices.get(name) ?? Number.NaN)) / nav
  const before = (name: string) => ((names.get(name)?.held ?? 0) * (prices.get(name) ?? 0)) / nav
  const held = [...book].filter(([, shares]) => shares !== 0).map(([name]) => name)
  const wrongs: string[] = []
  const atMost = (what: string, value: number, limit: number, was: number) => {
    if (!(value <= Math.max(limit, was) + ROUNDING)) wrongs.push(`${what}: ${value.toFixed(6)}, at most ${limit}`) // prettier-ignore
  }
  const all = [...new Set([...names.keys(), ...held])]
  for (const name of held) atMost(`position ${name}`, Math.abs(weight(name)), limits.position, Math.abs(before(name))) // prettier-ignore
  for (const [sector, members] of Map.groupBy(all, (name) => names.get(name)?.sector ?? 'unknown'))
    atMost(`sector ${sector}`, sum(members.filter((name) => held.includes(name)), (name) => Math.abs(weight(name))), limits.sector, sum(members, (name) => Math.abs(before(name)))) // prettier-ignore
  atMost('gross', sum(held, (name) => Math.abs(weight(name))), limits.gross, sum(all, (name) => Math.abs(before(name)))) // prettier-ignore
  atMost('net', Math.abs(sum(held, weight)), limits.net, Math.abs(sum(all, before)))
  const traded = lines.reduce((total, line) => total + Number(line.quantity) * Number(line.guardPrice), 0) // prettier-ignore
  atMost('turnover', traded / nav, limits.turnover, 0)
  const spent = lines.reduce((total, line) => total + signed(line) * Number(line.guardPrice), 0)
  const costs = lines.reduce((total, line) => total + (Number(line.quantity) * Number(line.guardPrice) * line.estimatedCostBps) / 10_000, 0) // prettier-ignore
  const left = (cash - spent - costs) / nav
  if (left < Math.min(limits.cashBuffer, cash / nav) - ROUNDING) wrongs.push(`cash: ${left.toFixed(6)} left, at least ${limits.cashBuffer}`) // prettier-ignore
  for (const line of lines) {
    const value = Number(line.quantity) * Number(line.guardPrice)
    const closes = book.get(line.instrument) === 0
    if (!Number.isInteger(Number(line.quantity))) wrongs.push(`${line.instrument}: ${line.quantity} is no whole number of shares`) // prettier-ignore
    if (value < limits.minimumTicket && !closes) wrongs.push(`${line.instrument}: a ticket of ${value.toFixed(2)}`) // prettier-ignore
  }
  for (const [name, { after }] of Object.entries(plan.weights))
    if (Math.abs(after - (weight(name) || 0)) > ROUNDING) wrongs.push(`${name}: the plan says ${after} after, its shares say ${weight(name)}`) // prettier-ignore
  return wrongs
}

const sum = (of: readonly string[], value: (name: string) => number): number =>
  of.reduce((total, name) => total + value(name), 0)

const signed = ({ side, quantity }: LineDocument): number =>
  (side === 'BUY' || side === 'COVER' ? 1 : -1) * Number(quantity)

function bookAfter(
  names: ReadonlyMap<string, CheckedName>,
  lines: readonly LineDocument[],
): Map<string, number> {
  const book = new Map([...names].map(([name, { held }]) => [name, held]))
  for (const line of lines)
    book.set(line.instrument, (book.get(line.instrument) ?? 0) + signed(line))
  return book
}

/** A line's guard price is the mid; of the others the weight before tells it. */
function pricesOf(
  plan: PlanDocument,
  names: ReadonlyMap<string, CheckedName>,
  nav: number,
  lines: readonly LineDocument[],
): ReadonlyMap<string, number> {
  const prices = new Map<string, number>()
  for (const [name, { before }] of Object.entries(plan.weights)) {
    const held = names.get(name)?.held ?? 0
    if (held !== 0) prices.set(name, (before * nav) / held)
  }
  for (const { instrument, guardPrice } of lines) prices.set(instrument, Number(guardPrice))
  return prices
}
