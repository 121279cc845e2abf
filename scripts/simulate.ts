/**
 * `npm run simulate [-- --seeds N] [--from SEED] [NAME]`: the seeded worlds of `npm test`, as many as one has time for.
 *
 * `--seeds` is how many each suite plays, `--from` the first; NAME picks the suites whose path holds it.
 */
import { parseArgs } from 'node:util'
import { runTool } from './command.ts'

const { values, positionals } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, from: { type: 'string', default: '1' } },
  allowPositionals: true,
})
for (const [name, text] of Object.entries(values))
  if (!/^\d{1,9}$/.test(text)) {
    console.error(`--${name}: was "${text}", expected a whole number such as 1000`)
    process.exit(1)
  }

const { exitCode, output } = await runTool(
  'vitest',
  ['run', '--config', 'vitest.simulation.config.ts', ...positionals],
  { BALLAST_SEEDS: values.seeds, BALLAST_SEED: values.from },
)
console.log(output)
process.exitCode = exitCode
