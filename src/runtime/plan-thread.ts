/** The engine's side of the planning thread: one at most, started on first use and kept warm. */
import { Worker } from 'node:worker_threads'
import type { Plan } from '#model/plan.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'

export interface PlanThread {
  compute(inputs: PlanInputs): Promise<Plan>
  close(): Promise<void>
}

/** What the worker answers: the plan, or what broke in it. */
export type PlanThreadAnswer =
  { readonly id: number; readonly plan: Plan } | { readonly id: number; readonly error: string }

/** One worker thread, started on first use and kept warm; it never keeps the process alive. */
export function createPlanThread(): PlanThread {
  let worker: Worker | undefined
  let nextId = 1
  const waiting = new Map<
    number,
    { resolve: (plan: Plan) => void; reject: (error: Error) => void }
  >()

  function start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const started = new Worker(new URL(`./plan-worker.${extension}`, import.meta.url))
    started.on('message', (answer: PlanThreadAnswer) => {
      const asker = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('plan' in answer) asker?.resolve(answer.plan)
      else asker?.reject(new Error(answer.error))
    })
    started.on('error', (error) =>
      failAll(error instanceof Error ? error : new Error(String(error))),
    )
    started.on('exit', () => failAll(new Error('the planning worker ended')))
    started.unref()
    return started
  }

  function failAll(error: Error): void {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  return {
    compute(inputs) {
      const running = (worker ??= start())
      const id = nextId++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        running.postMessage({ id, inputs })
      })
    },
    async close() {
      await worker?.terminate()
    },
  }
}
