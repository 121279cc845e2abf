/** Columns of numbers that rows are added to, in large parts or one by one, without an object a row. */

export interface GrowingColumns<Name extends string> {
  readonly length: number
  /** @param parts - every column, all of one length */
  append(parts: Readonly<Record<Name, Float64Array>>): void
  /** The last value of a column; undefined while there is none. */
  last(name: Name): number | undefined
  /** The columns, each exactly as long as there are rows. Nothing may be appended afterwards. */
  trimmed(): Readonly<Record<Name, Float64Array>>
}

/** @param capacity - rows expected at first; more are made room for */
export function growingColumns<const Name extends string>(
  names: readonly Name[],
  capacity: number,
): GrowingColumns<Name> {
  const columns = new Map(names.map((name) => [name, new Float64Array(capacity)]))
  let [length, room] = [0, capacity]
  const resize = (rows: number) => {
    for (const [name, values] of columns) {
      const moved = new Float64Array(rows)
      moved.set(values.subarray(0, length))
      columns.set(name, moved)
    }
    room = rows
  }
  return {
    get length() {
      return length
    },
    append: (parts) => {
      const rows = Object.values<Float64Array>(parts)[0]?.length ?? 0
      // Half as much again: rows that come one by one are moved a few dozen times, not each time.
      if (length + rows > room) resize(Math.max(length + rows, Math.ceil(room * 1.5)))
      for (const [name, values] of columns) values.set(parts[name], length)
      length += rows
    },
    last: (name) => columns.get(name)?.[length - 1],
    trimmed: () => {
      if (room > length) resize(length)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the map has every name
      return Object.fromEntries(columns) as Record<Name, Float64Array>
    },
  }
}
