/**
 * What a running engine answers over its control socket: `command` does what a verb asks and streams
 * the run meanwhile; `state` hands out the whole state for reading.
 */
import type { Json } from '#model/canonical-json.ts'
import { err, ok, type Result } from '#model/result.ts'
import { record, oneOf, text, optional, type Codec } from '#model/codec.ts'
import { PLAN } from '#model/plan-codec.ts'
import { COMMAND } from '#engine/fact-codec.ts'
import { encodeState } from '#engine/state-codec.ts'
import { RUN_EVENT } from '#contract/run-event.ts'
import type { ControlHandler } from '#runtime/control-server.ts'
import type { CommandAnswer, EngineHost } from '#runtime/engine-host.ts'

/** The names of the control verbs, the same for asker and answerer. */
export const CONTROL = { command: 'command', state: 'state' } as const

export const COMMAND_ANSWER: Codec<CommandAnswer> = record<CommandAnswer>({
  outcome: oneOf('done', 'changes', 'blocked', 'stale', 'error'),
  text: text(),
  plan: optional(PLAN),
})

export function controlHandler(host: EngineHost): ControlHandler {
  return async ({ verb, args }, emit, gone) => {
    if (verb === CONTROL.state) return ok(encodeState(host.state()))
    if (verb === CONTROL.command) return command(host, args, emit, gone)
    return err(`verb: was "${verb}", expected one of ${Object.values(CONTROL).join(', ')}`)
  }
}

/** An asker that hangs up stops hearing of its run; the run goes on. */
async function command(
  host: EngineHost,
  args: Json,
  emit: (event: Json) => void,
  gone: AbortSignal,
): Promise<Result<Json>> {
  const asked = COMMAND.decode(args, 'command')
  if (!asked.ok) return asked
  const stop = host.onRunEvent((event) => {
    if (!gone.aborted) emit(RUN_EVENT.encode(event))
  })
  try {
    return ok(COMMAND_ANSWER.encode(await host.command(asked.value)))
  } finally {
    stop()
  }
}
