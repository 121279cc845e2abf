/**
 * One side of a book as a client holds it, and the changes that bring its copy to what stands now.
 *
 * IBKR's rows have positions; an insertion pushes the rows below it down, a deletion pulls them up. Deletions go
 * first and from below, so that a copy never holds more rows than were asked for.
 */
import type { DepthChange } from '#gateway/messages/outgoing/depth.ts'

/** A row; which one it is, its maker and price say. */
export interface DepthRow {
  readonly price: string
  readonly size: string
  readonly maker: string
}

const keyOf = ({ price, maker }: DepthRow): string => `${maker} ${price}`

/**
 * @param before - what the client holds, best first
 * @param after - what stands now, best first; rows that are in both stand in the same order
 * @returns the changes, to be applied one after the other
 */
export function changesBetween(
  side: DepthChange['side'],
  before: readonly DepthRow[],
  after: readonly DepthRow[],
): readonly DepthChange[] {
  const staying = new Set(after.map(keyOf))
  const changes: DepthChange[] = []
  const left = before.filter((row) => staying.has(keyOf(row)))
  for (let position = before.length - 1; position >= 0; position--) {
    const row = before[position]
    if (row !== undefined && !staying.has(keyOf(row)))
      changes.push({ position, operation: 'delete', side, price: '0', size: '0', maker: row.maker })
  }
  after.forEach((row, position) => {
    const held = left[position]
    if (held !== undefined && keyOf(held) === keyOf(row)) {
      if (held.size !== row.size) changes.push({ position, operation: 'update', side, ...row })
      return
    }
    left.splice(position, 0, row)
    changes.push({ position, operation: 'insert', side, ...row })
  })
  return changes
}
