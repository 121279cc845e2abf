import { expect, test } from 'vitest'
import { price } from '#model/fixed.ts'
import { readActions } from '#feeds/files/inputs/actions.ts'
import { table } from '#test/support/table.ts'

const HEADER = 'instrument,date,type,ratio,amount,newInstrument,newConId'

test('every type of action, by date', () => {
  const text = `${HEADER},costShare,payDate
FB,2022-06-09,ticker-change,,,META,107113386,,
AAPL,2014-06-09,split,7:1,,,,,
C,2011-05-09,split,1:10,,,,,
AAPL,2014-05-08,dividend,,3.29,,,,2014-05-15
TWTR,2022-10-28,merger-cash,,54.20,,,,
T,2022-04-11,spin-off,0.241917,,WBD.STK.USD,,0.24,
`
  const read = readActions(text, 'a.csv')
  expect(read.ok && read.value.map(({ action }) => action)).toEqual([
    { type: 'split', instrument: 'C.STK.USD', date: '2011-05-09', ratio: 0.1 },
    { type: 'dividend', instrument: 'AAPL.STK.USD', date: '2014-05-08', amount: price('3.29'), payDate: '2014-05-15' }, // prettier-ignore
    { type: 'split', instrument: 'AAPL.STK.USD', date: '2014-06-09', ratio: 7 },
    { type: 'spin-off', instrument: 'T.STK.USD', date: '2022-04-11', newInstrument: 'WBD.STK.USD', ratio: 0.241917, costShare: 0.24 }, // prettier-ignore
    { type: 'ticker-change', instrument: 'FB.STK.USD', date: '2022-06-09', newInstrument: 'META.STK.USD' }, // prettier-ignore
    { type: 'merger-cash', instrument: 'TWTR.STK.USD', date: '2022-10-28', amount: price('54.2') },
  ])
  expect(read.ok && read.value.map(({ newConId }) => newConId)).toEqual([undefined, undefined, undefined, undefined, 107113386, undefined]) // prettier-ignore
})

test('without the columns that may be missing', () => {
  const read = readActions('instrument,date,type,ratio,newInstrument\nT,2022-04-11,spin-off,1:4,WBD', 'a.csv') // prettier-ignore
  expect(read).toMatchObject({ ok: true, value: [{ action: { ratio: 0.25, costShare: 0 } }] })
})

test('a dividend is not paid before its day', () => {
  const read = readActions('instrument,date,type,amount,payDate\nT,2022-04-11,dividend,1,2022-04-10', 'a.csv') // prettier-ignore
  expect(read).toEqual({ ok: false, error: 'a.csv:2 payDate: was "2022-04-10", expected 2022-04-11 or later' }) // prettier-ignore
})

test.each(
  table(`
    row                                      | message
    A,2014-06-09,splt,7,,,                   | a.csv:2 type: was "splt", expected split or dividend or ticker-change or merger-cash or spin-off
    A,2014-06-31,split,7,,,                  | a.csv:2 date: was "2014-06-31", expected a day such as 2014-06-09
    A,2014-06-09,split,0,,,                  | a.csv:2 ratio: was "0", expected new units for old ones such as 7:1, 1:10 or 0.5
    A,2014-06-09,split,1:0,,,                | a.csv:2 ratio: was "1:0", expected new units for old ones such as 7:1, 1:10 or 0.5
    A,2014-06-09,split,,,,                   | a.csv:2 ratio: was "", expected a value: a split has one
    A,2014-06-09,split,7,0.5,,               | a.csv:2 amount: expected nothing, a split has none
    A,2014-06-09,dividend,,-1,,              | a.csv:2 amount: was "-1", expected an amount a share above 0 such as 0.24
    A,2014-06-09,dividend,,,,                | a.csv:2 amount: was "", expected a value: a dividend has one
    A,2014-06-09,ticker-change,,,A,          | a.csv:2 newInstrument: was A.STK.USD, expected another than instrument
    A,2014-06-09,ticker-change,,,,5          | a.csv:2 newInstrument: was "", expected a value: a ticker-change has one
    A,2014-06-09,spin-off,1,,B,x             | a.csv:2 newConId: was "x", expected IBKR's contract id such as 265598
    ESZ6.FUT.USD,2014-06-09,split,7,,,       | a.csv:2 instrument: was "ESZ6.FUT.USD", expected a stock such as AAPL or AAPL.STK.USD
    A,2014-06-09,split,7,,,\\nA.STK.USD,2014-06-09,split,2,,, | a.csv:3 type: split of A.STK.USD on 2014-06-09 is in line 2 already, expected each once
  `),
)('refused: $message', ({ row, message }) => {
  expect(readActions(`${HEADER}\n${row.replaceAll('\\n', '\n')}`, 'a.csv')).toEqual({ ok: false, error: message }) // prettier-ignore
})
