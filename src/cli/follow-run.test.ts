import { expect, test } from 'vitest'
import type { Command } from '#engine/fact.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'
import { recordedContext } from '#test/support/cli-context.ts'
import type { Engine } from '#cli/engine/engine.ts'
import { followRun } from '#cli/follow-run.ts'
import { watchOver } from '#cli/watch-over.ts'

const DONE: CommandAnswer = { outcome: 'done', text: 'completed' }
const CANCELED: CommandAnswer = { outcome: 'changes', text: 'canceled; 3 lines left' }

const failing = () => Promise.resolve<CommandAnswer>({ outcome: 'error', text: 'no such plan' })

const head = { at: 0, runId: 'r1' as RunId }
const EVENTS: readonly RunEvent[] = [
  { ...head, seq: 1, type: 'RunStarted', planId: 'p' as PlanId, orders: 1 },
  { ...head, seq: 2, type: 'OrderDenied', line: 'A1', instrument: 'A.STK.USD' as InstrumentId, reason: 'collar' }, // prettier-ignore
]

/** An engine that notes what it is told and answers an interrupt by ending the run as canceled. */
function scriptedEngine() {
  const told: Command['name'][] = []
  const run = Promise.withResolvers<CommandAnswer>()
  const engine: Engine = {
    notes: [],
    continued: undefined,
    close: () => Promise.resolve(),
    command: (command) => {
      told.push(command.name)
      if (command.name !== 'apply') {
        run.resolve(CANCELED)
        return Promise.resolve(DONE)
      }
      return run.promise
    },
  }
  return { engine, told, finish: run.resolve }
}

const apply = (engine: Engine) => () => engine.command({ name: 'apply', planId: 'p' as PlanId })

test('a run for programs prints one event a line and nothing else', async () => {
  const context = recordedContext('/')
  const { engine } = scriptedEngine()
  await followRun(engine, context, true, (hear) => {
    EVENTS.forEach(hear)
    return Promise.resolve(DONE)
  })
  const types = context.printed.map((line) => (JSON.parse(line) as { type: string }).type)
  expect(types).toEqual(['RunStarted', 'OrderDenied'])
  expect(context.noted).toEqual(['completed'])
})

test('a run for people prints what happens and how it ended', async () => {
  const context = recordedContext('/')
  const { engine } = scriptedEngine()
  await followRun(engine, context, false, (hear) => {
    EVENTS.forEach(hear)
    return Promise.resolve(DONE)
  })
  expect(context.printed).toEqual([
    'Run: 1 order',
    '  denied    A1   A.STK.USD: collar',
    'completed',
  ])
})

test('Ctrl-C interrupts the run and waits for its end', async () => {
  const context = recordedContext('/')
  const { engine, told } = scriptedEngine()
  const followed = followRun(engine, context, false, apply(engine))
  context.interrupt()
  expect(await followed).toEqual(CANCELED)
  expect(told).toEqual(['apply', 'interrupt'])
  expect(context.noted[0]).toMatch(/^Interrupted: cancelling what is working/)
})

test('a second Ctrl-C leaves at once and says what that means', async () => {
  const context = recordedContext('/')
  const { engine } = scriptedEngine()
  const never: Engine = { ...engine, command: () => new Promise(() => {}) }
  const followed = followRun(never, context, false, apply(never))
  context.interrupt()
  context.interrupt()
  await expect(followed).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/orders may still be working at the broker/),
  })
})

test('what the engine could not do is an error, not an answer', async () => {
  const context = recordedContext('/')
  const { engine } = scriptedEngine()
  await expect(followRun(engine, context, true, failing)).rejects.toThrow('no such plan')
  expect(context.printed).toEqual([])
})

test('after a run Ctrl-C is no longer caught', async () => {
  const context = recordedContext('/')
  const { engine, told, finish } = scriptedEngine()
  finish(DONE)
  await followRun(engine, context, false, apply(engine))
  context.interrupt()
  expect(told).toEqual(['apply'])
})

test('watching reconciles, tells a change once, and ends by Ctrl-C', async () => {
  const context = recordedContext('/')
  const asked = Promise.withResolvers<void>()
  const engine = {
    command: () => {
      asked.resolve()
      return Promise.resolve({ ...DONE, text: 'book and broker agree' })
    },
  }
  const watched = watchOver(engine, context, 0, true)
  await asked.promise
  context.interrupt()
  await watched
  expect(context.printed.map((line) => JSON.parse(line) as object)).toEqual([
    { at: expect.any(String), outcome: 'done', text: 'book and broker agree' },
  ])
})

test('watching ends with the reason when the engine is gone', async () => {
  const gone = { command: () => Promise.reject(new Error('gone')) }
  await expect(watchOver(gone, recordedContext('/'), 0, true)).rejects.toThrow('gone')
})
