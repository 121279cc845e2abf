/** Limits as people call them, and by how much one is moved to see what it does. */

import { parseInstrumentName } from '#model/instrument-id.ts'

interface LimitKind {
  /** `*` stands for what comes after the colon of the label. */
  readonly called: string
  /** Asked about by default, in the limit's own unit. */
  readonly step: number
  /** A step as people write it: a share of net asset value, or a plain number. */
  readonly unit: 'percent' | 'number'
}

/** By the part of a label before its colon. */
const KINDS: Readonly<Record<string, LimitKind>> = {
  gross: { called: 'the gross limit', step: 0.05, unit: 'percent' },
  net: { called: 'the net limit', step: 0.05, unit: 'percent' },
  'net-short': { called: 'the limit of net short', step: 0.05, unit: 'percent' },
  turnover: { called: "today's turnover", step: 0.05, unit: 'percent' },
  cash: { called: 'the cash at hand', step: 0.01, unit: 'percent' },
  position: { called: 'the position limit', step: 0.005, unit: 'percent' },
  issuer: { called: 'the limit of its issuer', step: 0.005, unit: 'percent' },
  sector: { called: 'the * cap', step: 0.01, unit: 'percent' },
  sectorNet: { called: 'the cap on * net', step: 0.01, unit: 'percent' },
  cluster: { called: 'the cap on names that move with *', step: 0.01, unit: 'percent' },
  class: { called: 'the limit of class *', step: 0.05, unit: 'percent' },
  margin: { called: 'the margin at hand', step: 0.05, unit: 'percent' },
  marginCushion: { called: 'the margin cushion', step: 0.01, unit: 'percent' },
  beta: { called: 'the beta limit', step: 0.05, unit: 'number' },
  factor: { called: 'the band on factor *', step: 0.05, unit: 'number' },
  'tracking-error': {
    called: 'the limit on tracking error over the horizon',
    step: 0.001,
    unit: 'percent',
  },
  participation: { called: 'the participation limit', step: 0.005, unit: 'percent' },
  'long-only': { called: 'the long-only rule', step: 0.005, unit: 'percent' },
  'do-not-trade': { called: 'the do-not-trade list', step: 0.005, unit: 'percent' },
  'do-not-sell': { called: 'the do-not-sell list', step: 0.005, unit: 'percent' },
  untradable: { called: 'a lack of a market', step: 0.005, unit: 'percent' },
  'cash-only': { called: 'a plan that only invests idle cash', step: 0.005, unit: 'percent' },
  'raise-cash': { called: 'a plan that only frees cash', step: 0.005, unit: 'percent' },
  'not-eligible': { called: 'the list of eligible names', step: 0.005, unit: 'percent' },
  screened: { called: 'a screen', step: 0.005, unit: 'percent' },
  'reduce-only': { called: 'a ban on additions', step: 0.005, unit: 'percent' },
  hedge: { called: 'the book that it hedges', step: 0.005, unit: 'percent' },
  'not-shortable': { called: 'a lack of shares to borrow', step: 0.005, unit: 'percent' },
}

const kindOf = (label: string): LimitKind =>
  KINDS[label.split(':', 1)[0]!] ?? { called: `the limit ${label}`, step: 0.01, unit: 'percent' }

/**
 * A limit as people call it.
 *
 * @example
 * limitInWords('sector:Technology') // => 'the Technology cap'
 */
export function limitInWords(label: string): string {
  return kindOf(label).called.replace('*', label.slice(label.indexOf(':') + 1))
}

/**
 * The same where it does not stand beside its name.
 *
 * @example
 * limitByName('position:AAPL.STK.USD') // => 'the position limit (AAPL)'
 */
export function limitByName(label: string): string {
  const of = label.slice(label.indexOf(':') + 1)
  const isNamed = label.includes(':') && !kindOf(label).called.includes(of) && !kindOf(label).called.includes('*') // prettier-ignore
  return isNamed ? `${limitInWords(label)} (${symbolIn(of)})` : limitInWords(label)
}

/** A share's symbol; of other classes the whole name, for its symbol alone is that of the share. */
export function symbolIn(id: string): string {
  const name = parseInstrumentName(id)
  return name.ok && name.value.assetClass === 'STK' ? name.value.symbol : id
}

/** By how much a limit is moved where nobody says. */
export const defaultStep = (label: string): number => kindOf(label).step

/** A level of a limit as people write it: `20.00 %`, or `1.30` of a beta. */
export function levelInWords(label: string, level: number): string {
  return kindOf(label).unit === 'percent' ? `${(level * 100).toFixed(2)} %` : level.toFixed(2)
}
