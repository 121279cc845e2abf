/** The command line as a whole: every verb in the order of a first day with the program. */
import { Command, CommanderError } from 'commander'
import type { CliContext } from '#cli/context.ts'
import { EXIT_HELP, type ExitCode } from '#cli/exit-codes.ts'
import type { Cli } from '#cli/verb.ts'
import { addApplyVerb } from '#cli/verbs/apply.ts'
import { addDemoVerb } from '#cli/verbs/demo.ts'
import { addDoctorVerb } from '#cli/verbs/doctor.ts'
import { addGatewayVerb } from '#cli/verbs/gateway.ts'
import { addInitVerb } from '#cli/verbs/init.ts'
import { addJournalVerbs } from '#cli/verbs/journal.ts'
import { addLookVerbs } from '#cli/verbs/look.ts'
import { addPlanVerb } from '#cli/verbs/plan.ts'
import { addSafetyVerbs } from '#cli/verbs/safety.ts'
import { addExplainVerb } from '#cli/verbs/explain.ts'
import { addShowVerbs } from '#cli/verbs/show.ts'
import { addSolveVerb } from '#cli/verbs/solve.ts'
import { addTcaVerb } from '#cli/verbs/tca.ts'
import { addWatchVerb } from '#cli/verbs/watch.ts'
import { programVersion } from '#cli/version.ts'

/** In the order in which the help lists them. */
const VERBS: readonly ((cli: Cli) => void)[] = [
  addDemoVerb,
  addInitVerb,
  addDoctorVerb,
  addPlanVerb,
  addShowVerbs,
  addExplainVerb,
  addApplyVerb,
  addWatchVerb,
  addLookVerbs,
  addSafetyVerbs,
  addTcaVerb,
  addJournalVerbs,
  addGatewayVerb,
  addSolveVerb,
]

/**
 * Runs one command line to its end.
 *
 * @param words - without the program's name
 * @returns what the process ends with
 */
export async function runCli(words: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = 0
  const program = new Command('ballast')
    .description('Plan, apply and watch portfolio rebalances on Interactive Brokers')
    .version(programVersion())
    .addHelpText('after', `\nStart with: ballast demo\n\n${EXIT_HELP}`)
    .showHelpAfterError('(add --help for what is expected)')
    .configureOutput({
      writeOut: (text) => context.out(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    })
    .exitOverride()
  for (const add of VERBS) add({ program, context, exit: (told) => (code = told) })
  for (const verb of allVerbs(program)) verb.copyInheritedSettings(program)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return code
  } catch (error) {
    // Help and version come here too, with 0; a wrong command line has been told already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1
    throw error
  }
}

const allVerbs = (of: Command): readonly Command[] =>
  of.commands.flatMap((verb) => [verb, ...allVerbs(verb)])
