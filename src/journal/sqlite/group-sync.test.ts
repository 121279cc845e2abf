import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Head } from '#journal/journal.ts'
import { GroupSync } from '#journal/sqlite/group-sync.ts'
import { scratchFolder } from '#test/support/scratch.ts'

test('all who ask in the same turn share one sync', async () => {
  const { syncs, disk } = syncing()
  disk.reach = 5
  const told = await Promise.all(Array.from({ length: 20 }, () => syncs.wait()))
  expect(new Set(told.map(({ seq }) => seq))).toEqual(new Set([5]))
  expect(disk.durable).toEqual([5])
})

test('who comes while one runs waits for the next, which holds his rows', async () => {
  const { syncs, disk } = syncing()
  disk.reach = 1
  const first = syncs.wait()
  await Promise.resolve()
  await Promise.resolve() // the first, never yet measured, is under way on another thread
  disk.reach = 2
  const second = syncs.wait()
  expect((await first).seq).toBe(1)
  expect((await second).seq).toBe(2)
  expect(disk.durable).toEqual([1, 2])
})

test('what is on disk is not synced again', async () => {
  const { syncs, disk } = syncing()
  await syncs.wait()
  await syncs.wait()
  expect(disk.durable).toEqual([0])
})

test('after a failed sync nothing is promised any more', async () => {
  const { syncs, disk } = syncing('/dev/null') // which the system refuses to sync
  await expect(syncs.wait()).rejects.toThrow('named: EINVAL')
  expect(() => syncs.refuseAfterFailure()).toThrow('named: EINVAL')
  disk.reach = 1
  await expect(syncs.wait()).rejects.toThrow('named: EINVAL')
  expect(disk.durable).toEqual([])
})

test('a head that cannot be written fails the sync', async () => {
  const { syncs, disk } = syncing()
  disk.onDurable = () => {
    throw new Error('no room')
  }
  await expect(syncs.wait()).rejects.toThrow('named: no room')
})

function syncing(path = join(scratchFolder(), 'log')) {
  const fd = openSync(path, 'w')
  const disk = {
    reach: 0,
    durable: [] as number[],
    onDurable: (head: Head) => void disk.durable.push(head.seq),
  }
  const syncs = new GroupSync({
    fd,
    reach: () => ({ seq: disk.reach, hash: '' }),
    onDurable: (head) => disk.onDurable(head),
    failure: (error) => new Error(`named: ${error instanceof Error ? error.message : ''}`),
  })
  onTestFinished(() => closeSync(fd))
  return { syncs, disk }
}
