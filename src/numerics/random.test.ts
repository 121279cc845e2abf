import { expect, test } from 'vitest'
import {
  childKey,
  fillNormals,
  normalAt,
  normalQuantile,
  philoxBlock,
  randomKey,
  randomStream,
  uniformAt,
} from '#numerics/random.ts'
import { table } from '#test/support/table.ts'

// Random123's known-answer file, philox4x32 with 10 rounds.
test.each(
  table(`
  counter                             | key               | answer
  00000000 00000000 00000000 00000000 | 00000000 00000000 | 6627e8d5 e169c58d bc57ac4c 9b00dbd8
  ffffffff ffffffff ffffffff ffffffff | ffffffff ffffffff | 408f276d 41c83b0e a20bc7c6 6d5451fd
  243f6a88 85a308d3 13198a2e 03707344 | a4093822 299f31d0 | d16cfe09 94fdcceb 5001e420 24126ea1
`),
)('philox of $counter under $key', ({ counter, key, answer }) => {
  const [low = 0, high = 0] = words(key)
  const block = philoxBlock(words(counter) as [number, number, number, number], { low, high })
  expect(block).toEqual(words(answer))
})

// Quantiles as tabulated by Wichura (1988) and to 16 digits by R's qnorm.
test.each(
  table(`
  p      | quantile
  0.25   | -0.6744897501960817
  0.975  | 1.959963984540054
  0.001  | -3.090232306167813
  1e-20  | -9.262340089798408
`),
)('the normal quantile at $p', ({ p, quantile }) => {
  expect(normalQuantile(Number(p))).toBeCloseTo(Number(quantile), 13)
})

const words = (text: string) => text.split(' ').map((word) => Number.parseInt(word, 16))

test('draws of one stream look uniform and normal: mean, variance, extremes', () => {
  const key = randomKey(11, 'moments')
  const n = 20_000
  const uniforms = Array.from({ length: n }, (_, i) => uniformAt(key, i))
  const normals = new Float64Array(n)
  fillNormals(key, normals)
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((sum, x) => sum + x, 0) / n
  expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n))
  expect(Math.abs(mean(normals))).toBeLessThan(4 / Math.sqrt(n))
  expect(Math.abs(mean(normals.map((x) => x * x)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  expect(Math.min(...uniforms)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...uniforms)).toBeLessThan(1)
})

test('streams of neighbouring names do not correlate', () => {
  const n = 5_000
  const dot = (a: string, b: string) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += normalAt(randomKey(1, a), i) * normalAt(randomKey(1, b), i)
    return sum / n
  }
  expect(Math.abs(dot('AAPL', 'AAPM'))).toBeLessThan(4 / Math.sqrt(n))
  expect(dot('AAPL', 'AAPL')).toBeGreaterThan(0.9)
})

test('a key is its whole path, and a path can be taken in steps', () => {
  expect(childKey(randomKey(7, 'AAPL'), 3)).toEqual(randomKey(7, 'AAPL', 3))
  const keys = [
    randomKey(7),
    randomKey(8),
    randomKey(7, 'A'),
    randomKey(7, 'A\0'),
    randomKey(7, 'A', 'B'),
    randomKey(7, 'AB'),
    randomKey(7, 0),
    randomKey(7, 2 ** 40),
  ]
  expect(new Set(keys.map(({ low, high }) => `${low}.${high}`)).size).toBe(keys.length)
})

test('a stream goes on from where it was left', () => {
  const first = randomStream(randomKey(3))
  const begun = [first.uniform(), first.normal(), first.below(10)]
  const resumed = randomStream(first.key, first.position)
  expect(begun).toHaveLength(3)
  expect([resumed.uniform(), resumed.normal()]).toEqual([first.uniform(), first.normal()])
})
