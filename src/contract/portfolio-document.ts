/**
 * The portfolio problem as a file: what `ballast solve` reads. Every field is checked where it stands, and what is
 * wrong with it said with its name, the asset's symbol and what was expected; a field that we do not know is an error,
 * so that no limit is lost to a slip of the pen.
 */
import { err, ok, type Result } from '#model/result.ts'
import {
  documentSchema,
  listSchema,
  numberSchema,
  objectSchema,
  textSchema,
  type Schema,
} from '#contract/json-schema.ts'

export interface PortfolioDocument {
  readonly assets: readonly string[]
  /** Expected returns a year. */
  readonly alpha: readonly number[]
  /** Weights before the trade. */
  readonly w0: readonly number[]
  readonly idiosyncraticVariance: readonly number[]
  readonly beta?: readonly number[]
  readonly sector?: readonly string[]
  /** Of |z|: half spread and commission. */
  readonly spreadCost: readonly number[]
  /** Of |z|^{3/2}. */
  readonly impact?: readonly number[]
  /** Of shorts (w)₋. */
  readonly borrow?: readonly number[]
  /** ρ of the forecast-error penalty ρ|w|. */
  readonly uncertainty?: readonly number[]
  readonly lower?: readonly number[]
  readonly upper?: readonly number[]
  /** Largest |z| of each name. */
  readonly participation?: readonly number[]
  /** Weights near the solution. */
  readonly warmStart?: readonly number[]
  /** Least cash: Σw ≤ 1 − cash. */
  readonly cash?: number
  /** Whether costs of trading are paid out of cash: Σw + Σ(spreadCost·|z| + impact·|z|^{3/2}) ≤ 1 − cash. */
  readonly spendCosts?: boolean
  readonly longOnly?: boolean
  readonly factors: { readonly exposures: readonly (readonly number[])[]; readonly covariance: readonly (readonly number[])[] } // prettier-ignore
  readonly riskAversion: number
  readonly clusters?: readonly { readonly name: string; readonly members: readonly string[]; readonly gross: number }[] // prettier-ignore
  readonly factorBands?: readonly { readonly factor: number; readonly lower?: number; readonly upper?: number }[] // prettier-ignore
  /** Σ rateᵢ|wᵢ| ≤ available. */
  readonly margin?: { readonly rates: readonly number[]; readonly available: number }
  readonly limits: Readonly<Partial<Record<LimitName, number>>>
}

export type LimitName = (typeof LIMIT_NAMES)[number]
const LIMIT_NAMES = ['gross', 'net', 'position', 'sector', 'sectorGross', 'turnover', 'beta'] as const // prettier-ignore

type Check = (value: unknown, at: string, context: Context) => readonly string[]
interface Context {
  readonly assets: readonly string[]
  readonly factors: number
}
interface Field {
  readonly check: Check
  readonly schema: Schema
  readonly isRequired?: true
}

/** At most so many mistakes are told at once. */
const MOST_TOLD = 10

/**
 * Reads a problem.
 *
 * @param json - as parsed
 * @returns else every mistake, a line each
 */
export function readPortfolioDocument(json: unknown): Result<PortfolioDocument> {
  if (!isObject(json)) return err(`expected an object with the fields ${Object.keys(FIELDS).join(', ')}`) // prettier-ignore
  const mistakes = [...checkFields(json, '', FIELDS, contextOf(json))]
  if (mistakes.length === 0) mistakes.push(...crossChecks(json as unknown as PortfolioDocument)) // oxlint-disable-line typescript/no-unsafe-type-assertion -- every field was checked
  if (mistakes.length > 0) return err(told(mistakes))
  return ok(json as unknown as PortfolioDocument) // oxlint-disable-line typescript/no-unsafe-type-assertion -- every field was checked
}

function told(mistakes: readonly string[]): string {
  const rest = mistakes.length - MOST_TOLD
  const lines = mistakes.slice(0, MOST_TOLD)
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n')
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function contextOf(json: Readonly<Record<string, unknown>>): Context {
  const { assets, factors } = json
  const covariance = isObject(factors) ? factors['covariance'] : undefined
  return {
    assets: Array.isArray(assets) ? assets.map(String) : [],
    factors: Array.isArray(covariance) ? covariance.length : 0,
  }
}

function* checkFields(
  json: Readonly<Record<string, unknown>>,
  prefix: string,
  fields: Readonly<Record<string, Field>>,
  context: Context,
): Generator<string> {
  for (const name of Object.keys(json))
    if (!Object.hasOwn(fields, name))
      yield `${prefix}${name}: unknown field, expected one of ${Object.keys(fields).join(', ')}`
  for (const [name, { check, isRequired }] of Object.entries(fields)) {
    const value = json[name]
    if (value !== undefined) yield* check(value, prefix + name, context)
    else if (isRequired === true) yield `${prefix}${name}: missing`
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)

/** A number between two bounds. */
const number =
  (least = -Infinity, isStrict = false): Check =>
  (value, at) => {
    const isFine = typeof value === 'number' && Number.isFinite(value) && (isStrict ? value > least : value >= least) // prettier-ignore
    if (isFine) return []
    const bound = least === -Infinity ? '' : ` ${isStrict ? '>' : '≥'} ${least}`
    return [`${at}: was ${shown(value)}, expected a finite number${bound}`]
  }

/** One entry an asset. */
const perAsset =
  (check: Check): Check =>
  (value, at, context) => {
    const { assets } = context
    if (!Array.isArray(value)) return [`${at}: was ${shown(value)}, expected a list of ${assets.length} entries`] // prettier-ignore
    if (value.length !== assets.length)
      return [`${at}: has ${value.length} entries, expected ${assets.length}, one an asset`]
    return value.flatMap((entry: unknown, i) => [...check(entry, `${at}[${i}] (${assets[i]})`, context)]) // prettier-ignore
  }

const word: Check = (value, at) =>
  typeof value === 'string' && value !== '' ? [] : [`${at}: was ${shown(value)}, expected a name`]

const flag: Check = (value, at) =>
  typeof value === 'boolean' ? [] : [`${at}: was ${shown(value)}, expected true or false`]

const symbols: Check = (value, at, context) => {
  if (!Array.isArray(value) || value.length === 0) return [`${at}: expected a list of symbols`]
  const seen = new Set<unknown>()
  return value.flatMap((symbol: unknown, i) => {
    const wrong = word(symbol, `${at}[${i}]`, context)
    if (wrong.length > 0) return [...wrong]
    if (seen.has(symbol)) return [`${at}[${i}] (${String(symbol)}): twice, expected each symbol once`] // prettier-ignore
    seen.add(symbol)
    return []
  })
}

const members: Check = (value, at, context) => {
  const mistakes = symbols(value, at, context)
  if (mistakes.length > 0 || !Array.isArray(value)) return mistakes
  const known = new Set(context.assets)
  return value.flatMap((symbol: unknown) => known.has(String(symbol)) ? [] : [`${at} (${String(symbol)}): not among assets`]) // prettier-ignore
}

const factorIndex: Check = (value, at, { factors }) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < factors
    ? []
    : [`${at}: was ${shown(value)}, expected a factor from 0 to ${factors - 1}`]

/** Rows of numbers, one a factor. */
const rowsOf =
  (rows: (context: Context) => number): Check =>
  (value, at, context) => {
    const expected = rows(context)
    if (!Array.isArray(value)) return [`${at}: was ${shown(value)}, expected ${expected} rows`]
    if (value.length !== expected) return [`${at}: has ${value.length} rows, expected ${expected}`]
    return value.flatMap((row: unknown, i) => {
      const symbol = at.endsWith('exposures') ? ` (${context.assets[i]})` : ''
      if (!Array.isArray(row) || row.length !== context.factors)
        return [`${at}[${i}]${symbol}: expected ${context.factors} numbers, one a factor`]
      return row.flatMap((entry: unknown, j) => [...number()(entry, `${at}[${i}][${j}]${symbol}`, context)]) // prettier-ignore
    })
  }

const inside =
  (fields: Readonly<Record<string, Field>>): Check =>
  (value, at, context) =>
    isObject(value)
      ? [...checkFields(value, `${at}.`, fields, context)]
      : [`${at}: was ${shown(value)}, expected an object with ${Object.keys(fields).join(', ')}`]

const listOf =
  (check: Check): Check =>
  (value, at, context) =>
    Array.isArray(value)
      ? value.flatMap((entry: unknown, i) => [...check(entry, `${at}[${i}]`, context)])
      : [`${at}: was ${shown(value)}, expected a list`]

const numbers = (description: string): Schema => listSchema(numberSchema(description))
const amountOf = (description: string): Field => ({ check: number(0), schema: numberSchema(description) }) // prettier-ignore
const schemaOf = (fields: Readonly<Record<string, Field>>): Schema =>
  objectSchema(
    Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
    Object.keys(fields).filter((name) => fields[name]?.isRequired !== true),
  )
const objectOf = (fields: Readonly<Record<string, Field>>, isRequired?: true): Field => ({
  check: inside(fields),
  schema: schemaOf(fields),
  ...(isRequired === true ? { isRequired } : {}),
})
const listOfObjects = (fields: Readonly<Record<string, Field>>): Field => ({
  check: listOf(inside(fields)),
  schema: listSchema(schemaOf(fields)),
})

const LIMITS = Object.fromEntries(LIMIT_NAMES.map((name) => [name, amountOf(`largest ${name}`)]))

// prettier-ignore
const CLUSTER: Readonly<Record<string, Field>> = {
  name:    { check: word,      schema: textSchema('of the cluster'), isRequired: true },
  members: { check: members,   schema: listSchema(textSchema('a symbol of assets')), isRequired: true },
  gross:   { check: number(0), schema: numberSchema('Σ|w| of its members at most'), isRequired: true },
}

// prettier-ignore
const BAND: Readonly<Record<string, Field>> = {
  factor: { check: factorIndex, schema: numberSchema('a column of exposures, from 0'), isRequired: true },
  lower:  { check: number(),    schema: numberSchema('least exposure of the portfolio') },
  upper:  { check: number(),    schema: numberSchema('largest exposure of the portfolio') },
}

// prettier-ignore
const FACTORS: Readonly<Record<string, Field>> = {
  exposures:  { check: rowsOf(({ assets }) => assets.length), schema: listSchema(numbers('of one factor')), isRequired: true },
  covariance: { check: rowsOf(({ factors }) => factors),      schema: listSchema(numbers('a year')), isRequired: true },
}

// prettier-ignore
const MARGIN: Readonly<Record<string, Field>> = {
  rates:     { check: perAsset(number(0)), schema: numbers('margin of a unit of |w|'), isRequired: true },
  available: { check: number(0),           schema: numberSchema('Σ rate·|w| at most'), isRequired: true },
}

// prettier-ignore
const FIELDS: Readonly<Record<string, Field>> = {
  assets:                { check: symbols,                   schema: listSchema(textSchema('symbol, each once')), isRequired: true },
  alpha:                 { check: perAsset(number()),        schema: numbers('expected return a year'), isRequired: true },
  w0:                    { check: perAsset(number()),        schema: numbers('weight before the trade'), isRequired: true },
  idiosyncraticVariance: { check: perAsset(number(0)),       schema: numbers('a year'), isRequired: true },
  beta:                  { check: perAsset(number()),        schema: numbers('to the market') },
  sector:                { check: perAsset(word),            schema: listSchema(textSchema('of the asset')) },
  spreadCost:            { check: perAsset(number(0)),       schema: numbers('of |z|'), isRequired: true },
  impact:                { check: perAsset(number(0)),       schema: numbers('of |z|^(3/2)') },
  borrow:                { check: perAsset(number(0)),       schema: numbers('of a short weight') },
  uncertainty:           { check: perAsset(number(0)),       schema: numbers('ρ of the forecast-error penalty ρ|w|') },
  lower:                 { check: perAsset(number()),        schema: numbers('least weight') },
  upper:                 { check: perAsset(number()),        schema: numbers('largest weight') },
  participation:         { check: perAsset(number(0)),       schema: numbers('largest |z|') },
  warmStart:             { check: perAsset(number()),        schema: numbers('a weight near the solution') },
  cash:                  { check: number(),                  schema: numberSchema('Σw is at most 1 less this') },
  spendCosts:            { check: flag,                      schema: { type: 'boolean', description: 'trading is paid out of cash: Σw with spreadCost·|z| and impact·|z|^(3/2) is at most 1 less cash' } },
  longOnly:              { check: flag,                      schema: { type: 'boolean', description: 'no weight below 0' } },
  factors:               objectOf(FACTORS, true),
  riskAversion:          { check: number(0, true),           schema: numberSchema('γ, > 0') , isRequired: true },
  clusters:              listOfObjects(CLUSTER),
  factorBands:           listOfObjects(BAND),
  margin:                objectOf(MARGIN),
  limits:                objectOf(LIMITS, true),
}

/** What only several fields together can have wrong. */
function* crossChecks(document: PortfolioDocument): Generator<string> {
  const { assets, beta, sector, lower, upper, limits, factors, factorBands = [], clusters = [], cash, spendCosts = false } = document // prettier-ignore
  if (spendCosts && cash === undefined) yield 'cash: missing, expected because spendCosts is there' // prettier-ignore
  if (limits.beta !== undefined && beta === undefined) yield 'beta: missing, expected because limits.beta is there' // prettier-ignore
  for (const name of ['sector', 'sectorGross'] as const)
    if (limits[name] !== undefined && sector === undefined) yield `sector: missing, expected because limits.${name} is there` // prettier-ignore
  for (const [i, symbol] of assets.entries()) {
    const [from, to] = [lower?.[i] ?? -Infinity, upper?.[i] ?? Infinity]
    if (from > to) yield `lower[${i}] (${symbol}): was ${from}, expected at most upper[${i}], which is ${to}` // prettier-ignore
  }
  for (const [at, { lower: from = -Infinity, upper: to = Infinity }] of factorBands.entries())
    if (from > to) yield `factorBands[${at}].lower: was ${from}, expected at most upper, which is ${to}` // prettier-ignore
  for (const [what, names] of [
    ['clusters', clusters.map(({ name }) => name)],
    ['factorBands', factorBands.map(({ factor }) => String(factor))],
  ] as const)
    // prettier-ignore
    for (const name of new Set(names.filter((each, i) => names.indexOf(each) < i)))
      yield `${what} (${name}): twice, expected each once`
  yield* asymmetries(factors.covariance)
}

function* asymmetries(covariance: readonly (readonly number[])[]): Generator<string> {
  for (const [i, row] of covariance.entries()) {
    if (row[i]! < 0) yield `factors.covariance[${i}][${i}]: was ${row[i]}, expected a variance ≥ 0`
    for (const [j, value] of row.entries()) {
      const other = covariance[j]![i]!
      if (j < i && Math.abs(value - other) > 1e-9 * Math.max(Math.abs(value), Math.abs(other)))
        yield `factors.covariance[${i}][${j}]: was ${value}, expected ${other} as in [${j}][${i}]: it is symmetric` // prettier-ignore
    }
  }
}

export const PORTFOLIO_PROBLEM_SCHEMA: Schema = documentSchema(
  'Ballast portfolio problem',
  'What ballast solve reads.',
  schemaOf(FIELDS),
)
