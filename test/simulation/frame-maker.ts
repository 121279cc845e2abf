/**
 * Frames that no well-meaning client sends: real requests with fields lost, doubled, swapped or replaced, bytes
 * flipped, lengths wrong, text in no encoding. A function of its draws alone, so that a seed repeats it.
 */
import { Buffer } from 'node:buffer'
import { INCOMING, NOT_SIMULATED } from '#gateway/messages/message-ids.ts'
import { frameOf, framed } from '#gateway/wire/frame.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'

/** Evenly from [0, 1). */
export type Draw = () => number

const CONTRACT = [0, 'AAPL', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', ''] as const
const OPTION = [0, 'AAPL', 'OPT', '20260116', 190, 'C', 100, 'SMART', '', 'USD', '', ''] as const

/** One right request of each kind that has more than an id. */
const REQUESTS: readonly (readonly (string | number)[])[] = [
  [1, 11, 7, ...CONTRACT, 0, '233,236', 0, 0, ''],
  [2, 2, 7],
  [4, 1, 1, ''],
  [5, 1],
  [6, 2, 1, 'DU1234567'],
  [7, 3, 5, 0, '', '', '', '', '', ''],
  [8, 1, 1],
  [9, 8, 6, ...CONTRACT, 0, '', '', ''],
  [9, 8, 6, ...OPTION, 0, '', '', ''],
  [10, 5, 12, ...CONTRACT, 10, 1, ''],
  [11, 1, 12, 1],
  [15, 1, 1],
  [16, 1],
  [20, 8, ...CONTRACT, 0, '', '1 day', '5 D', 1, 'TRADES', 1, 0, ''],
  [20, 9, ...CONTRACT, 0, '20260102-21:00:00', '1 min', '1800 S', 0, 'MIDPOINT', 2, 1, ''],
  [25, 1, 8],
  [49, 1],
  [50, 3, 13, ...CONTRACT, 5, 'TRADES', 0, ''],
  [51, 1, 13],
  [52, 2, 14, 0, 'AAPL', 'STK', 'SMART', '', 'USD', '', 'ReportSnapshot', 0, ''],
  [54, 3, 15, ...OPTION, 5.5, 190, 0, ''],
  [58, 1],
  [59, 1, 3],
  [61, 1],
  [62, 1, 16, 'All', 'NetLiquidation,BuyingPower'],
  [74, 1, 17, 'DU1234567', ''],
  [76, 1, 18, 'DU1234567', '', 1],
  [78, 19, 'AAPL', '', 'STK', 265598],
  [81, 20, 'AA'],
  [87, 21, ...CONTRACT, 0, 1, 'TRADES', 1],
  [88, 22, ...CONTRACT, 0, 1, '3 days'],
  [91, 26],
  [92, 23, 'DU1234567', ''],
  [94, 24, 'DU1234567', '', 265598],
  [96, 25, ...CONTRACT, 0, '20260105 09:35:00 US/Eastern', '', 100, 'TRADES', 1, 0, ''],
  [97, 26, ...CONTRACT, 'Last', 0, 0],
  [99, 1],
]

const ODD_FIELDS: readonly string[] = [
  '',
  '0',
  '-1',
  'NaN',
  'Infinity',
  '-Infinity',
  '1e309',
  '-1e309',
  '1.7976931348623157e+308',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9223372036854775807',
  '99999999999999999999999999',
  '0x10',
  '1e-30',
  ' ',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'DU7654321',
  '\u{1f4b8}',
  'é'.repeat(40),
  'A'.repeat(5_000),
  '20260229 25:61:61 Mars/Olympus',
  '1 fortnight',
]

const KNOWN_IDS = [...Object.values(INCOMING), ...NOT_SIMULATED.keys()]

/** One frame, or what passes for one; about one in eight is no frame at all. */
export function anyFrame(draw: Draw): Buffer {
  const kind = draw()
  if (kind < 0.35) return frameOf(spoiled(orderFields(draw), draw))
  if (kind < 0.7) return frameOf(spoiled(oneOf(REQUESTS, draw).map(String), draw))
  if (kind < 0.88) return frameOf(randomFields(draw))
  return flipped(frameOf(spoiled(oneOf(REQUESTS, draw).map(String), draw)), draw)
}

/** Bytes behind a right length: text in no encoding. */
export const anyPayload = (draw: Draw): Buffer =>
  framed(Buffer.from(Array.from({ length: 1 + below(60, draw) }, () => below(256, draw))))

const ORDER_TYPES = ['MKT', 'LMT', 'STP', 'STP LMT', 'TRAIL', 'TRAIL LIMIT', 'MIT', 'LIT', 'MOC', 'LOC', 'MIDPRICE', 'REL'] // prettier-ignore
const TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK', 'GTD', 'OPG', '']

function orderFields(draw: Draw): readonly string[] {
  return placeOrderFields({
    orderId: String(1 + below(400, draw)),
    orderType: oneOf(ORDER_TYPES, draw),
    tif: oneOf(TIMES_IN_FORCE, draw),
    action: draw() < 0.5 ? 'BUY' : 'SELL',
    totalQuantity: String(1 + below(300, draw)),
    lmtPrice: draw() < 0.7 ? (1 + draw() * 300).toFixed(2) : '',
    auxPrice: draw() < 0.5 ? (1 + draw() * 300).toFixed(2) : '',
    ocaGroup: draw() < 0.1 ? 'group' : '',
    parentId: draw() < 0.1 ? String(below(400, draw)) : '0',
    transmit: draw() < 0.9 ? '1' : '0',
    outsideRth: draw() < 0.3 ? '1' : '0',
    whatIf: draw() < 0.1 ? '1' : '0',
  })
}

/** Some fields replaced, lost, doubled or swapped; often none. */
function spoiled(fields: readonly string[], draw: Draw): readonly string[] {
  const said = [...fields]
  for (let times = below(4, draw); times > 0; times--) {
    const at = 1 + below(Math.max(1, said.length - 1), draw)
    const how = draw()
    if (how < 0.5) said[at] = oneOf(ODD_FIELDS, draw)
    else if (how < 0.65) said.splice(at, 1)
    else if (how < 0.8) said.splice(at, 0, oneOf(ODD_FIELDS, draw))
    else if (how < 0.9) said.length = at
    else said[at] = said[1 + below(Math.max(1, said.length - 1), draw)] ?? ''
  }
  return said
}

const randomFields = (draw: Draw): readonly string[] => [
  draw() < 0.9 ? String(oneOf(KNOWN_IDS, draw)) : oneOf(ODD_FIELDS, draw),
  ...Array.from({ length: below(30, draw) }, () => oneOf(ODD_FIELDS, draw)),
]

/** A bit here and there, the length among them. */
function flipped(frame: Buffer, draw: Draw): Buffer {
  const bytes = Buffer.from(frame)
  for (let times = 1 + below(3, draw); times > 0; times--) {
    const at = below(bytes.length, draw)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8, draw))
  }
  return bytes
}

const below = (n: number, draw: Draw): number => Math.floor(draw() * n)

function oneOf<T>(of: readonly T[], draw: Draw): T {
  const [first] = of
  if (first === undefined) throw new Error('nothing to draw from')
  return of[below(of.length, draw)] ?? first
}
