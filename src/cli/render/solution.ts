/** The solution of a portfolio problem, for people: what is traded most, and what the limits cost. */
import type { PortfolioDocument } from '#contract/portfolio-document.ts'
import type { PortfolioSolution } from '#contract/portfolio-solution.ts'
import { counted } from '#cli/render/figures.ts'
import type { Ink } from '#cli/render/ink.ts'
import { alignedTable, left, right } from '#cli/render/table.ts'

const MOST_SHOWN = 15
/** Below it a trade or a price is rounding. */
const LEAST = 1e-9

export function renderSolution(
  document: PortfolioDocument,
  solution: PortfolioSolution,
  ink: Ink,
): string {
  // prettier-ignore
  const { status, conflict, objective = Number.NaN, milliseconds, iterations = 0 } = solution
  if (conflict !== undefined) return renderConflict(conflict, ink)
  const head = `${ink.bold(status)}: objective ${objective.toPrecision(8)}, ${counted(iterations, 'iteration')}, ${milliseconds.toFixed(1)} ms` // prettier-ignore
  return [head, '', ...trades(document, solution, ink), '', ...prices(solution, ink)].join('\n')
}

function renderConflict(
  { limits, cheapestRelaxation }: NonNullable<PortfolioSolution['conflict']>,
  ink: Ink,
): string {
  // prettier-ignore
  const gives = Object.entries(cheapestRelaxation).map(([name, size]) => `  ${name} by ${size.toPrecision(3)}`) // prettier-ignore
  return [
    `${ink.bold('infeasible')}: these limits cannot hold together, and any one fewer can`,
    ...limits.map((name) => `  ${name}`),
    '',
    'the cheapest relaxation that makes them hold:',
    ...gives,
  ].join('\n')
}

function trades(
  { assets, w0 }: PortfolioDocument,
  { weights = [] }: PortfolioSolution,
  ink: Ink,
): readonly string[] {
  // prettier-ignore
  const traded = [...weights.entries()]
    .map(([i, after]) => ({ symbol: assets[i] ?? '', before: w0[i] ?? 0, after }))
    .map((row) => ({ ...row, trade: row.after - row.before }))
    .filter(({ trade }) => Math.abs(trade) > LEAST)
    .toSorted((a, b) => Math.abs(b.trade) - Math.abs(a.trade))
  const columns = [left('asset'), right('before'), right('after'), right('trade')]
  const rows = traded.slice(0, MOST_SHOWN).map(({ symbol, before, after, trade }) => [symbol, percent(before), percent(after), percent(trade)]) // prettier-ignore
  const rest = traded.length - rows.length
  if (rows.length === 0) return ['nothing to trade']
  return [alignedTable(columns, rows, ink), ...(rest > 0 ? [ink.dim(`and ${rest} more`)] : [])]
}

function prices({ shadowPrices = {} }: PortfolioSolution, ink: Ink): readonly string[] {
  const dear = Object.entries(shadowPrices)
    .filter(([, price]) => price > LEAST)
    .toSorted(([, a], [, b]) => b - a)
  if (dear.length === 0) return ['no limit binds']
  const rows = dear.slice(0, MOST_SHOWN).map(([name, price]) => [name, price.toPrecision(4)])
  const rest = dear.length - rows.length
  const table = alignedTable([left('limit that binds'), right('worth of a unit more')], rows, ink)
  return [table, ...(rest > 0 ? [ink.dim(`and ${rest} more`)] : [])]
}

const percent = (weight: number): string => `${(100 * weight).toFixed(3)} %`
