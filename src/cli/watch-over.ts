/** Watching: reconcile, say what changed, until Ctrl-C. */
import { isoInstantOf } from '#model/time.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'
import type { CliContext } from '#cli/context.ts'
import type { Engine } from '#cli/engine/engine.ts'

/**
 * @param everyMs - between reconciliations; 0: only the first
 * @param json - one line an answer, `{"at","outcome","text"}`
 * @returns when interrupted; orders that work stay at the broker
 * @throws ControlLost when a running engine of another process ends
 */
export async function watchOver(
  engine: Pick<Engine, 'command'>,
  context: CliContext,
  everyMs: number,
  json: boolean,
): Promise<void> {
  const { promise: interrupted, resolve, reject } = Promise.withResolvers<void>()
  const release = context.onInterrupt(resolve)
  let last = ''
  const look = async (): Promise<void> => {
    const answer = await engine.command({ name: 'reconcile' })
    const now = isoInstantOf(Date.now())
    if (json) context.out(JSON.stringify({ at: now, outcome: answer.outcome, text: answer.text }))
    else last = tell(answer, last, now, context)
  }
  try {
    await look()
    const timer = everyMs === 0 ? undefined : setInterval(() => void look().catch(reject), everyMs)
    await interrupted
    clearInterval(timer)
  } finally {
    release()
    context.status('')
  }
}

/** A line when something changed; else only the time moves on. */
function tell({ text }: CommandAnswer, last: string, now: string, context: CliContext): string {
  if (text !== last) context.out(`${now} ${text}`)
  context.status(`${now} watching; Ctrl-C ends`)
  return text
}
