import { expect, test } from 'vitest'
import { price, quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { refusalOfTerms } from '#exchange/orders/order-terms.ts'
import type { NewVenueOrder, VenueOrderType } from '#exchange/terms.ts'
import { at, euro, future, option, order, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const NOW = at('10:30')
const LOTS = stock('AAPL', { lot: quantity('10') })
const OF: Readonly<Record<string, Instrument>> = { STK: stock('AAPL'), LOTS, OPT: option, FUT: future, CASH: euro } // prettier-ignore

/** What a field of the table means to the venue. */
const READ: Readonly<Record<string, (text: string) => Partial<NewVenueOrder>>> = {
  limit: (text) => ({ limitPrice: price(text) }),
  stop: (text) => ({ triggerPrice: price(text) }),
  trail: (text) => ({ trail: text.endsWith('%') ? { fraction: Number(text.slice(0, -1)) / 100 } : { amount: price(text) } }), // prettier-ignore
  offset: (text) => ({ limitOffset: price(text) }),
  peg: (text) => ({ pegOffset: price(text) }),
  method: (text) => ({ triggerMethod: Number(text) as 0 }),
  show: (text) => ({ displaySize: quantity(text) }),
  least: (text) => ({ minQuantity: quantity(text) }),
  hidden: () => ({ hidden: true }),
  whole: () => ({ allOrNone: true }),
  after: (text) => ({ goodAfter: at(text) }),
  till: (text) => ({ goodTill: at(text) }),
  units: (text) => ({ quantity: quantity(text) }),
}

function termsOf(type: string, tif: string, said: string): NewVenueOrder {
  const changes = said.split(' ').filter(Boolean).map((word) => {
    const [name = '', text = ''] = word.split('=')
    return READ[name]?.(text) ?? {}
  }) // prettier-ignore
  return {
    ...order('BUY', '100'),
    orderType: type.replace('_', ' ') as VenueOrderType,
    timeInForce: tif as 'DAY',
    ...Object.assign({}, ...changes),
  }
}

const codeOf = (of: string, terms: NewVenueOrder): string =>
  String(refusalOfTerms(terms, OF[of] ?? LOTS, NOW)?.code ?? 'taken')

test.each(
  table(`
    class | type        | tif | said                               | answer
    STK   | MKT         | DAY |                                    | taken
    STK   | MKT         | IOC |                                    | taken
    STK   | MKT         | FOK |                                    | taken
    STK   | MKT         | OPG |                                    | taken
    OPT   | MKT         | OPG |                                    | 387
    STK   | MKT         | DAY | units=0                            | 434
    LOTS  | MKT         | DAY | units=15                           | 10243
    STK   | MKT         | DAY | limit=10                           | 321
    STK   | MKT         | DAY | stop=10                            | 321
    STK   | MKT         | DAY | hidden                             | 152
    STK   | MKT         | DAY | method=2                           | 146
    STK   | LMT         | DAY | limit=10                           | taken
    STK   | LMT         | DAY |                                    | 321
    STK   | LMT         | DAY | limit=10.001                       | 110
    STK   | LMT         | DAY | limit=10 trail=1                   | 321
    STK   | LMT         | DAY | limit=10 peg=0.01                  | 321
    STK   | LMT         | GTD | limit=10                           | 391
    STK   | LMT         | GTD | limit=10 till=10:00                | 201
    STK   | LMT         | GTD | limit=10 till=11:00                | taken
    STK   | LMT         | GTD | limit=10 till=11:00 after=11:30    | 391
    STK   | LMT         | IOC | limit=10 after=11:30               | 391
    STK   | LMT         | DAY | limit=10 after=11:30               | taken
    STK   | LMT         | DAY | limit=10 show=10                   | taken
    LOTS  | LMT         | DAY | limit=10 show=15                   | 321
    STK   | LMT         | DAY | limit=10 show=10 hidden            | 321
    STK   | LMT         | DAY | limit=10 show=10 whole             | 321
    STK   | LMT         | DAY | limit=10 hidden                    | taken
    STK   | LMT         | DAY | limit=10 whole                     | taken
    STK   | LMT         | DAY | limit=10 least=50                  | taken
    STK   | LMT         | DAY | limit=10 least=500                 | 321
    STK   | LMT         | DAY | limit=10 least=50 whole            | 321
    STK   | STP         | DAY | stop=10                            | taken
    STK   | STP         | DAY |                                    | 403
    STK   | STP         | DAY | stop=10.001                        | 110
    STK   | STP         | IOC | stop=10                            | 111
    STK   | STP         | OPG | stop=10                            | 111
    STK   | STP         | DAY | stop=10 limit=11                   | 321
    STK   | STP         | DAY | stop=10 show=10                    | 321
    STK   | STP         | DAY | stop=10 method=8                   | taken
    CASH  | STP         | DAY | stop=1.1 method=2                  | 146
    CASH  | STP         | DAY | stop=1.1 method=4                  | taken
    STK   | STP_LMT     | DAY | stop=10 limit=9                    | taken
    STK   | STP_LMT     | DAY | stop=10                            | 321
    STK   | STP_LMT     | GTC | stop=10 limit=9 hidden             | taken
    STK   | TRAIL       | DAY | trail=1                            | taken
    STK   | TRAIL       | DAY | trail=1 stop=9                     | taken
    STK   | TRAIL       | DAY | trail=5%                           | taken
    STK   | TRAIL       | DAY |                                    | 158
    STK   | TRAIL       | DAY | trail=0                            | 159
    STK   | TRAIL       | DAY | trail=100%                         | 159
    STK   | TRAIL       | DAY | trail=0.00005                      | 110
    STK   | TRAIL       | DAY | trail=1 offset=0.1                 | 321
    STK   | TRAIL_LIMIT | DAY | trail=1 offset=0.1                 | taken
    STK   | TRAIL_LIMIT | DAY | trail=1                            | 321
    STK   | TRAIL_LIMIT | DAY | trail=1 offset=0.1 limit=9         | 321
    STK   | MIT         | DAY | stop=10                            | taken
    STK   | LIT         | DAY | stop=10 limit=9                    | taken
    STK   | LIT         | FOK | stop=10 limit=9                    | 111
    STK   | MOC         | DAY |                                    | taken
    FUT   | MOC         | DAY |                                    | taken
    OPT   | MOC         | DAY |                                    | 387
    STK   | MOC         | GTC |                                    | 113
    STK   | LOC         | DAY | limit=10                           | taken
    STK   | LOC         | IOC | limit=10                           | 113
    STK   | LOC         | DAY |                                    | 321
    STK   | LOC         | DAY | limit=10 hidden                    | 152
    STK   | MIDPRICE    | DAY |                                    | taken
    STK   | MIDPRICE    | DAY | limit=10                           | taken
    STK   | MIDPRICE    | DAY | limit=0                            | 321
    OPT   | MIDPRICE    | DAY |                                    | 387
    STK   | REL         | DAY | peg=0.01                           | taken
    STK   | REL         | DAY | peg=0.01 limit=10                  | taken
    STK   | REL         | IOC |                                    | 111
    CASH  | REL         | DAY |                                    | 387
`),
)('$class $type $tif $said: $answer', ({ class: of, type, tif, said, answer }) => {
  expect(codeOf(of, termsOf(type, tif, said))).toBe(answer)
})
