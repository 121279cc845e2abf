import { describe, expect, test } from 'vitest'
import { namesOf, textOf, textsOf } from '#gateway/wire/field.ts'
import { FieldReader, decimalOf } from '#gateway/wire/field-reader.ts'
import { format } from '#model/fixed.ts'
import { table } from '#test/support/table.ts'

test.each([
  [true, '1'],
  [false, '0'],
  [190.25, '190.25'],
  [-1, '-1'],
  [0.00005, '0.00005'],
  [1e-7, '0.0000001'],
  [2.5e-9, '0.0000000025'],
  [1e21, '1.7976931348623157E308'],
  ['', ''],
])('%s is written %s', (value, text) => {
  expect(textOf(value)).toBe(text)
})

test('groups are written in place, as many as there are', () => {
  const message = { msgId: 9, count: 2, rows: [{ a: 1, b: 'x' }, { a: 2, b: 'y' }], end: true } // prettier-ignore
  expect(textsOf(message)).toEqual(['9', '2', '1', 'x', '2', 'y', '1'])
  expect(namesOf(message)).toEqual(['msgId', 'count', 'a', 'b', 'a', 'b', 'end'])
})

test.each(
  table(`
    text                    | value
    190.1                   | 190.1
    190.10000000000002      | 190.1
    1e-7                    | 0.0000001
    -5                      | -5
    0.0                     | 0
    1.7976931348623157E308  | unset
    1.7976931348623157e+308 | unset
    Infinity                | unset
    abc                     | bad
    NaN                     | bad
    1e16                    | bad
    0x10                    | bad
    .                       | bad
    Infinite                | unset
  `),
)('the decimal $text is $value', ({ text, value }) => {
  const read = decimalOf(text)
  expect(typeof read === 'bigint' ? format(read) : (read ?? 'unset')).toBe(value)
})

describe('a reader', () => {
  test('remembers the first problem and goes on', () => {
    const fields = new FieldReader(['x', 'y', '7'])
    expect([fields.id('first'), fields.id('second'), fields.id('third')]).toEqual([-1, -1, 7])
    expect(fields.problem).toBe('first: was "x", expected a whole number of 32 bits')
  })

  test('counts what is missing and what is left', () => {
    const fields = new FieldReader(['1', '2', '3'])
    fields.skip()
    expect([fields.left, fields.missing]).toEqual([2, 0])
    fields.named(['a', 'b', 'c', 'd'])
    expect([fields.left, fields.missing]).toEqual([0, 2])
  })

  test('does not believe a count that no client sends', () => {
    const fields = new FieldReader(['1000000000'])
    expect(fields.count('legs', 100)).toBe(0)
    expect(fields.problem).toContain('legs')
  })
})
