/**
 * Names for companies that never were, drawn from syllables and trades so that none is meant to be anybody's.
 *
 * A name is a function of seed and ticker. It begins with the ticker's letters, as companies' names tend to, and says
 * what its sector does.
 */
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'

/** Middles and ends of invented first words. */
const MIDDLES = ['andro', 'elvi', 'intra', 'ombra', 'uvero', 'arqui', 'estri', 'illu', 'oxte', 'umbri'] // prettier-ignore
const ENDS = ['dyne', 'vance', 'mont', 'quell', 'thane', 'wick', 'rova', 'stead', 'lux', 'brand']

/** What a sector's companies call what they do, and IBKR's way to sort them. */
const TRADES: Readonly<Record<string, Trade>> = {
  'Communication Services': { words: ['MEDIA', 'NETWORKS', 'BROADCAST'], industry: 'Communications', category: 'Media', subcategory: 'Multimedia' }, // prettier-ignore
  'Consumer Discretionary': { words: ['STORES', 'LEISURE', 'MOTOR'], industry: 'Consumer, Cyclical', category: 'Retail', subcategory: 'Retail-Misc/Diversified' }, // prettier-ignore
  'Consumer Staples': { words: ['FOODS', 'BRANDS', 'HOUSEHOLD'], industry: 'Consumer, Non-cyclical', category: 'Food', subcategory: 'Food-Misc/Diversified' }, // prettier-ignore
  Energy: { words: ['PETROLEUM', 'ENERGY', 'DRILLING'], industry: 'Energy', category: 'Oil&Gas', subcategory: 'Oil Comp-Explor&Prodtn' }, // prettier-ignore
  Financials: { words: ['BANCORP', 'FINANCIAL', 'ASSURANCE'], industry: 'Financial', category: 'Banks', subcategory: 'Super-Regional Banks-US' }, // prettier-ignore
  'Health Care': { words: ['THERAPEUTICS', 'MEDICAL', 'HEALTH'], industry: 'Consumer, Non-cyclical', category: 'Healthcare-Products', subcategory: 'Medical Products' }, // prettier-ignore
  Industrials: { words: ['INDUSTRIES', 'MACHINERY', 'LOGISTICS'], industry: 'Industrial', category: 'Miscellaneous Manufactur', subcategory: 'Diversified Manufact Op' }, // prettier-ignore
  'Information Technology': { words: ['SYSTEMS', 'SOFTWARE', 'SEMICONDUCTOR'], industry: 'Technology', category: 'Software', subcategory: 'Applications Software' }, // prettier-ignore
  Materials: { words: ['CHEMICALS', 'MINERALS', 'PACKAGING'], industry: 'Basic Materials', category: 'Chemicals', subcategory: 'Chemicals-Diversified' }, // prettier-ignore
  'Real Estate': { words: ['PROPERTIES', 'REALTY', 'ESTATES'], industry: 'Financial', category: 'REITS', subcategory: 'REITS-Diversified' }, // prettier-ignore
  Utilities: { words: ['POWER', 'WATER', 'UTILITIES'], industry: 'Utilities', category: 'Electric', subcategory: 'Electric-Integrated' }, // prettier-ignore
}

interface Trade {
  readonly words: readonly string[]
  readonly industry: string
  readonly category: string
  readonly subcategory: string
}

const UNSORTED: Trade = { words: ['HOLDINGS'], industry: '', category: '', subcategory: '' }

const FORMS = ['INC', 'CORP', 'GROUP INC', 'CO']

/** A company as a data base would describe it. */
export interface CompanyFacts {
  readonly longName: string
  readonly industry: string
  readonly category: string
  readonly subcategory: string
}

/** The same seed, ticker and sector give the same company. */
export function companyFacts(seed: number, symbol: string, sector: string): CompanyFacts {
  const stream = randomStream(randomKey(seed, 'company', symbol))
  const { words, industry, category, subcategory } = TRADES[sector] ?? UNSORTED
  const first = symbol.slice(0, 1) + pick(MIDDLES, stream) + pick(ENDS, stream)
  const longName = `${first.toUpperCase()} ${pick(words, stream)} ${pick(FORMS, stream)}`
  return { longName, industry, category, subcategory }
}

const pick = (from: readonly string[], stream: RandomStream): string =>
  from[stream.below(from.length)] ?? ''
