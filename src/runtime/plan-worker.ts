/** The thread that computes plans, so that the engine goes on hearing fills meanwhile. */
import { parentPort } from 'node:worker_threads'
import { planFrom } from '#construction/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { PlanThreadAnswer } from '#runtime/plan-thread.ts'

parentPort?.on(
  'message',
  ({ id, inputs }: { readonly id: number; readonly inputs: PlanInputs }) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(answer(id, inputs))
  },
)

function answer(id: number, inputs: PlanInputs): PlanThreadAnswer {
  try {
    return { id, plan: planFrom(inputs) }
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
