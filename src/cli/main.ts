/** `ballast`: where the program begins. */
import { processContext } from '#cli/context.ts'
import { runCli } from '#cli/cli.ts'

// `ballast journal export | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const code = await runCli(process.argv.slice(2), processContext())
// Whatever a library still holds open must not keep a finished verb alive; what was printed leaves first.
process.stdout.write('', () => process.exit(code))
