/**
 * Enumerable listings by the words that clients ask with, so that a look-up costs the same whatever else is listed.
 *
 * An index is made when a directory is first asked, and made anew when its listing is another one.
 */
import type { Directory, Listed } from '#exchange/listing.ts'
import { localSymbolOf } from '#gateway/contracts/listing.ts'

export interface ListingIndex {
  /** In the listing's order; text in any case. */
  readonly bySymbol: (assetClass: string, symbol: string) => readonly Listed[]
  readonly byLocalSymbol: (assetClass: string, localSymbol: string) => readonly Listed[]
  /** Type and name in upper case. */
  readonly bySecId: (type: string, id: string) => readonly Listed[]
  /** Symbols of stocks and indices that begin so, or whose name holds it. */
  readonly matching: (pattern: string, most: number) => readonly Listed[]
}

const indices = new WeakMap<readonly Listed[], ListingIndex>()

export function listingIndex(directory: Directory): ListingIndex {
  const known = indices.get(directory.listed)
  if (known !== undefined) return known
  const index = indexOf(directory)
  indices.set(directory.listed, index)
  return index
}

function indexOf(directory: Directory): ListingIndex {
  const { listed } = directory
  const symbols = grouped(listed, (of) => `${of.assetClass} ${of.symbol.toUpperCase()}`)
  const locals = grouped(listed, (of) => `${of.assetClass} ${localSymbolOf(of).toUpperCase()}`)
  let secIds: ReadonlyMap<string, readonly Listed[]> | undefined
  const named = listed.filter(({ assetClass }) => assetClass === 'STK' || assetClass === 'IND')
  return {
    bySymbol: (assetClass, symbol) => symbols.get(`${assetClass} ${symbol.toUpperCase()}`) ?? [],
    byLocalSymbol: (assetClass, symbol) => locals.get(`${assetClass} ${symbol.toUpperCase()}`) ?? [], // prettier-ignore
    bySecId: (type, id) => {
      secIds ??= bySecIds(directory)
      return secIds.get(`${type} ${id}`) ?? []
    },
    matching: (pattern, most) => {
      const wanted = pattern.toUpperCase()
      const begin = named.filter(({ symbol }) => symbol.toUpperCase().startsWith(wanted))
      if (begin.length >= most || wanted.length < LEAST_NAME_PATTERN) return begin.slice(0, most)
      const called = named.filter(
        (of) =>
          !begin.includes(of) && directory.facts(of.id).longName.toUpperCase().includes(wanted),
      )
      return [...begin, ...called].slice(0, most)
    },
  }
}

/** Names are searched for patterns of so many letters: less is in every name. */
const LEAST_NAME_PATTERN = 3

function grouped(
  listed: readonly Listed[],
  keyOf: (of: Listed) => string,
): ReadonlyMap<string, readonly Listed[]> {
  const groups = new Map<string, Listed[]>()
  for (const of of listed) {
    const key = keyOf(of)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [of])
    else group.push(of)
  }
  return groups
}

function bySecIds(directory: Directory): ReadonlyMap<string, readonly Listed[]> {
  const groups = new Map<string, readonly Listed[]>()
  for (const of of directory.listed)
    for (const [type, id] of directory.facts(of.id).secIds) {
      const key = `${type.toUpperCase()} ${id.toUpperCase()}`
      groups.set(key, [...(groups.get(key) ?? []), of])
    }
  return groups
}
