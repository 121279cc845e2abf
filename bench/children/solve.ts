/**
 * Solves one portfolio document from standard input in this fresh process, and prints how many milliseconds set-up and
 * solve took and the most memory that the process ever held, MB. Given nothing it solves nothing: what Node itself holds.
 */
import { existsSync, readFileSync } from 'node:fs'

const text = readFileSync(0, 'utf8')
const ms = text === '' ? 0 : await solved(text)
console.log(JSON.stringify({ ms, peakMb: peakMb() }))

/** On Linux what this program held, which `maxRSS` confuses with what its parent held before it started this one. */
function peakMb(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  return Number(kilobytes) / 1024
}

async function solved(given: string): Promise<number> {
  const { normalFormOf } = await import('#contract/portfolio-normal-form.ts')
  const { solvePortfolio } = await import('#numerics/portfolio/solve.ts')
  const document = JSON.parse(given) as Parameters<typeof normalFormOf>[0]
  const begun = performance.now()
  const form = normalFormOf(document)
  if (!form.ok) throw new Error(form.error)
  solvePortfolio(form.value.problem)
  return performance.now() - begun
}
