/** What clients hear of their orders does not depend on how large the steps of the clock are. */
import { expect, test } from 'vitest'
import { format, fractionOf, type Price } from '#model/fixed.ts'
import { smallDesk, startedClient } from '#test/support/wire-client.ts'

const ORDER_MESSAGES = new Set(['3', '5', '11', '59'])
const HOUR_MS = 3_600_000

/** Orders about the market, worked for an hour in steps of a size: what was heard, message by message. */
function heardInSteps(stepMs: number): readonly string[] {
  const desk = smallDesk()
  const client = startedClient(desk)
  for (const [i, symbol] of ['AAPL', 'IBM', 'KO'].entries())
    for (const away of [1, 3, 6]) {
      const { bid = 0n as Price } = desk.venue.quote(desk.venue.instruments.find((of) => of.symbol === symbol)?.id ?? ('' as never)) ?? {} // prettier-ignore
      const lmtPrice = format(fractionOf(bid, BigInt(10_000 - 5 * away), 10_000n), 9)
      client.placeOrder({ orderId: String(10 * i + away), symbol, lmtPrice: inCents(lmtPrice), totalQuantity: '40' }) // prettier-ignore
    }
  const end = desk.venue.now + HOUR_MS
  while (desk.venue.now < end) desk.advance(Math.min(end, desk.venue.now + stepMs))
  return client.heard().filter(([id]) => ORDER_MESSAGES.has(id ?? '')).map((fields) => fields.join('|')) // prettier-ignore
}

const inCents = (text: string): string => Number(text).toFixed(2)

test('a fill, its status and its commission come in the same order in large steps and in small ones', () => {
  const small = heardInSteps(137)
  expect(heardInSteps(60_000)).toEqual(small)
  expect(heardInSteps(HOUR_MS)).toEqual(small)
  const kinds = small.map((text) => text.split('|')[0])
  // Some commission has come before a later fill.
  expect(kinds.indexOf('59')).toBeLessThan(kinds.lastIndexOf('11'))
})
