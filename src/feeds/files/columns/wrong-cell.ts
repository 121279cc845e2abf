/** What a message says of a cell: where it is, what was found, what was expected. */
import { FeedError } from '#feeds/feed.ts'
import type { ColumnBatch } from '#feeds/files/columns/columns-file.ts'

/** A cell that is not what its column holds. */
export async function wrongCell(
  batch: ColumnBatch,
  column: string,
  row: number,
  expected: string,
): Promise<FeedError> {
  const shown = await batch.shown(column, row)
  return new FeedError('unreadable', `${batch.place(row)} ${column}: was ${shown}, expected ${expected}`) // prettier-ignore
}
