import { describe, expect, test } from 'vitest'
import { readFaultPlan } from '#gateway/faults/plan.ts'
import { FAULTS } from '#gateway/faults/registry.ts'

const read = (text: string) => readFaultPlan(text, 'faults.yaml', FAULTS)

describe('a plan of faults', () => {
  test('is read whole', () => {
    const plan = read(`
seed: 7
faults:
  - fault: socket-cut
    when: { message: PLACE_ORDER, nth: 3, client: 1 }
  - fault: commission-late
    times: always
    probability: 0.5
    with: { by: 3s }
  - fault: connectivity-lost
    when: { at: '10:05:00' }
    for: 20s
    with: { dataLost: true }
`)
    expect(plan).toEqual({
      ok: true,
      value: {
        seed: 7,
        faults: [
          { fault: 'socket-cut', when: { message: 'PLACE_ORDER', nth: 3, client: 1 } },
          { fault: 'commission-late', times: 'always', probability: 0.5, with: { by: '3s' } },
          {
            fault: 'connectivity-lost',
            when: { at: '10:05:00' },
            for: 20_000,
            with: { dataLost: true },
          },
        ],
        places: ['faults.yaml:4 faults.0', 'faults.yaml:6 faults.1', 'faults.yaml:10 faults.2'],
      },
    })
  })

  test.each([
    ['no YAML', 'faults: [', /^faults\.yaml:1: /],
    ['no list', 'faults: 3', /^faults\.yaml:1 faults: expected a list of faults$/],
    [
      'no such fault',
      'faults:\n  - fault: gremlins',
      /^faults\.yaml:2 faults\.0\.fault: was "gremlins", expected one of client-id-lingers/,
    ],
    [
      'a field that is none',
      'faults:\n  - fault: socket-cut\n    often: yes',
      /^faults\.yaml:2 faults\.0: unknown field often$/,
    ],
    [
      'a message that is none',
      'faults:\n  - fault: socket-cut\n    when:\n      message: PLACE',
      /^faults\.yaml:4 faults\.0\.when\.message: expected the name of a message/,
    ],
    [
      'a duration that is none',
      'faults:\n  - fault: socket-cut\n    for: soon',
      /^faults\.yaml:3 faults\.0\.for: expected a duration such as 250ms/,
    ],
    [
      'a probability above one',
      'faults:\n  - fault: socket-cut\n    probability: 2',
      /^faults\.yaml:3 faults\.0\.probability: /,
    ],
    [
      'a parameter that is none',
      'faults:\n  - fault: commission-late\n    with:\n      by: 3 weeks',
      /^faults\.yaml:4 faults\.0\.with\.by: expected a duration/,
    ],
    [
      'a parameter that is missing',
      'faults:\n  - fault: symbol-halted',
      /^faults\.yaml:2 faults\.0\.with\.symbol: /,
    ],
  ])('%s is refused with its line and field', (_case, text, message) => {
    const plan = read(text)
    expect(plan.ok ? 'accepted' : plan.error).toMatch(message)
  })
})
