/**
 * What an intraday file holds, by its columns.
 *
 * | columns | rows |
 * | --- | --- |
 * | `bid_open` … `bid_close`, `ask_open` … `ask_close`, perhaps `bid_size`, `ask_size` | bars of quotes |
 * | `open` `high` `low` `close` `volume` | bars of trades |
 * | `bid` `ask`, perhaps `bid_size`, `ask_size` | single quotes |
 * | `price` and `size` | single trades |
 */
import { FeedError } from '#feeds/feed.ts'
import type { ColumnsFile } from '#feeds/files/columns/columns-file.ts'
import type { IntradaySeries } from '#marketdata/intraday.ts'

export interface IntradayLayout {
  readonly kind: IntradaySeries['kind']
  /** Always there. `may be empty`: a side that nobody quoted. */
  readonly numbers: readonly NumberColumn[]
  /** `exchange` and `condition`, where the file has them. */
  readonly texts: Readonly<Partial<Record<TextName, string>>>
}

export interface NumberColumn {
  readonly name: string
  readonly holds: 'price' | 'side' | 'size' | 'side size'
  /** Whether the file has it: the size of a side may be missing. */
  readonly present: boolean
}

export type TextName = 'exchange' | 'condition'

const OHLC = ['open', 'high', 'low', 'close']
const BID_BARS = OHLC.map((name) => `bid_${name}`)
const ASK_BARS = OHLC.map((name) => `ask_${name}`)
const CONDITIONS = ['condition', 'sale_condition', 'quote_condition']

interface Kind {
  readonly kind: IntradaySeries['kind']
  readonly needs: Readonly<Record<string, NumberColumn['holds']>>
  readonly may: readonly string[]
}

const every = <T extends string>(names: readonly string[], holds: T): Readonly<Record<string, T>> =>
  Object.fromEntries(names.map((name) => [name, holds]))

const KINDS: readonly Kind[] = [
  { kind: 'quote-bars', needs: every([...BID_BARS, ...ASK_BARS], 'side'), may: ['bid_size', 'ask_size'] }, // prettier-ignore
  { kind: 'trade-bars', needs: { ...every(OHLC, 'price'), volume: 'size' }, may: [] },
  { kind: 'quotes', needs: every(['bid', 'ask'], 'side'), may: ['bid_size', 'ask_size'] },
  { kind: 'trades', needs: { price: 'price', size: 'size' }, may: [] },
]

/** @throws FeedError `unreadable` where the columns are none of these kinds */
export function intradayLayout({ path, names }: ColumnsFile): IntradayLayout {
  const kind = KINDS.find(({ needs }) => Object.keys(needs).every((name) => names.includes(name)))
  // A message of a limit order book has a price and a size too, but is no trade.
  if (kind === undefined || names.includes('event_type'))
    throw new FeedError('unreadable', `${path}: was columns ${names.join(', ')}, expected open, high, low, close, volume; bid_open … ask_close; bid, ask; or price, size`) // prettier-ignore
  const needed = Object.entries(kind.needs).map(([name, holds]) => ({ name, holds, present: true }))
  const sizes = kind.may.map((name) => ({ name, holds: 'side size', present: names.includes(name) }) as const) // prettier-ignore
  const condition = CONDITIONS.find((name) => names.includes(name))
  return {
    kind: kind.kind,
    numbers: [...needed, ...sizes],
    texts: {
      ...(names.includes('exchange') ? { exchange: 'exchange' } : {}),
      ...(condition === undefined ? {} : { condition }),
    },
  }
}
