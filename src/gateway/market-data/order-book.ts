/**
 * One side of a book as a client holds it, and the changes that bring its copy to what stands now.
 *
 * Row by row, as the real gateway has been seen to (ib-api-reloaded/ib_async#33, the log of a live book): a row is
 * updated where it stands, inserted below the last and deleted from the end, never in between. So a client that
 * takes an insertion for "put here" holds the same book as one that pushes the rows below it down.
 */
import type { DepthChange } from '#gateway/messages/outgoing/depth.ts'

/** A row; which one it is, its position says. */
export interface DepthRow {
  readonly price: string
  readonly size: string
  readonly maker: string
}

/**
 * @param before - what the client holds, best first
 * @param after - what stands now, best first
 * @returns the changes, to be applied one after the other
 */
export function changesBetween(
  side: DepthChange['side'],
  before: readonly DepthRow[],
  after: readonly DepthRow[],
): readonly DepthChange[] {
  const surplus = before
    .slice(after.length)
    .map(({ maker }, i): DepthChange => ({
      position: after.length + i,
      operation: 'delete',
      side,
      price: '0',
      size: '0',
      maker,
    })) // prettier-ignore
    .toReversed()
  const rows = after.flatMap((row, position): DepthChange[] => {
    const held = before[position]
    if (held === undefined) return [{ position, operation: 'insert', side, ...row }]
    return isSame(held, row) ? [] : [{ position, operation: 'update', side, ...row }]
  })
  return [...surplus, ...rows]
}

const isSame = (one: DepthRow, other: DepthRow): boolean =>
  one.price === other.price && one.size === other.size && one.maker === other.maker
