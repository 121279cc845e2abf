/** Conflicts and what is not mended, as a trader reads them. */
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { infeasibleWords, unmendedWords } from '#construction/optimisation/infeasible-words.ts'
import type { NameBound, WeightLimit } from '#construction/optimisation/optimisation-case.ts'
import { table } from '#test/support/table.ts'

const row = (name: string, lower: number, upper: number, kind: 'limit' | 'fact' = 'limit'): WeightLimit => ({ name, measure: 'net', rates: new Float64Array(1), lower, upper, kind }) // prettier-ignore
const bound = (label: string, lower: number, upper: number, kind: 'limit' | 'fact' = 'fact'): NameBound => ({ label, index: 0, lower, upper, kind }) // prettier-ignore

const CASE = {
  limits: [
    row('net', -0.9, 0.9),
    row('gross', -Infinity, 1.8),
    row('turnover', -Infinity, 0.4, 'fact'),
    row('beta', -1.3, 1.3),
    row('factor:momentum', 0.1, 0.3),
    row('sector:Energy', -Infinity, 0.16),
  ],
  bounds: [
    bound('do-not-sell:AAPL.STK.USD', 0.97, Infinity),
    bound('position:AAPL.STK.USD', -0.04, 0.04, 'limit'),
    bound('participation:AAPL.STK.USD', 0.01, 0.03),
    bound('long-only:AAPL.STK.USD', 0, Infinity, 'limit'),
  ],
  tracking: { weights: new Float64Array(1), most: 0.02 },
  names: ['AAPL.STK.USD' as InstrumentId],
}

test.each(
  table(`
    conflict                               | gives                        | words
    net, do-not-sell:AAPL.STK.USD          | net 0.07                     | net at most 90.00 % and do-not-sell AAPL.STK.USD cannot hold together; raise net to 97.00 %
    gross, turnover, position:AAPL.STK.USD | gross 0.1, turnover 0.2      | gross at most 180.00 %, today's turnover at most 40.00 % and position AAPL.STK.USD at most 4.00 % cannot hold together; raise gross to 190.00 % and let today's turnover give 20.00 %
    beta, factor:momentum                  | beta 0.2                     | beta at most 1.300 and factor momentum between 0.100 and 0.300 cannot hold together; raise beta to 1.500
    factor:momentum, sector:Energy         | factor:momentum 0.05         | factor momentum between 0.100 and 0.300 and sector Energy at most 16.00 % cannot hold together; let factor momentum give 0.050
    tracking-error, long-only:AAPL.STK.USD | tracking-error 0.005         | tracking error over the horizon at most 2.00 % and long-only AAPL.STK.USD cannot hold together; raise tracking error over the horizon to 2.50 %
    net, participation:AAPL.STK.USD        | participation:AAPL.STK.USD 1 | net at most 90.00 % and participation AAPL.STK.USD between 1.00 % and 3.00 % cannot hold together; let participation AAPL.STK.USD give 100.00 %
  `),
)('$conflict', ({ conflict, gives, words }) => {
  const cheapestRelaxation = new Map(gives.split(', ').map((text) => [text.split(' ')[0]!, Number(text.split(' ')[1])])) // prettier-ignore
  expect(infeasibleWords(CASE, { status: 'infeasible', conflict: conflict.split(', '), cheapestRelaxation })).toBe(words) // prettier-ignore
})

test('what is not mended: how far it comes today, or that it stays', () => {
  const net = { label: 'net', limit: 0.9, start: 1.2 }
  expect(unmendedWords({ ...net, reached: 0.95 })).toBe('net comes from 120.00 % to 95.00 % today, the limit is 90.00 %') // prettier-ignore
  expect(unmendedWords({ ...net, reached: 1.2 })).toBe('net stays at 120.00 %, the limit is 90.00 %: nothing that may be traded today mends it') // prettier-ignore
  expect(unmendedWords({ label: 'beta', limit: 1.3, start: 1.7, reached: 1.5 })).toBe('beta comes from 1.700 to 1.500 today, the limit is 1.300') // prettier-ignore
})
