/**
 * `npm run bench [-- NAME …]`: runs the benchmarks, all or those named, and prints what each has
 * measured. Every figure that depends on the machine stands beside something measured in the same
 * run, or says what it is a share of.
 */
import { cpus } from 'node:os'
import * as algorithms from './algorithms.ts'
import * as journal from './journal.ts'
import * as latency from './latency.ts'
import * as marketFiles from './market-files.ts'
import * as multiPeriod from './multi-period.ts'
import * as orders from './orders.ts'
import * as planning from './planning.ts'
import * as riskModels from './risk-models.ts'
import * as solver from './solver.ts'
import * as streaming from './streaming.ts'
import * as venue from './venue.ts'
import * as wire from './wire.ts'

interface Benchmark {
  /** Measures, and prints its lines. */
  readonly run: () => void | Promise<void>
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  planning,
  'risk-models': riskModels,
  solver,
  'multi-period': multiPeriod,
  wire,
  latency,
  journal,
  orders,
  streaming,
  'market-files': marketFiles,
  venue,
  algorithms,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in BENCHMARKS))
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(BENCHMARKS).join(', ')}`) // prettier-ignore
  process.exit(1)
}

const [cpu] = cpus()
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}`,
)
for (const [name, { run }] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.log('')
  await run()
}
