/**
 * The engine is killed with SIGKILL in the middle of phase A while the gateway lives on, and is
 * started again: the same run completes, no order was sent twice, and the account holds what was
 * planned. What was sent is asked of the gateway by a client of its own.
 */
import { expect, test } from 'vitest'
import type { BrokerSnapshot } from '#model/account.ts'
import { parse, type Quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { isBuying, type Side } from '#model/order.ts'
import { createIbkrBroker } from '#brokers/ibkr/broker.ts'
import { IBKR_DEFAULTS } from '#brokers/ibkr/config.ts'
import { DEMO_ACCOUNT } from '#cli/demo/folder.ts'
import { verifyJournal } from '#journal/sqlite/verify.ts'
import { offsetClock } from '#runtime/clock.ts'
import { ballast, demoWorld, type DemoWorld } from '#test/support/demo-world.ts'

interface PlanDocument {
  readonly planId: string
  readonly phases: Readonly<Record<'A' | 'B', readonly PlanLineDocument[]>>
}

interface PlanLineDocument {
  readonly id: string
  readonly instrument: string
  readonly side: Side
  readonly quantity: string
}

test.each([
  ['as the first orders are decided', 'OrderSubmitted', 1],
  ['as the fills come in', 'Fill', 2],
])('killed %s, the same run completes and nothing is sent twice', async (_, type, count) => {
  const world = await demoWorld()
  const before = holdingsOf(await truth(world))
  const planned = await ballast(world.folder, ['plan', '--json']).ended
  expect(planned, planned.stderr).toMatchObject({ code: 2 })
  const plan = JSON.parse(planned.stdout) as PlanDocument

  let seen = 0
  const first = ballast(world.folder, ['apply', plan.planId, '--yes', '--json'], (line) => {
    if ((JSON.parse(line) as { type: string }).type === type && ++seen === count)
      first.child.kill('SIGKILL')
  })
  expect((await first.ended).signal).toBe('SIGKILL')

  const other = await ballast(world.folder, ['plan']).ended
  expect(other.code, 'another verb does not continue the run').toBe(3)
  expect(other.stderr).toContain(`continue it with ballast apply ${plan.planId.slice(0, 12)}`)

  const second = await ballast(world.folder, ['apply', plan.planId, '--yes', '--json']).ended
  expect(second, second.stderr).toMatchObject({ code: 0 })
  const last = JSON.parse(second.stdout.split('\n').at(-1) ?? '{}') as object
  expect(last).toMatchObject({ type: 'RunCompleted', summary: { verdict: 'completed', breaks: 0 } })

  const after = await truth(world)
  expect(holdingsOf(after)).toEqual(holdingsAfter(before, plan))
  expect(after.openOrders).toEqual([])
  const references = after.completedOrders.map(({ clientOrderId }) => clientOrderId)
  expect(new Set(references).size).toBe(references.length)
  expect(filledByLine(after)).toEqual(orderedByLine(plan))
  expect(verifyJournal(`${world.stateFolder}/journal.sqlite`)).toMatchObject({ findings: [] })
})

/** What the gateway itself says, to a client that has nothing to do with the engine. */
async function truth({ gateway }: DemoWorld): Promise<BrokerSnapshot> {
  const { host, port, clockOffsetMs } = gateway
  const account = DEMO_ACCOUNT as AccountId
  const broker = createIbkrBroker(
    { ...IBKR_DEFAULTS, host, port, clientId: 77, account, mode: 'paper' },
    offsetClock(clockOffsetMs),
  )
  await broker.connect()
  try {
    return await broker.snapshot(20_000)
  } finally {
    await broker.close()
  }
}

const holdingsOf = ({ positions }: BrokerSnapshot): Record<string, bigint> =>
  Object.fromEntries(positions.map(({ instrument, quantity }) => [instrument, quantity]))

function holdingsAfter(before: Record<string, bigint>, { phases }: PlanDocument) {
  const after = { ...before }
  for (const line of [...phases.A, ...phases.B])
    after[line.instrument] = (after[line.instrument] ?? 0n) + signed(line)
  return Object.fromEntries(Object.entries(after).filter(([, held]) => held !== 0n))
}

const orderedByLine = ({ phases }: PlanDocument): Record<string, bigint> =>
  Object.fromEntries([...phases.A, ...phases.B].map((line) => [line.id, signed(line)]))

/** Executed quantity by the leg that the order reference names. */
function filledByLine({ executions }: BrokerSnapshot): Record<string, bigint> {
  const filled: Record<string, bigint> = {}
  for (const { clientOrderId, quantity } of executions) {
    const leg = clientOrderId?.split('-')[2] ?? 'foreign'
    filled[leg] = (filled[leg] ?? 0n) + quantity
  }
  return filled
}

function signed({ side, quantity }: PlanLineDocument): Quantity {
  const size = (parse(quantity) ?? 0n) as Quantity
  return (isBuying(side) ? size : -(size as bigint)) as Quantity
}
