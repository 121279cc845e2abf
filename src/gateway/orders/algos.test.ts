import { describe, expect, test } from 'vitest'
import { algoOf } from '#gateway/orders/algos.ts'
import { table } from '#test/support/table.ts'

/** Monday 5 February 2018, 10:00 New York. */
const NOW = Date.UTC(2018, 1, 5, 15, 0)

/** `Vwap maxPctVol=0.2 startTime=10:00:00_US/Eastern`: strategy, then tags; `_` is a space. */
function read(text: string) {
  const [algoStrategy = '', ...params] = text.split(' ')
  const algoParams = params.map((param) => {
    const [tag = '', value = ''] = param.split('=')
    return { tag, value: value.replaceAll('_', ' ') }
  })
  return algoOf({ terms: { algoStrategy }, algoParams }, NOW)
}

const at = (hour: number, minute: number) => Date.UTC(2018, 1, 5, hour + 5, minute)
const window = { startAt: at(10, 30), endAt: at(15, 0) }
const MEANT: Readonly<Record<string, object>> = {
  nothing: { ok: true, value: undefined },
  urgent: { strategy: 'Adaptive', priority: 'Urgent' },
  normal: { strategy: 'Adaptive', priority: 'Normal' },
  twap: { strategy: 'Twap', style: 'Marketable', allowPastEnd: false },
  midpoint: { strategy: 'Twap', style: 'Matching Midpoint', allowPastEnd: true, ...window },
  vwap: { strategy: 'Vwap', maxShareOfVolume: 0.2, noTakeLiquidity: true, speedUp: true, allowPastEnd: false, ...window }, // prettier-ignore
  arrival: { strategy: 'ArrivalPx', maxShareOfVolume: 0.1, riskAversion: 'Get Done', forceCompletion: true, allowPastEnd: false }, // prettier-ignore
  neutral: { strategy: 'ArrivalPx', maxShareOfVolume: 0.1, riskAversion: 'Neutral', forceCompletion: false, allowPastEnd: false }, // prettier-ignore
  share: { strategy: 'PctVol', shareOfVolume: 0.05, noTakeLiquidity: false, ...window },
}

describe('an algorithm', () => {
  test.each(
    table(`
      means    | said
      urgent   | Adaptive adaptivePriority=Urgent
      normal   | Adaptive
      twap     | Twap
      twap     | Twap strategyType=Marketable monetaryValue=0
      midpoint | Twap strategyType=Matching_Midpoint startTime=10:30:00_US/Eastern endTime=15:00:00_US/Eastern allowPastEndTime=1
      midpoint | Twap strategyType=MatchingMidpoint startTime=20180205-15:30:00 endTime=20180205-20:00:00 allowPastEndTime=true
      midpoint | Twap strategyType=Matching_Midpoint startTime=10:30:00 endTime=20180205_15:00:00_US/Eastern allowPastEndTime=1
      vwap     | Vwap maxPctVol=0.2 startTime=15:30:00_GMT endTime=20:00:00_GMT allowPastEndTime=0 noTakeLiq=1 speedUp=1
      vwap     | Vwap maxPctVol=20 startTime=15:30:00_GMT endTime=20:00:00_GMT noTakeLiq=true speedUp=1
      arrival  | ArrivalPx maxPctVol=0.1 riskAversion=Get_Done forceCompletion=1
      arrival  | ArrivalPx maxPctVol=0.1 riskAversion=GetDone startTime= forceCompletion=1 allowPastEndTime=
      neutral  | ArrivalPx maxPctVol=0.1 forceCompletion=0
      share    | PctVol pctVol=0.05 startTime=10:30:00_US/Eastern endTime=15:00:00_US/Eastern noTakeLiq=0
    `),
  )('$said is read', ({ means, said }) => {
    const found = read(said)
    expect(found.ok ? found.value : found.error).toEqual(MEANT[means])
  })

  test('that is not asked for is none', () => {
    expect(read('')).toEqual({ ok: true, value: undefined })
  })

  test.each(
    table(`
      said                                  | code | words
      Twop                                  | 439  | Algorithm definition not found
      VWAP maxPctVol=0.1                    | 439  | Algorithm definition not found
      DarkIce displaySize=10                | 321  | DarkIce
      Twap bogus=1                          | 443  | Unknown algo attribute:bogus
      Vwap maxPctVol=99 bogus=1             | 443  | Unknown algo attribute:bogus
      Adaptive adaptivePriority=Bogus       | 145  | Error in validating entry fields -Bogus
      ArrivalPx maxPctVol=0.1 riskAversion=neutral | 145 | -neutral
      Vwap                                  | 441  | maxPctVol=
      Vwap maxPctVol=lots                   | 441  | maxPctVol=lots
      Vwap maxPctVol=-0.1                   | 441  | 'Max Percentage' is invalid: Value is less than minimum value 0.01
      Vwap maxPctVol=99                     | 441  | 'Max Percentage' is invalid: Value is greater than maximum value 50.0
      PctVol pctVol=0.7                     | 441  | 'Target Percentage' is invalid
      Twap startTime=soon                   | 391  | time-zone
      Twap monetaryValue=1000               | 321  | monetaryValue
    `),
  )('$said: $code', ({ said, code, words }) => {
    const found = read(said)
    expect(found.ok ? 'read' : `${found.error.code} ${found.error.text}`).toContain(words)
    expect(found.ok ? '' : String(found.error.code)).toBe(code)
  })
})
