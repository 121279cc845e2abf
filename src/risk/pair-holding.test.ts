import { expect, test } from 'vitest'
import { format, money, type Currency } from '#model/fixed.ts'
import { pairHolding } from '#risk/pair-holding.ts'
import { table } from '#test/support/table.ts'

const BALANCES = new Map<Currency, ReturnType<typeof money>>([
  ['USD', money('500000', 'USD')],
  ['EUR', money('20000.5', 'EUR')],
  ['JPY', money('-3000000', 'JPY')],
])

test.each(
  table(`
  pair    | price | held    | why
  EUR.USD | 1.2   | 20000.5 | the balance in euro
  GBP.USD | 1.3   | 0       | nothing is held in pounds
  USD.JPY | 150   | 20000   | three million yen borrowed are 20,000 dollars bought
  USD.JPY |       | 0       | and nothing that is known without a price
  EUR.GBP | 0.85  | none    | no balance is that pair's own
`),
)('$pair holds $held: $why', ({ pair, price, held }) => {
  const [symbol = '', currency = ''] = pair.split('.')
  const found = pairHolding({ symbol, currency }, (of) => BALANCES.get(of), 'USD', price === '' ? Number.NaN : Number(price)) // prettier-ignore
  expect(found === undefined ? 'none' : format(found)).toBe(held)
})
