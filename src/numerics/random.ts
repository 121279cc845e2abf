/**
 * Chance without a clock: a counter-based generator, so that any draw can be asked for by name.
 *
 * `philox4x32-10` turns (key, counter) into 128 random bits without any state; a key is derived
 * from a seed and a path of labels, which makes streams splittable: `randomKey(7, 'AAPL', 3)` is
 * independent of `randomKey(7, 'AAPL', 4)`, whoever draws first. Only 32-bit integer arithmetic,
 * so every machine gives the same bits; `normal` adds a rational function, a square root and,
 * beyond 1.44 standard deviations, one logarithm.
 *
 * Sources: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
 * SC'11 (the generator, and the known answers in the test); M. Wichura, "Algorithm AS 241: The
 * Percentage Points of the Normal Distribution", Applied Statistics 37 (1988), PPND16.
 */
import { invariant } from '#model/invariant.ts'

/** The name of one stream: 64 bits. */
export interface RandomKey {
  readonly low: number
  readonly high: number
}

/** A stream read from front to back. `position` and the key are its whole state. */
export interface RandomStream {
  readonly key: RandomKey
  /** How many draws were made; `randomStream(key, position)` goes on from here. */
  readonly position: number
  /** In [0, 1), 53 bits. */
  uniform(): number
  /** Standard normal. */
  normal(): number
  /** A whole number in [0, bound). */
  below(bound: number): number
}

/**
 * The key of a stream, from a seed and a path of labels.
 *
 * @param seed - any safe integer
 * @param path - names and numbers (safe integers); another path is another, independent stream
 */
export function randomKey(seed: number, ...path: readonly (string | number)[]): RandomKey {
  return childKey({ low: lowWord(seed), high: highWord(seed) }, ...path)
}

/** The key of a stream below another: `childKey(randomKey(7, 'AAPL'), 3)` is `randomKey(7, 'AAPL', 3)`. */
export function childKey(key: RandomKey, ...path: readonly (string | number)[]): RandomKey {
  return path.reduce<RandomKey>(
    (parent, label) =>
      typeof label === 'number' ? numbered(parent, label) : labelled(parent, label),
    key,
  )
}

/**
 * The draw number `index` of a stream.
 *
 * @param index - whole, ≥ 0
 * @returns uniform in [0, 1), 53 bits
 */
export function uniformAt(key: RandomKey, index: number): number {
  philox(lowWord(index), highWord(index), 0, 0, key)
  return unitInterval(block[0], block[1])
}

/** The standard normal draw number `index` of a stream. */
export function normalAt(key: RandomKey, index: number): number {
  return normalQuantile(openInterval(uniformAt(key, index)))
}

/** Fills `out` with standard normal draws of a stream, two of each 128-bit block. */
export function fillNormals(key: RandomKey, out: Float64Array): void {
  for (let i = 0; i < out.length; i += 2) {
    philox(lowWord(i), highWord(i), 1, 0, key)
    const second = unitInterval(block[2], block[3])
    out[i] = normalQuantile(openInterval(unitInterval(block[0], block[1])))
    if (i + 1 < out.length) out[i + 1] = normalQuantile(openInterval(second))
  }
}

/** A stream from its draw number `from` on. */
export function randomStream(key: RandomKey, from = 0): RandomStream {
  let position = from
  const uniform = (): number => uniformAt(key, position++)
  return {
    key,
    get position() {
      return position
    },
    uniform,
    normal: () => normalQuantile(openInterval(uniform())),
    below: (bound) => Math.floor(uniform() * bound),
  }
}

/**
 * The standard normal quantile, AS 241 (PPND16): about 1 part in 1e16.
 *
 * @param p - probability in (0, 1)
 *
 * @example
 * normalQuantile(0.5) // => 0
 */
export function normalQuantile(p: number): number {
  invariant(p > 0 && p < 1, 'a quantile is asked at a probability between 0 and 1')
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return q * ratio(CENTRAL, r)
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const tail = r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(FAR, r - 5)
  return q < 0 ? -tail : tail
}

/** Numerator and denominator, lowest power first. */
type Rational = readonly [readonly number[], readonly number[]]

// prettier-ignore
const CENTRAL: Rational = [
  [3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
  [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
]
// prettier-ignore
const MIDDLE: Rational = [
  [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414],
  [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9],
]
// prettier-ignore
const FAR: Rational = [
  [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7],
  [1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15],
]

const ratio = ([numerator, denominator]: Rational, x: number): number =>
  polynomial(numerator, x) / polynomial(denominator, x)

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0)
  return sum
}

/** 53 of 64 bits as a fraction in [0, 1). */
const unitInterval = (first: number, second: number): number =>
  ((first >>> 5) * 67_108_864 + (second >>> 6)) / 9_007_199_254_740_992

/** Zero moved half a step inside. */
const openInterval = (u: number): number => (u > 0 ? u : 5.551115123125783e-17)

function numbered(parent: RandomKey, label: number): RandomKey {
  invariant(Number.isSafeInteger(label), 'a stream is named by text or a safe integer')
  philox(lowWord(label), highWord(label), 2, 0, parent)
  return { low: block[0], high: block[1] }
}

function labelled(parent: RandomKey, label: string): RandomKey {
  let key = parent
  for (let i = 0; i <= label.length; i += 2) {
    philox(unitAt(label, i), unitAt(label, i + 1), 3, label.length, key)
    key = { low: block[0], high: block[1] }
  }
  return key
}

const unitAt = (text: string, i: number): number => (i < text.length ? text.charCodeAt(i) : 0)

const lowWord = (value: number): number => value >>> 0
const highWord = (value: number): number => Math.floor(value / 4_294_967_296) >>> 0

/** The answer of the last `philox` call, read at once by its caller. */
const block: [number, number, number, number] = [0, 0, 0, 0]

/**
 * Ten rounds of Philox 4×32; the answer is in `block`. Words are held as signed 32-bit integers throughout, which
 * have the same bits and never become floats.
 */
function philox(c0: number, c1: number, c2: number, c3: number, key: RandomKey): void {
  let [x0, x1, x2, x3] = [c0 | 0, c1 | 0, c2 | 0, c3 | 0]
  let [k0, k1] = [key.low | 0, key.high | 0]
  for (let round = 0; round < 10; round++) {
    const high0 = highProduct(0xd251, 0x1f53, x0)
    const high1 = highProduct(0xcd9e, 0x8d57, x2)
    const low0 = Math.imul(0xd2511f53, x0)
    const low1 = Math.imul(0xcd9e8d57, x2)
    x0 = high1 ^ x1 ^ k0
    x1 = low1
    x2 = high0 ^ x3 ^ k1
    x3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  block[0] = x0 >>> 0
  block[1] = x1 >>> 0
  block[2] = x2 >>> 0
  block[3] = x3 >>> 0
}

/** The upper 32 bits of a 32 × 32-bit product, by halves of 16 bits; the first factor comes in halves. */
function highProduct(aHigh: number, aLow: number, b: number): number {
  const [bLow, bHigh] = [b & 0xffff, b >>> 16]
  const lowHigh = Math.imul(aLow, bHigh)
  const highLow = Math.imul(aHigh, bLow)
  const carry = (Math.imul(aLow, bLow) >>> 16) + (lowHigh & 0xffff) + (highLow & 0xffff)
  return (Math.imul(aHigh, bHigh) + (lowHigh >>> 16) + (highLow >>> 16) + (carry >>> 16)) | 0
}

/** The raw block of a counter, for the generator's known answers. */
export function philoxBlock(
  counter: readonly [number, number, number, number],
  key: RandomKey,
): readonly [number, number, number, number] {
  philox(...counter, key)
  return [...block]
}
