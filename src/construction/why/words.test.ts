import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { BindingLimit, Counterfactual, NameReason } from '#model/plan-why.ts'
import { explainCounterfactual, explainLimit } from '#construction/why/limit-reasons.ts'
import { defaultStep, limitByName, limitInWords } from '#construction/why/limit-words.ts'
import { explainName } from '#construction/why/reason-words.ts'
import { table } from '#test/support/table.ts'

const reason: NameReason = {
  instrument: 'AAPL.STK.USD' as InstrumentId,
  start: 0.01,
  weight: 0.031,
  forecast: 0.018,
  sources: [['momentum', 0.0126], ['value', 0.0054]], // prettier-ignore
  risk: -0.009,
  cost: -0.0006,
  limits: [['sector:Technology', -0.0084]],
  noTrade: [0.029, 0.036],
  free: 0.05,
}

const REASONS: readonly (readonly [string, Partial<NameReason>, string])[] = [
  ['two limits', { limits: [['sector:Technology', -0.0044], ['turnover', -0.004]] }, "bought from 1.00 % to 3.10 %: forecast +1.80 % over 21 days from momentum (70 %) and value (30 %), of which risk takes 0.90 %, costs 0.06 %; the Technology cap (0.44 %) and today's turnover (0.40 %) hold it at 3.10 %"], // prettier-ignore
  ['sold for a limit', { start: 0.05, cost: 0.0006, limits: [['sector:Technology', -0.0096]], sources: [] }, 'sold from 5.00 % to 3.10 %: forecast +1.80 % over 21 days, of which risk takes 0.90 %, trading more would cost 0.06 %; the Technology cap (0.96 %) presses for it'], // prettier-ignore
  ['held for its room', { start: 0.031, free: 0.034, gain: 0.0002, tradingCost: 0.0006, roomCost: 0.0124, limits: [] }, 'held at 3.10 %: the gain of 0.02 % from moving to 3.40 % is less than its cost of 0.06 % and the 1.24 % that the room it takes is worth to others: inside the no-trade region 2.90 % to 3.60 %'], // prettier-ignore
  ['not shorted', { start: 0, weight: 0, free: 0, forecast: -0.002, risk: 0.0004, uncertainty: 0.0006, borrow: 0.001, cost: 0, limits: [], sources: [] }, 'not held: forecast -0.20 % over 21 days, of which risk takes 0.04 %, uncertainty 0.06 %, borrowing 0.10 %'], // prettier-ignore
  ['bought up to a limit', {}, 'bought from 1.00 % to 3.10 %: forecast +1.80 % over 21 days from momentum (70 %) and value (30 %), of which risk takes 0.90 %, costs 0.06 %; the Technology cap (0.84 %) holds it at 3.10 %'], // prettier-ignore
  ['one source', {"sources": [["analyst", 0.018]], "limits": []}, 'bought from 1.00 % to 3.10 %: forecast +1.80 % over 21 days from analyst, of which risk takes 0.90 %, costs 0.06 %'], // prettier-ignore
  ['sources that disagree', {"sources": [["a", 0.03], ["b", -0.01]], "limits": [], "cost": 0}, 'bought from 1.00 % to 3.10 %: forecast +1.80 % over 21 days from a (75 %) and b (25 % against), of which risk takes 0.90 %'], // prettier-ignore
  ['sold in part', {"start": 0.05, "cost": 0.0006, "limits": [], "sources": []}, 'sold from 5.00 % to 3.10 %: forecast +1.80 % over 21 days, of which risk takes 0.90 %, trading more would cost 0.06 %'], // prettier-ignore
  ['shorted', {"start": 0, "weight": -0.02, "forecast": -0.018, "risk": 0.009, "cost": 0.0006, "borrow": 0.002, "limits": [], "sources": []}, 'shorted from 0.00 % to -2.00 %: forecast -1.80 % over 21 days, of which risk takes 0.90 %, borrowing 0.20 %, costs 0.06 %'], // prettier-ignore
  ['covered', {"start": -0.02, "weight": -0.01, "limits": [], "sources": [], "forecast": -0.002, "cost": 0, "risk": 0.002}, 'covered from -2.00 % to -1.00 %: forecast -0.20 % over 21 days, of which risk takes 0.20 %'], // prettier-ignore
  ['through zero', {"start": -0.02, "limits": [], "sources": [], "cost": 0}, 'turned from -2.00 % to 3.10 %: forecast +1.80 % over 21 days, of which risk takes 0.90 %'], // prettier-ignore
  ['a hedge', {"forecast": -0.002, "risk": 0.0026, "limits": [], "sources": []}, 'bought from 1.00 % to 3.10 %: forecast -0.20 % over 21 days, of which risk gives 0.26 %, costs take 0.06 %'], // prettier-ignore
  ['held for its costs', {"start": 0.031, "free": 0.034, "gain": 0.0002, "tradingCost": 0.0006, "limits": []}, 'held at 3.10 %: the gain of 0.02 % from moving to 3.40 % is less than its cost of 0.06 %: inside the no-trade region 2.90 % to 3.60 %'], // prettier-ignore
  ['held where it should be', {"start": 0.031, "free": 0.031, "limits": []}, 'held at 3.10 %: it is where it would be were trading free, inside the no-trade region 2.90 % to 3.60 %'], // prettier-ignore
  ['held at a limit', {"start": 0.031, "free": 0.031, "cost": 0, "sources": []}, 'held at 3.10 %: forecast +1.80 % over 21 days, of which risk takes 0.90 %; the Technology cap (0.84 %) holds it at 3.10 %'], // prettier-ignore
  ['left alone', {"start": 0, "weight": 0, "free": 0, "forecast": 0.001, "risk": -0.0004, "uncertainty": -0.0006, "cost": 0, "limits": [], "sources": []}, 'not held: forecast +0.10 % over 21 days, of which risk takes 0.04 %, uncertainty 0.06 %'], // prettier-ignore
]

test.each(REASONS)('%s', (_situation, changes, words) => {
  expect(explainName({ ...reason, ...changes }, 21)).toBe(words)
})

const moved: Counterfactual = {
  label: 'sector:Technology',
  limit: 0.2,
  tried: 0.21,
  objectiveGain: 21 * 0.00006,
  worthBps: 0.6,
  differences: [['AAPL.STK.USD' as InstrumentId, 0.0084], ['ESZ6.FUT.USD' as InstrumentId, -0.0011]], // prettier-ignore
}

const AAPL = 'AAPL.STK.USD' as InstrumentId
const MOVED: readonly (readonly [Partial<Counterfactual>, string, string])[] = [
  [{}, 'USD', 'the Technology cap at 21.00 % instead of 20.00 % would buy $8,400 more AAPL, sell $1,100 more ESZ6.FUT.USD and is worth 0.60 bps a day'], // prettier-ignore
  [{"tried": 0.19, "worthBps": -0.7, "differences": [[AAPL, -1.2]]}, 'EUR', 'the Technology cap at 19.00 % instead of 20.00 % would sell EUR 1,200,000 more AAPL and costs 0.70 bps a day'], // prettier-ignore
  [{"label": "beta", "limit": 1.3, "tried": 1.35, "differences": []}, 'USD', 'the beta limit at 1.35 instead of 1.30 would change nothing'], // prettier-ignore
]

test.each(MOVED)('a counterfactual: %j', (changes, currency, words) => {
  expect(explainCounterfactual({ ...moved, ...changes }, { nav: 1_000_000, currency })).toBe(words)
})

test.each([
  ['position:AAPL.STK.USD', 'the position limit (AAPL)'],
  ['position:ESZ6.FUT.USD', 'the position limit (ESZ6.FUT.USD)'],
  ['sector:Energy', 'the Energy cap'],
  ['gross', 'the gross limit'],
  ['something:new', 'the limit something:new'],
])('by itself %s is %s', (label, words) => {
  expect(limitByName(label)).toBe(words)
})

test('a binding limit says what it holds and what more is worth', () => {
  const limit: BindingLimit = { label: 'sector:Energy', side: 'above', value: 0.16, limit: 0.16, shadowPrice: 0.02, step: 0.01, worthBps: 0.0952 } // prettier-ignore
  expect(explainLimit(limit)).toBe('the Energy cap holds at 16.00 %: 1.00 % more is worth about 0.10 bps a day') // prettier-ignore
})

test.each(
  table(`
    label                   | words                                     | step
    gross                   | the gross limit                           | 0.05
    sector:Energy           | the Energy cap                            | 0.01
    position:AAPL.STK.USD   | the position limit                        | 0.005
    turnover                | today's turnover                          | 0.05
    factor:pc1              | the band on factor pc1                    | 0.05
    something:new           | the limit something:new                   | 0.01
  `),
)('$label is $words', ({ label, words, step }) => {
  expect([limitInWords(label), defaultStep(label)]).toEqual([words, Number(step)])
})
