import { expect, test } from 'vitest'
import { createAlarms } from '#runtime/alarms.ts'
import { manualClock, offsetClock } from '#runtime/clock.ts'

test('a manual clock rings what has come due, in order of time, at its time', () => {
  const clock = manualClock(1_000)
  const heard: [string, number][] = []
  const ring = (name: string) => () => heard.push([name, clock.now()])
  clock.alarm(1_300, ring('third'))
  clock.alarm(1_100, ring('first'))
  clock.alarm(1_200, ring('second'))
  clock.alarm(1_400, ring('never'))
  clock.advanceTo(1_300)
  expect(heard).toEqual([
    ['first', 1_100],
    ['second', 1_200],
    ['third', 1_300],
  ])
  expect(clock.now()).toBe(1_300)
})

test('what a ring arms is rung in the same move', () => {
  const clock = manualClock(0)
  const heard: number[] = []
  const every = (): void => {
    heard.push(clock.now())
    clock.alarm(clock.now() + 10, every)
  }
  clock.alarm(10, every)
  clock.advanceTo(35)
  expect(heard).toEqual([10, 20, 30])
})

test('an alarm taken back stays silent', () => {
  const clock = manualClock(0)
  let rung = false
  clock.alarm(5, () => (rung = true))()
  clock.advanceTo(10)
  expect(rung).toBe(false)
})

test('an offset clock is the wall clock, moved', () => {
  const yearAgo = -365 * 86_400_000
  const before = Date.now() + yearAgo
  const now = offsetClock(yearAgo).now()
  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now() + yearAgo)
})

test('setting a timer again moves it; clearing all silences the rest', () => {
  const clock = manualClock(0)
  const rung: string[] = []
  const alarms = createAlarms(clock, (timer) => rung.push(`${timer}@${clock.now()}`))
  alarms.set('wave', 10)
  alarms.set('wave', 20)
  alarms.set('doubt', 15)
  clock.advanceTo(30)
  alarms.set('late', 40)
  alarms.clearAll()
  clock.advanceTo(50)
  expect(rung).toEqual(['doubt@15', 'wave@20'])
})
