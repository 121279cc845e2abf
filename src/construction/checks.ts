/**
 * What is looked at before anything is decided. A check that fails stops the plan whole; one that
 * warns is printed with what was found, what was expected and what to do.
 */
import { toNumber } from '#model/border.ts'
import { format } from '#model/fixed.ts'
import type { PlanCheck } from '#model/plan.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'
import { LEAST_DAYS } from '#risk/aligned-returns.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { unusableQuote } from '#marketdata/freshness.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

/** All checks that need no decision, in the order of the workflow. */
export function checksOf(inputs: PlanInputs, book: ValuedBook, panel: ReturnPanel): PlanCheck[] {
  return [
    { name: 'reconciled', ...inputs.reconciliation },
    ...(inputs.construction !== undefined && inputs.targets.length === 0 ? [] : [targetsValid(inputs)]), // prettier-ignore
    valued(inputs, book),
    quotesUsable(inputs, book),
    historyKnown(book, panel),
    nothingWorking(inputs),
  ]
}

function targetsValid({ targets }: PlanInputs): PlanCheck {
  const name = 'targets'
  const seen = new Set<string>()
  for (const { instrument, weight, lower, upper } of targets) {
    const problem = seen.has(instrument)
      ? 'is there twice, expected once'
      : !Number.isFinite(weight)
        ? `has weight ${weight}, expected a number`
        : (lower ?? weight) > weight || (upper ?? weight) < weight
          ? `has band ${lower ?? weight} to ${upper ?? weight}, expected its weight ${weight} inside`
          : undefined
    if (problem !== undefined)
      return { name, status: 'fail', detail: `${instrument} ${problem}: mend the targets file` }
    seen.add(instrument)
  }
  return { name, status: 'pass', detail: `${targets.length} targets` }
}

/** Our value of the account against the broker's, fractions of the broker's. */
const VALUATION = {
  /** The broker's figure is up to three minutes old (IBKR refreshes account values so). */
  warn: 0.005,
  /** No market moves a diversified book so far in three minutes: something is priced wrong. */
  fail: 0.05,
} as const

function valued({ snapshot, fx }: PlanInputs, { nav, names }: ValuedBook): PlanCheck {
  const name = 'valuation'
  const rateless = snapshot.cash.filter(({ currency, amount }) => amount !== 0n && !fx.has(currency)) // prettier-ignore
  if (rateless.length > 0)
    return {
      name,
      status: 'fail',
      detail: `${listed(rateless.map(({ currency, amount }) => `${format(amount, 2)} ${currency}`))} held, and no rate to ${snapshot.baseCurrency}: expected a quote of the pair; get market data of it, or convert the cash by hand`,
    }
  const blind = names.filter(({ held, unitExposure, unitCash }) => held !== 0n && !Number.isFinite(unitExposure + unitCash)) // prettier-ignore
  if (blind.length > 0)
    return {
      name,
      status: 'fail',
      detail: `${listed(blind.map(({ id }) => id))} held but without any price: get market data, or close by hand`,
    }
  if (!(nav > 0) || !Number.isFinite(nav))
    return { name, status: 'fail', detail: `the net asset value is ${nav}, expected more than 0` }
  const theirs = toNumber(snapshot.margin.netLiquidation)
  const apart = Math.abs(nav - theirs) / Math.abs(theirs)
  const detail = `${nav.toFixed(2)} at our prices, ${theirs.toFixed(2)} by the broker (${(apart * 100).toFixed(2)} % apart)`
  if (!(apart <= VALUATION.fail))
    return { name, status: 'fail', detail: `${detail}: compare positions and prices with the broker` } // prettier-ignore
  const unknown = names.filter(({ instrument, held }) => instrument === undefined && held !== 0n)
  if (unknown.length > 0)
    return { name, status: 'warn', detail: `${detail}; ${listed(unknown.map(({ id }) => id))} at cost, for the broker does not describe it` } // prettier-ignore
  return { name, status: apart <= VALUATION.warn ? 'pass' : 'warn', detail }
}

/** One name without a quote is that name's trouble; most of them without is the feed's. */
const LEAST_QUOTED = 0.5

function quotesUsable(inputs: PlanInputs, { names }: ValuedBook): PlanCheck {
  const name = 'quotes'
  const needed = names.filter(({ instrument }) => instrument !== undefined)
  const bad = needed.flatMap(({ id, quote }) => {
    const reason = unusableQuote(quote, inputs.asOf, inputs.staleness.quoteMs)
    return reason === undefined ? [] : [`${id} (${reason})`]
  })
  const good = needed.length - bad.length
  const detail = `${good} of ${needed.length} names have a fresh two-sided quote`
  if (bad.length === 0) return { name, status: 'pass', detail }
  const failed = good < LEAST_QUOTED * needed.length
  const advice = failed ? ': check the market data connection, then plan again' : '; the others are kept as they are' // prettier-ignore
  return {
    name,
    status: failed ? 'fail' : 'warn',
    detail: `${detail}; not ${listed(bad)}${advice}`,
  }
}

function historyKnown({ names }: ValuedBook, { rows, proxied, dates }: ReturnPanel): PlanCheck {
  const name = 'history'
  const without = names.filter(({ id }) => !rows.has(id)).map(({ id }) => id)
  if (without.length > 0)
    return { name, status: 'warn', detail: `no daily returns for ${listed(without)}, nor of a peer: their risk cannot be measured, expected ${LEAST_DAYS} sessions` } // prettier-ignore
  const detail = `${dates.length} sessions`
  if (proxied.length === 0) return { name, status: 'pass', detail }
  return { name, status: 'warn', detail: `${detail}; fewer than ${LEAST_DAYS} of their own have ${listed(proxied)}: their sector stands in` } // prettier-ignore
}

function nothingWorking({ snapshot }: PlanInputs): PlanCheck {
  const name = 'working orders'
  const names = [...new Set(snapshot.openOrders.map(({ instrument }) => instrument))].toSorted()
  if (names.length === 0) return { name, status: 'pass', detail: 'none' }
  return { name, status: 'warn', detail: `${snapshot.openOrders.length} in ${listed(names)}, which are left out: cancel them or let them fill, then plan again` } // prettier-ignore
}

/** The first few of many, for a line that people read. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(', ')
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown
}
