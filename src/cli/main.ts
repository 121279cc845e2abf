/** `ballast`: where the program begins. */
import { processContext } from '#cli/context.ts'
import { runCli } from '#cli/cli.ts'

/** The pipe or the terminal that we print to is gone. */
const GONE = new Set<string | undefined>(['EPIPE', 'EIO'])
let code = 0
let isToldOff = false

// `ballast journal export | head` is no failure. A verb that listens for interrupts has orders to
// take back first: `ballast apply … | head` ends as by Ctrl-C.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!GONE.has(error.code)) throw error
  if (isToldOff) return // it is ending, with a code of its own
  isToldOff = true
  if (process.listenerCount('SIGTERM') === 0) process.exit(code)
  process.emit('SIGTERM', 'SIGTERM')
})
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (!GONE.has(error.code)) throw error
})

code = await runCli(process.argv.slice(2), processContext())
// Whatever a library still holds open must not keep a finished verb alive; what was printed leaves first.
process.stdout.write('', () => process.exit(code))
