/** Tables for people: aligned columns, no frame, two spaces between. */
import Table from 'cli-table3'
import type { Ink } from '#cli/render/ink.ts'

export interface ColumnHead {
  readonly title: string
  readonly align: 'left' | 'right'
}

export const left = (title: string): ColumnHead => ({ title, align: 'left' })
export const right = (title: string): ColumnHead => ({ title, align: 'right' })

// prettier-ignore
const NO_FRAME = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '',
  middle: '  ',
}

/**
 * @param rows - cells in the order of the columns; a cell may hold colour
 * @returns lines without spaces at their ends, joined; the header first
 */
export function alignedTable(
  columns: readonly ColumnHead[],
  rows: readonly (readonly string[])[],
  ink: Ink,
): string {
  const table = new Table({
    chars: NO_FRAME,
    head: columns.map(({ title }) => (title === '' ? '' : ink.dim(title))),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
