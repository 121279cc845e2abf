/**
 * The pictures of `docs/concepts`, drawn from the worked example by the solver itself: the efficient frontier with and
 * without the cost of getting there, and the region in which trading is worth less than it costs.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { readPortfolioDocument, type PortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { ROOT } from './command.ts'

const EXAMPLE = 'docs/concepts/example/portfolio.json'

/** SVG text by path. */
export function pictures(): ReadonlyMap<string, string> {
  use([CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]) // prettier-ignore
  const read = readPortfolioDocument(JSON.parse(readFileSync(join(ROOT, EXAMPLE), 'utf8')))
  if (!read.ok) throw new Error(read.error)
  return new Map([
    ['docs/concepts/efficient-frontier.svg', efficientFrontier(read.value)],
    ['docs/concepts/no-trade-region.svg', noTradeRegion()],
  ])
}

type Point = readonly [number, number]

/** Aversions to risk along the frontier, from hardly any to a lot, in equal ratios. */
const AVERSIONS = Array.from({ length: 60 }, (_, i) => 0.2 * Math.exp((i / 59) * Math.log(40)))

function efficientFrontier(document: PortfolioDocument): string {
  const { alpha, spreadCost, w0 } = document
  const free = { ...document, spreadCost: spreadCost.map(() => 0), impact: spreadCost.map(() => 0) }
  const unlimited = { ...free, limits: { ...document.limits, turnover: 2 } }
  const frontier = (of: PortfolioDocument) => AVERSIONS.map((riskAversion) => spotOf(document, weightsOf({ ...of, riskAversion }))) // prettier-ignore
  const today: Point = [riskOf(document, w0), 100 * dot(alpha, w0)]
  const chosen = spotOf(document, weightsOf(document))
  const line = (name: string, data: readonly Point[], color: string, type = 'solid') => ({ type: 'line', name, data, showSymbol: false, lineStyle: { color, type, width: 2 }, itemStyle: { color } }) // prettier-ignore
  const spot = (name: string, at: Point, color: string) => ({ type: 'scatter', name, data: [at], symbolSize: 11, itemStyle: { color } }) // prettier-ignore
  return drawn(
    'Return after costs of trading there, against risk',
    axis('risk: standard deviation a year, %'),
    axis('expected return a year, %'),
    [
      line('costs and turnover left out', frontier(unlimited).map(([x], i) => [x, 100 * dot(alpha, weightsOf({ ...unlimited, riskAversion: AVERSIONS[i]! }))]), '#8a8f98', 'dashed'), // prettier-ignore
      line('the same portfolios, costs paid', frontier(unlimited), '#d0743c'),
      line('costs and turnover considered', frontier(document), '#2f6fb0'),
      spot('held today', today, '#333'),
      spot('chosen by the example', chosen, '#2f6fb0'),
    ],
  )
}

/** Two names, so that starts and ends lie in a plane: the arrows go where the solver goes. */
const TWO: PortfolioDocument = {
  assets: ['A', 'B'],
  alpha: [0.08, 0.06],
  w0: [0, 0],
  idiosyncraticVariance: [0.02, 0.015],
  spreadCost: [0.006, 0.004],
  factors: { exposures: [[1], [0.8]], covariance: [[0.02]] },
  riskAversion: 2,
  limits: {},
}

const GRID = Array.from({ length: 10 }, (_, i) => 0.1 + 0.06 * i)

const percent = (w: ArrayLike<number>): Point => [100 * w[0]!, 100 * w[1]!]

function noTradeRegion(): string {
  const starts = GRID.flatMap((a) => GRID.map((b) => [a, b] as const))
  const moves = starts.map((w0) => ({ from: w0, to: weightsOf({ ...TWO, w0: [...w0] }) }))
  const still = moves.filter(({ from, to }) => from.every((w, i) => Math.abs(w - to[i]!) < 1e-9))
  const moving = moves.filter((move) => !still.includes(move))
  const best = weightsOf({ ...TWO, spreadCost: [0, 0] })
  return drawn(
    'Where trading two names is worth its cost, and where it ends',
    axis('weight of A, %'),
    axis('weight of B, %'),
    [
      { type: 'line', name: 'nothing is traded inside', data: cornersOf().map(percent), showSymbol: false, areaStyle: { color: '#2f6fb0', opacity: 0.15 }, lineStyle: { color: '#2f6fb0', width: 2 }, itemStyle: { color: '#2f6fb0' } }, // prettier-ignore
      ...moving.map(({ from, to }) => ({ type: 'line', data: [percent(from), percent(to)], symbol: ['none', 'arrow'], symbolSize: 6, showSymbol: false, lineStyle: { color: '#b9bec6', width: 1 } })), // prettier-ignore
      { type: 'scatter', name: 'held, and traded to the edge', data: moving.map(({ from }) => percent(from)), symbolSize: 5, itemStyle: { color: '#8a8f98' } }, // prettier-ignore
      { type: 'scatter', name: 'held, and left alone', data: still.map(({ from }) => percent(from)), symbolSize: 7, itemStyle: { color: '#2f6fb0' } }, // prettier-ignore
      { type: 'scatter', name: 'best without costs', data: [percent(best)], symbolSize: 11, itemStyle: { color: '#d0743c' } }, // prettier-ignore
    ],
  )
}

/**
 * The corners of the region, in order and back to the first: there the slope of both names equals the cost, one way or
 * the other, v − 2γ Cov w = ±a, a linear equation a corner.
 */
function cornersOf(): readonly Point[] {
  const { alpha, spreadCost, riskAversion, idiosyncraticVariance: d, factors } = TWO
  const [x = 0, y = 0] = factors.exposures.flat()
  const common = factors.covariance[0]![0]!
  const [p, q, r] = [x * x * common + d[0]!, x * y * common, y * y * common + d[1]!]
  const signs: readonly Point[] = [[1, 1], [1, -1], [-1, -1], [-1, 1], [1, 1]] // prettier-ignore
  return signs.map(([s, t]) => {
    const [u, v] = [(alpha[0]! - s * spreadCost[0]!) / (2 * riskAversion), (alpha[1]! - t * spreadCost[1]!) / (2 * riskAversion)] // prettier-ignore
    const determinant = p * r - q * q
    return [(r * u - q * v) / determinant, (p * v - q * u) / determinant]
  })
}

function weightsOf(document: PortfolioDocument): readonly number[] {
  const form = normalFormOf(document)
  if (!form.ok) throw new Error(form.error)
  const solution = solvePortfolio(form.value.problem)
  if (solution === 'infeasible' || solution.status !== 'optimal') throw new Error('no optimum')
  return [...solution.weights]
}

/** Risk and return after the costs of getting there, per cent a year. */
function spotOf(document: PortfolioDocument, w: readonly number[]): Point {
  const { alpha, spreadCost, impact = [], w0 } = document
  const costs = w.map((weight, i) => {
    const size = Math.abs(weight - w0[i]!)
    return size * (spreadCost[i]! + (impact[i] ?? 0) * Math.sqrt(size))
  })
  return [riskOf(document, w), 100 * (dot(alpha, w) - costs.reduce((a, b) => a + b, 0))]
}

function riskOf(
  { factors, idiosyncraticVariance }: PortfolioDocument,
  w: readonly number[],
): number {
  const y = factors.covariance.map((_, j) => dot(factors.exposures.map((row) => row[j]!), w)) // prettier-ignore
  const common = dot(y, factors.covariance.map((row) => dot(row, y))) // prettier-ignore
  return 100 * Math.sqrt(common + dot(idiosyncraticVariance, w.map((x) => x * x))) // prettier-ignore
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, i) => total + value * b[i]!, 0)

const axis = (name: string) => ({ type: 'value', name, nameLocation: 'middle', nameGap: 32, scale: true, splitLine: { lineStyle: { color: '#e6e8eb' } } }) // prettier-ignore

function drawn(title: string, xAxis: object, yAxis: object, series: readonly object[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 760, height: 500 })
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    title: { text: title, left: 'center', top: 8, textStyle: { fontSize: 15 } },
    legend: { bottom: 4, itemGap: 28, icon: 'roundRect', itemWidth: 16, itemHeight: 8 },
    grid: { left: 64, right: 24, top: 48, bottom: 112 },
    xAxis,
    yAxis,
    series: [...series],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}
