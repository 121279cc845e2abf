import { describe, expect, test } from 'vitest'
import { dataClient, errorsIn } from '#test/support/data-client.ts'
import { startedClient } from '#test/support/wire-client.ts'
import { table } from '#test/support/table.ts'

const [LIST, UPDATED] = ['67', '68']

describe('display groups', () => {
  test('are seven', () => {
    const { client } = dataClient()
    client.say(67, 1, 5)
    expect(client.heard()).toEqual([[LIST, '1', '5', '1|2|3|4|5|6|7']])
  })

  test('show nothing at first, then what any client turns them to, to all that follow', () => {
    const { client, desk } = dataClient()
    const other = startedClient(desk, 2)
    client.say(68, 1, 5, 3)
    other.say(68, 1, 9, 3)
    other.say(68, 1, 10, 4)
    expect(client.heard()).toEqual([[UPDATED, '1', '5', 'none']])
    other.heard()
    client.say(69, 1, 5, '265598@SMART')
    expect(client.heard()).toEqual([[UPDATED, '1', '5', '265598@SMART']])
    expect(other.heard()).toEqual([[UPDATED, '1', '9', '265598@SMART']])
    client.say(70, 1, 5)
    other.say(69, 1, 9, 'none')
    expect(client.heard()).toEqual([])
    client.say(68, 1, 6, 4)
    expect(client.heard()).toEqual([[UPDATED, '1', '6', 'none']])
  })

  test.each(
    table(`
      said             | errors
      68;1;5;8         | 5:321
      68;1;5;x         | 5:320
      69;1;7;none      | 7:321
      69;1;4;AAPL      | 4:321
      69;1;4;1@SMART   | 4:200
      68;1;4;2         | 4:322
    `),
  )('refuse $said: $errors', ({ said, errors }) => {
    const { client } = dataClient()
    client.say(68, 1, 4, 1)
    client.heard()
    client.say(...said.split(';'))
    expect(errorsIn(client.heard())).toBe(errors)
  })
})
