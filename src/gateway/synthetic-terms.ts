/**
 * What a synthetic market is drawn by, as `--market` says it: `synthetic`, or with terms
 * `synthetic:names=200,volatility=1.5,classes=STK+OPT`.
 *
 * `names` is how many companies there are, `volatility` a factor on every volatility, `classes` what is listed of
 * IBKR's security types; stocks always are.
 */
import type { Listed } from '#exchange/listing.ts'
import { GatewayError } from '#gateway/options.ts'

export interface SyntheticTerms {
  readonly names: number
  readonly volatilityFactor: number
  readonly classes: ReadonlySet<Listed['assetClass']>
}

const USUAL: SyntheticTerms = {
  names: 500,
  volatilityFactor: 1,
  classes: new Set(['STK', 'OPT', 'FUT', 'CASH', 'IND']),
}

type Reader = (text: string) => Partial<SyntheticTerms> | undefined

/** Reads the value of each term; undefined for a value that is none. */
const TERMS: Readonly<Record<string, { readonly read: Reader; readonly expected: string }>> = {
  names: {
    expected: 'a whole number from 1 to 10000',
    read: (text) => {
      const names = Number(text)
      return Number.isInteger(names) && names >= 1 && names <= 10_000 ? { names } : undefined
    },
  },
  volatility: {
    expected: 'a factor from 0.05 to 10, 1 being the usual volatility',
    read: (text) => {
      const volatilityFactor = Number(text)
      return volatilityFactor >= 0.05 && volatilityFactor <= 10 ? { volatilityFactor } : undefined
    },
  },
  classes: {
    expected: 'security types such as STK+OPT+IND, out of STK, OPT, FUT, CASH, IND',
    read: (text) => {
      const asked = text.toUpperCase().split('+')
      const classes = new Set([...USUAL.classes].filter((of) => of === 'STK' || asked.includes(of)))
      return asked.every((of) => classes.has(of as Listed['assetClass'])) ? { classes } : undefined // oxlint-disable-line typescript/no-unsafe-type-assertion -- asked of a set that says whether it is one
    },
  },
}

/** Whether a market is drawn, or else a file. */
export const isSynthetic = (market: string): boolean => /^synthetic(:|$)/.test(market)

/** @throws GatewayError `bad-input` for a term that there is not, or a value that it does not take */
export function syntheticTerms(market: string): SyntheticTerms {
  const text = market.slice('synthetic:'.length)
  let terms = USUAL
  for (const part of text === '' ? [] : text.split(',')) {
    const [name = '', value = ''] = part.split('=')
    const term = Object.entries(TERMS).find(([known]) => known === name.trim())?.[1]
    if (term === undefined)
      throw new GatewayError('bad-input', `--market: was "${market}", expected terms ${Object.keys(TERMS).join(', ')} such as synthetic:names=200,volatility=1.5`) // prettier-ignore
    const read = term.read(value.trim())
    if (read === undefined)
      throw new GatewayError('bad-input', `--market ${name}: was "${value}", expected ${term.expected}`) // prettier-ignore
    terms = { ...terms, ...read }
  }
  return terms
}
