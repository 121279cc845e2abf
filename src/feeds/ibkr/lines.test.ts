import { expect, test } from 'vitest'
import { createLines } from '#feeds/ibkr/lines.ts'

const always = () => true
const settled = () =>
  new Promise<'nothing'>((resolve) => {
    setImmediate(resolve, 'nothing')
  })

test('no more are lent than there are, first come, first served', async () => {
  const lines = createLines(2)
  const order: number[] = []
  const borrowed = [1, 2, 3, 4].map(async (n) => {
    if (await lines.borrow(always)) order.push(n)
  })
  await settled()
  expect(order).toEqual([1, 2])
  lines.giveBack()
  await settled()
  expect(order).toEqual([1, 2, 3])
  lines.giveBack()
  await Promise.all(borrowed)
  expect(order).toEqual([1, 2, 3, 4])
})

test('what streams reserve is not lent, and is lent when they end', async () => {
  const lines = createLines(3)
  lines.reserve(3)
  const borrowed = lines.borrow(always)
  expect(await Promise.race([borrowed, settled()])).toBe('nothing')
  lines.reserve(2)
  expect(await borrowed).toBe(true)
})

test('who gave up waiting passes the turn on', async () => {
  const lines = createLines(1)
  await lines.borrow(always)
  let isWanted = true
  const tired = lines.borrow(() => isWanted)
  const patient = lines.borrow(always)
  isWanted = false
  lines.giveBack()
  expect(await tired).toBe(false)
  expect(await patient).toBe(true)
})
