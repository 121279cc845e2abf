/**
 * What algorithms cost against the simulated venue, beside a plain market order of the same size: each at the size and
 * over the time it is meant for, over seeds, each seed bought and sold, so that where the price happened to go takes
 * no side. Then what a tick costs.
 */
import { ALGORITHMS, type AlgorithmName } from '#execution/algorithms/algorithm.ts'
import { startAlgorithm, stepAlgorithm } from '#execution/algorithms/run-algorithm.ts'
import { parentFor, worked, workedAtMarket, world } from '#test/support/algorithm-desk.ts'

/** Share of a day's volume and minutes that an algorithm is meant for. */
export const INTENDED: Readonly<Record<AlgorithmName, { readonly share: number; readonly minutes: number }>> = {
  'passive-then-cross': { share: 0.0005, minutes: 10 },
  twap: { share: 0.005, minutes: 60 },
  vwap: { share: 0.01, minutes: 120 },
  participation: { share: 0.02, minutes: 180 },
  'implementation-shortfall': { share: 0.005, minutes: 60 },
  iceberg: { share: 0.002, minutes: 30 },
} // prettier-ignore

const SEEDS = Number(process.env['BALLAST_BENCH_SEEDS'] ?? 12)

/** Prints bps against the mid at arrival, and messages. */
export function run(): void {
  console.log(`algorithms: cost in bps against the mid at arrival, ${SEEDS} seeds, each bought and sold`) // prettier-ignore
  console.log('  algorithm                  of a day  minutes   cost   ± s.e.  at market   filled  passive  messages (bound)') // prettier-ignore
  for (const algorithm of ALGORITHMS) console.log(lineOf(algorithm))
  ticks()
}

function lineOf(algorithm: AlgorithmName): string {
  const { share, minutes } = INTENDED[algorithm]
  const [costs, plain]: [number[], number[]] = [[], []]
  let [filled, wanted, added, messages, bound] = [0, 0, 0, 0, 0]
  for (let seed = 1; seed <= SEEDS; seed++) {
    let [cost, market] = [0, 0]
    for (const side of ['BUY', 'SHORT'] as const) {
      const place = world(seed)
      const parent = parentFor(place, share, minutes, { side })
      const outcome = worked(algorithm, place, parent)
      const other = world(seed)
      cost += outcome.costBps / 2
      market += workedAtMarket(other, parentFor(other, share, minutes, { side })) / 2
      filled += Number(outcome.filled)
      wanted += Number(parent.quantity)
      for (const fill of outcome.fills) added += fill.added ? fill.units * 1e9 : 0
      messages = Math.max(messages, outcome.state.messages)
      bound = outcome.state.pace.mostMessages
    }
    costs.push(cost)
    plain.push(market)
  }
  const cells = [algorithm.padEnd(26), `${(share * 100).toFixed(2)} %`.padStart(8), String(minutes).padStart(8), mean(costs).toFixed(2).padStart(7), error(costs).toFixed(2).padStart(7), mean(plain).toFixed(2).padStart(10), `${((100 * filled) / wanted).toFixed(1)} %`.padStart(8), `${((100 * added) / filled).toFixed(0)} %`.padStart(7), `${messages} (${bound})`.padStart(14)] // prettier-ignore
  return `  ${cells.join(' ')}`
}

const mean = (of: readonly number[]): number =>
  of.reduce((sum, value) => sum + value, 0) / of.length

function error(of: readonly number[]): number {
  const centre = mean(of)
  const squares = of.reduce((sum, value) => sum + (value - centre) * (value - centre), 0)
  return Math.sqrt(squares / (of.length - 1) / of.length)
}

const TICKS = 100_000

/** A quote to an algorithm that has a child at work. */
function ticks(): void {
  const place = world(1)
  const parent = parentFor(place, 0.01, 300)
  for (const algorithm of ALGORITHMS) {
    const started = startAlgorithm(algorithm, parent)
    if (!started.ok) throw new Error(started.error)
    const begin = performance.now()
    for (let i = 0; i < TICKS; i++) {
      const at = parent.arrivalAt + i * 10
      const bid = parent.arrivalMid - 0.01 * (1 + (i % 3))
      const quote = { instrument: place.stock.id, bid, ask: bid + 0.02, bidSize: 500, askSize: 500, last: bid, close: bid, volume: i, at, kind: 'live', halted: false } as const // prettier-ignore
      stepAlgorithm(started.value, { type: 'quote', at, quote })
    }
    const each = ((performance.now() - begin) * 1_000) / TICKS
    console.log(`  a tick of ${algorithm.padEnd(26)} ${each.toFixed(2).padStart(6)} µs`)
  }
}
