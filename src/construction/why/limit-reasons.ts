/** Binding limits and counterfactuals as sentences. */
import type { BindingLimit, Counterfactual } from '#model/plan-why.ts'
import { levelInWords, limitByName, symbolIn } from '#construction/why/limit-words.ts'

/** In what money differences are said. */
export interface AccountWords {
  /** Net asset value, base currency. */
  readonly nav: number
  readonly currency: string
}

/**
 * What a binding limit holds and what more of it would be worth.
 *
 * @example
 * explainLimit({ label: 'sector:Technology', side: 'above', value: 0.2, limit: 0.2, shadowPrice: 0.00126, step: 0.01, worthBps: 0.6 }) // => 'the Technology cap holds at 20.00 %: 1.00 % more is worth about 0.60 bps a day'
 */
export function explainLimit({ label, side, limit, step, worthBps }: BindingLimit): string {
  const at = `${limitByName(label)} holds ${side === 'above' ? 'at' : 'from below at'} ${levelInWords(label, limit)}`
  return `${at}: ${levelInWords(label, step)} more is worth about ${bps(worthBps)} a day`
}

/**
 * What moving a limit would do.
 *
 * @example
 * explainCounterfactual(
 *   { label: 'sector:Technology', limit: 0.2, tried: 0.21, objectiveGain: 0.00126, worthBps: 0.6, differences: [['AAPL.STK.USD', 0.0084]] },
 *   { nav: 1_000_000, currency: 'USD' },
 * ) // => 'the Technology cap at 21.00 % instead of 20.00 % would buy $8,400 more AAPL and is worth 0.60 bps a day'
 */
export function explainCounterfactual(found: Counterfactual, account: AccountWords): string {
  const { label, limit, tried, worthBps, differences } = found
  const moved = `${limitByName(label)} at ${levelInWords(label, tried)} instead of ${levelInWords(label, limit)}`
  const said = differences
    .filter(([, weight]) => Math.abs(weight) * account.nav >= LEAST_MONEY)
    .slice(0, MOST_NAMES)
    .map(([id, weight]) => `${weight > 0 ? 'buy' : 'sell'} ${moneyInWords(Math.abs(weight), account)} more ${symbolIn(id)}`) // prettier-ignore
  if (said.length === 0) return `${moved} would change nothing`
  return `${moved} would ${said.join(', ')} and ${worthBps < 0 ? 'costs' : 'is worth'} ${bps(Math.abs(worthBps))} a day` // prettier-ignore
}

/** Differences of less are not said. */
const LEAST_MONEY = 1
const MOST_NAMES = 2

const bps = (value: number): string => `${value.toFixed(2)} bps`

/** `$8,400`, `EUR 8,400`. */
function moneyInWords(weight: number, { nav, currency }: AccountWords): string {
  const digits = String(Math.round(weight * nav)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  return currency === 'USD' ? `$${digits}` : `${currency} ${digits}`
}
