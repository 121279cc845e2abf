/**
 * Loads a file of daily bars in one of several ways, in a process of its own, and says on standard
 * output what it took: milliseconds since the process began, those of them (and of its threads) that it had
 * a processor, and its peak of resident memory.
 */
import { readFileSync } from 'node:fs'
import { readTradedBars } from '#feeds/files/bars/traded-bars.ts'

const WAYS: Readonly<Record<string, (path: string) => Promise<number>>> = {
  /** The least anything can take that reads the file. */
  bytes: (path) => Promise.resolve(readFileSync(path).length > 0 ? 0 : -1),
  /** What the library offers first: an object a row. */
  rows: async (path) => {
    const [{ asyncBufferFromFile, parquetReadObjects }, { compressors }] = await Promise.all([
      import('hyparquet'),
      import('hyparquet-compressors'),
    ])
    return (await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })).length
  },
  columns: async (path) => {
    const found = await readTradedBars(path, { first: '1900-01-01', last: '2100-01-01' })
    return [...found.values()].reduce((rows, { columns }) => rows + columns.length, 0)
  },
}

const [way = '', path = ''] = process.argv.slice(2)
const load = WAYS[way]
if (load === undefined)
  throw new Error(`no way "${way}"; there are ${Object.keys(WAYS).join(', ')}`)
const rows = await load(path)
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({
    rows,
    ms: performance.now(),
    cpuMs: (user + system) / 1_000,
    peakMb: process.resourceUsage().maxRSS / 1_024,
  }),
)
