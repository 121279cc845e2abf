/**
 * Follows a run to its end: prints its events, and turns Ctrl-C into an interrupt of the run, that
 * is: cancel what is working, reconcile, say what is left.
 */
import type { RunEvent } from '#engine/run-event.ts'
import { RUN_EVENT } from '#contract/run-event.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'
import type { CliContext } from '#cli/context.ts'
import type { Engine } from '#cli/engine/engine.ts'
import { CliError } from '#cli/exit-codes.ts'
import { createRunProgress } from '#cli/render/run.ts'

/**
 * @param json - one event a line on standard output, and nothing else there
 * @param run - gives the command, or waits for the run that goes on
 * @throws CliError when the engine could not do it, or a second Ctrl-C ends the wait
 */
export async function followRun(
  engine: Engine,
  context: CliContext,
  json: boolean,
  run: (onEvent: (event: RunEvent) => void) => Promise<CommandAnswer>,
): Promise<CommandAnswer> {
  const impatient = Promise.withResolvers<never>()
  const show = json ? asLines(context) : asProgress(context)
  let interrupts = 0
  // A run ends with its summary; a plan that is refused has none, and the answer says why.
  let summed = false
  const hear = (event: RunEvent) => {
    show(event)
    summed ||= event.type === 'RunCompleted'
  }
  const release = context.onInterrupt(() => {
    interrupts += 1
    if (interrupts > 1) return impatient.reject(new CliError(LEFT_AT_ONCE, 2))
    context.note(INTERRUPTED)
    engine.command({ name: 'interrupt' }).catch(impatient.reject)
  })
  try {
    const answer = await Promise.race([run(hear), impatient.promise])
    context.status('')
    if (answer.outcome === 'error') throw new CliError(answer.text)
    if (json) context.note(answer.text)
    else if (!summed) context.out(answer.text)
    return answer
  } finally {
    release()
    context.status('')
  }
}

const INTERRUPTED =
  'Interrupted: cancelling what is working, then reconciling. Ctrl-C again leaves at once.'
const LEFT_AT_ONCE =
  'left at once: orders may still be working at the broker (adding ones expire by themselves); see ballast orders, and ballast reconcile'

/** One contract event a line. */
const asLines = (context: CliContext) => (event: RunEvent) =>
  context.out(JSON.stringify(RUN_EVENT.encode(event)))

function asProgress(context: CliContext): (event: RunEvent) => void {
  const progress = createRunProgress(context.ink)
  return (event) => {
    for (const line of progress.heard(event)) context.out(line)
    context.status(progress.status())
  }
}
