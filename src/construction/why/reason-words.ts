/** A name's reason as a sentence: what was done, what speaks for it, what that leaves after risk and costs, and what holds it. */
import { percent } from '#construction/reasons.ts'
import { limitInWords } from '#construction/why/limit-words.ts'
import type { NameReason } from '#model/plan-why.ts'

/**
 * Why a name is bought, sold, held or left alone.
 *
 * Such as "bought from 1.00 % to 3.10 %: forecast +1.80 % over 21 days from momentum (70 %) and value (30 %), of which risk
 * takes 0.90 %, costs 0.06 %; the Technology cap (0.84 %) holds it at 3.10 %".
 */
export function explainName(reason: NameReason, horizonDays: number): string {
  const { start, weight } = reason
  if (Math.abs(weight - start) > SAME) return `${deedOf(start, weight)}: ${termsInWords(reason, horizonDays)}` // prettier-ignore
  if (Math.abs(start) > SAME) return `held at ${percent(weight)}: ${stayInWords(reason, horizonDays)}` // prettier-ignore
  return `not held: ${stayInWords(reason, horizonDays)}`
}

/** Weights nearer than this are printed alike. */
const SAME = 5e-7

function deedOf(start: number, weight: number): string {
  const way = `from ${percent(start)} to ${percent(weight)}`
  if (start * weight < 0) return `turned ${way}`
  if (weight > start) return start < 0 ? `covered ${way}` : `bought ${way}`
  return start > 0 ? `sold ${way}` : `shorted ${way}`
}

/** Of a short its terms are of a unit more short. */
function termsInWords(reason: NameReason, horizonDays: number): string {
  const { forecast, risk, uncertainty = 0, borrow = 0, cost = 0, start, weight } = reason
  // Of what is neither held nor to be, the side that it is pushed to.
  const side = (weight || start || forecast + risk) < 0 ? -1 : 1
  const takers = [
    taken('risk', side * risk),
    taken('uncertainty', side * uncertainty),
    taken('borrowing', side * borrow),
    taken('costs', side * cost),
  ].filter((words) => words !== undefined)
  const terms = takers.length === 0 ? '' : `, of which ${firstTakes(takers).join(', ')}`
  return `forecast ${signed(forecast)} over ${horizonDays} days${sourcesInWords(reason)}${terms}${limitsInWords(reason)}`
}

interface Taken {
  readonly what: string
  readonly verb: 'takes' | 'gives'
  readonly amount: string
}

/** Undefined of what rounds to nothing. */
function taken(what: string, term: number): Taken | undefined {
  if (Math.abs(term) < 5e-5) return undefined
  return { what, verb: term < 0 ? 'takes' : 'gives', amount: percent(Math.abs(term)) }
}

/** The verb is said once, and again where it changes. */
function firstTakes(takers: readonly Taken[]): string[] {
  return takers.map(({ what, verb, amount }, at) => {
    // What a unit less would cost to sell speaks for keeping it.
    if (what === 'costs' && verb === 'gives') return `trading more would cost ${amount}`
    const isSaid = at > 0 && takers[at - 1]!.verb === verb
    const word = what === 'costs' ? verb.slice(0, -1) : verb
    return isSaid ? `${what} ${amount}` : `${what} ${word} ${amount}`
  })
}

function sourcesInWords({ sources = [] }: NameReason): string {
  const total = sources.reduce((sum, [, contribution]) => sum + Math.abs(contribution), 0)
  if (total === 0) return ''
  if (sources.length === 1) return ` from ${sources[0]![0]}`
  const shares = sources.map(([source, contribution]) => {
    const against = Math.sign(contribution) === Math.sign(sources[0]![1]) ? '' : ' against'
    return `${source} (${Math.round((Math.abs(contribution) / total) * 100)} %${against})`
  })
  return ` from ${together(shares)}`
}

/** Limits that stand against the trade hold the name where it is; those that are for it press. */
function limitsInWords({ limits = [], start, weight }: NameReason): string {
  const felt = limits.filter(([, term]) => Math.abs(term) >= 5e-5).slice(0, MOST_LIMITS)
  const isFor = (term: number): boolean => term * (weight - start) > 0
  const holding = felt.filter(([, term]) => !isFor(term)).map(named)
  const pressing = felt.filter(([, term]) => isFor(term)).map(named)
  const holds = holding.length === 0 ? '' : `; ${together(holding)} ${holding.length > 1 ? 'hold' : 'holds'} it at ${percent(weight)}` // prettier-ignore
  const presses = pressing.length === 0 ? '' : `; ${together(pressing)} ${pressing.length > 1 ? 'press' : 'presses'} for it` // prettier-ignore
  return `${holds}${presses}`
}

const named = ([label, term]: readonly [string, number]): string =>
  `${limitInWords(label)} (${percent(Math.abs(term))})`

/** `a`, `a and b`, `a, b and c`. */
const together = (items: readonly string[]): string =>
  items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${items.at(-1)}` : (items[0] ?? '')

/** More than so many limits in a sentence are not read. */
const MOST_LIMITS = 3

function stayInWords(reason: NameReason, horizonDays: number): string {
  const { free, start, gain = 0, tradingCost = 0, roomCost = 0, noTrade, limits = [] } = reason
  const region = `the no-trade region ${percent(noTrade[0])} to ${percent(noTrade[1])}`
  const isPressed = limits.some(([, term]) => Math.abs(term) >= 5e-5)
  if (Math.abs(free - start) <= SAME) return isPressed || start === 0 ? termsInWords(reason, horizonDays) : `it is where it would be were trading free, inside ${region}` // prettier-ignore
  const room = roomCost < 5e-5 ? '' : ` and the ${percent(roomCost)} that the room it takes is worth to others` // prettier-ignore
  if (gain < tradingCost + roomCost && start >= noTrade[0] && start <= noTrade[1])
    return `the gain of ${percent(gain)} from moving to ${percent(free)} is less than its cost of ${percent(tradingCost)}${room}: inside ${region}` // prettier-ignore
  return termsInWords(reason, horizonDays)
}

/** With its sign: `+1.80 %`, `-0.40 %`. */
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${percent(Math.abs(value))}`
