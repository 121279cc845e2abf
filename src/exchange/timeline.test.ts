import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { timeline, type DueRank } from '#exchange/timeline.ts'

const KEYS = ['a', 'b', 'c', undefined] as const
const PUSH = record({
  does: constantFrom('push' as const),
  key: constantFrom(...KEYS),
  at: integer({ min: 0, max: 9 }),
  rank: constantFrom<DueRank>(0, 1, 2, 3),
})
const DROP = record({ does: constantFrom('drop' as const), key: constantFrom('a', 'b', 'c') })
const POP = record({ does: constantFrom('pop' as const), until: integer({ min: 0, max: 9 }) })

/** A sorted list of what stands. */
interface Standing {
  readonly at: number
  readonly rank: number
  readonly what: number
  readonly key: string | undefined
}

test('whatever is put, moved and dropped comes out by time, rank and turn, one of a key', () => {
  assert(
    property(
      array(oneof({ weight: 3, arbitrary: PUSH }, DROP, POP), { maxLength: 60 }),
      (steps) => {
        const due = timeline<number>()
        let standing: Standing[] = []
        for (const [what, step] of steps.entries()) {
          if (step.does === 'push') {
            due.push({ at: step.at, rank: step.rank, what }, step.key)
            const same = standing.find(({ key }) => key !== undefined && key === step.key)
            if (same?.at !== step.at || same.rank !== step.rank)
            standing = [...standing.filter((one) => one !== same), { ...step, what }].toSorted((a, b) => a.at - b.at || a.rank - b.rank || a.what - b.what) // prettier-ignore
          } else if (step.does === 'drop') {
            due.drop(step.key)
            standing = standing.filter(({ key }) => key !== step.key)
          } else {
            const [first] = standing
            const expected = first !== undefined && first.at <= step.until ? first : undefined
            expect(due.pop(step.until)?.what).toBe(expected?.what)
            if (expected !== undefined) standing = standing.slice(1)
          }
          expect(due.nextAt()).toBe(standing[0]?.at)
        }
        for (const { what } of standing) expect(due.pop(9)?.what).toBe(what)
        expect(due.pop(9)).toBeUndefined()
      },
    ),
  )
})
