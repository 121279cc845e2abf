/** A running engine, as a verb in another process has it: commands and the state, over its control socket. */
import type { Command } from '#engine/fact.ts'
import { COMMAND } from '#engine/fact-codec.ts'
import type { RunEvent } from '#engine/run-event.ts'
import { decodeState } from '#engine/state-codec.ts'
import type { EngineState } from '#engine/state.ts'
import { RUN_EVENT } from '#contract/run-event.ts'
import { connectControl, type ControlClient } from '#runtime/control-client.ts'
import { COMMAND_ANSWER, CONTROL } from '#runtime/control-verbs.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'

export interface RemoteEngine {
  /** @throws ControlLost when the engine ends before it has answered */
  command(command: Command, onEvent: (event: RunEvent) => void): Promise<CommandAnswer>
  state(): Promise<EngineState>
  close(): void
}

/** Undefined when no engine runs on the state folder. */
export async function reachEngine(stateFolder: string): Promise<RemoteEngine | undefined> {
  const client = await connectControl(stateFolder)
  return client === undefined ? undefined : engineOver(client)
}

function engineOver(client: ControlClient): RemoteEngine {
  return {
    async command(command, onEvent) {
      const reply = await client.request(CONTROL.command, COMMAND.encode(command), (json) => {
        const event = RUN_EVENT.decode(json, 'event')
        if (event.ok) onEvent(event.value)
      })
      if (!reply.ok) return { outcome: 'error', text: reply.error }
      const answer = COMMAND_ANSWER.decode(reply.value, 'answer')
      return answer.ok ? answer.value : { outcome: 'error', text: answer.error }
    },
    async state() {
      const reply = await client.request(CONTROL.state, null)
      const state = reply.ok ? decodeState(reply.value) : reply
      if (!state.ok) throw new Error(`the running engine's state cannot be read: ${state.error}`)
      return state.value
    },
    close: () => client.close(),
  }
}
