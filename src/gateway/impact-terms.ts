/**
 * What our trading does to prices, as `--impact` says it: `none`, or the coefficients that differ from the usual
 * ones, such as `permanent=0.5,half-life=30s`.
 *
 * `permanent` is γ of Almgren et al., `turnover` the days in which the shares outstanding turn over, `half-life` the
 * time in which half of what was taken from the book is there again.
 */
import { IMPACT, type ImpactCoefficients } from '#exchange/book/impact.ts'
import { GatewayError } from '#gateway/options.ts'

/** Nothing stays in the price, and the book is full again within a second. */
const NONE: ImpactCoefficients = { ...IMPACT, permanent: 0, halfLifeMs: 1 }

type Reader = (text: string) => Partial<ImpactCoefficients> | undefined

const between = (text: string, least: number, most: number): number | undefined => {
  const value = text === '' ? Number.NaN : Number(text)
  return value >= least && value <= most ? value : undefined
}

const TERMS: Readonly<Record<string, { readonly read: Reader; readonly expected: string }>> = {
  permanent: {
    expected: 'a number from 0 to 10',
    read: (text) => {
      const permanent = between(text, 0, 10)
      return permanent === undefined ? undefined : { permanent }
    },
  },
  turnover: {
    expected: 'days from 1 to 10000',
    read: (text) => {
      const daysToTurnOver = between(text, 1, 10_000)
      return daysToTurnOver === undefined ? undefined : { daysToTurnOver }
    },
  },
  'half-life': {
    expected: 'seconds from 0.1s to 3600s',
    read: (text) => {
      const seconds = text.endsWith('s') ? between(text.slice(0, -1), 0.1, 3_600) : undefined
      return seconds === undefined ? undefined : { halfLifeMs: seconds * 1_000 }
    },
  },
}

/** @throws GatewayError `bad-input` for a term that there is not, or a value that it does not take */
export function impactTerms(text: string): ImpactCoefficients {
  if (text === 'none') return NONE
  let impact = IMPACT
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=')
    const term = Object.entries(TERMS).find(([known]) => known === name.trim())?.[1]
    if (term === undefined)
      throw new GatewayError('bad-input', `--impact: was "${text}", expected none, or ${Object.keys(TERMS).join(', ')} such as permanent=0.5,half-life=30s`) // prettier-ignore
    const read = term.read(value.trim())
    if (read === undefined)
      throw new GatewayError('bad-input', `--impact ${name}: was "${value}", expected ${term.expected}`) // prettier-ignore
    impact = { ...impact, ...read }
  }
  return impact
}
