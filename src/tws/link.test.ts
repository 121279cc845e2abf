import { expect, test } from 'vitest'
import { moveOf, type LinkEvent, type LinkState } from '#tws/link.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  from     | event              | to       | anew
  up       | lost               | degraded | no
  up       | restored-data-lost | up       | yes
  up       | socket-lost        | down     | no
  degraded | restored           | up       | no
  degraded | restored-data-lost | up       | yes
  degraded | socket-lost        | down     | no
  down     | ready              | up       | yes
`),
)('$from, on $event, becomes $to', ({ from, event, to, anew }) => {
  expect(moveOf(from as LinkState, event as LinkEvent)).toEqual({ to, subscribeAnew: anew === 'yes' }) // prettier-ignore
})

test.each(
  table(`
  from     | event
  up       | restored
  up       | ready
  degraded | lost
  degraded | ready
  down     | lost
  down     | restored
  down     | restored-data-lost
  down     | socket-lost
`),
)('$from, on $event, stays as it is', ({ from, event }) => {
  expect(moveOf(from as LinkState, event as LinkEvent)).toBeUndefined()
})
