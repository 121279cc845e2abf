/**
 * What a client hears of an order: type, time in force and market path to the exact sequence of callbacks.
 *
 * `o` openOrder with its status (of a trailing order `~stop>limit` too), `s` orderStatus (with what has filled of
 * an order that is partly filled, and why it is held), `x` execDetails size@price, `c` commissionReport, `e` error code;
 * Pre PreSubmitted, Sub Submitted, Fil Filled, Can Cancelled, Ina Inactive, Pen PendingCancel. ` / ` parts
 * what is heard at once from what is heard in each step of the market (`test/support/scripted-desk.ts`).
 *
 * The book shows a hundred shares at every cent, from one cent on each side of the price, which begins at 100.
 */
import { describe, expect, test } from 'vitest'
import { storyOf } from '#test/support/scripted-desk.ts'
import { table } from '#test/support/table.ts'

describe('market orders', () => {
  test.each(
    table(`
      at    | order                                                         | market       | story
      10:00 | BUY 100 MKT                                                   | wait         | oPre sPre x100@100.01 oFil sFil / oFil c
      10:00 | SELL 100 MKT tif=GTC                                          | wait         | oPre sPre x100@99.99 oFil sFil / oFil c
      10:00 | BUY 300 MKT                                                   | wait         | oPre sPre x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 x100@100.03 oFil sFil / c c oFil c
      10:00 | BUY 1500 MKT                                                  | wait         | oPre sPre x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 x100@100.03 oSub sSub:300 x100@100.04 oSub sSub:400 x100@100.05 oSub sSub:500 x100@100.06 oSub sSub:600 x100@100.07 oSub sSub:700 x100@100.08 oSub sSub:800 x100@100.09 oSub sSub:900 x100@100.1 oSub sSub:1000 / c c c c c c c c c c x100@100.01 oSub sSub:1100 x100@100.02 oSub sSub:1200 x100@100.03 oSub sSub:1300 x100@100.04 oSub sSub:1400 x100@100.05 oFil sFil c c c c oFil c
      10:00 | BUY 100 MKT tif=IOC                                           | wait         | oPre sPre x100@100.01 oFil sFil / oFil c
      10:00 | BUY 1500 MKT tif=IOC                                          | wait         | oPre sPre x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 x100@100.03 oSub sSub:300 x100@100.04 oSub sSub:400 x100@100.05 oSub sSub:500 x100@100.06 oSub sSub:600 x100@100.07 oSub sSub:700 x100@100.08 oSub sSub:800 x100@100.09 oSub sSub:900 x100@100.1 oSub sSub:1000 oCan sCan:1000 e202 / c c c c c c c c c c
      10:00 | BUY 300 MKT tif=FOK                                           | wait         | oPre sPre x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 x100@100.03 oFil sFil / c c oFil c
      10:00 | BUY 1500 MKT tif=FOK                                          | wait         | oPre sPre oCan sCan e202 / -
      10:00 | BUY 100 MKT tif=GTD goodTillDate=20180205_11:00:00_US/Eastern | wait         | oPre sPre x100@100.01 oFil sFil / oFil c
      08:00 | BUY 100 MKT                                                   | 09:29, 09:31 | oPre sPre e399 / - / oPre sPre x100@100.01 oFil sFil oFil c
      08:00 | BUY 100 MKT tif=OPG                                           | 09:29, 09:31 | oPre sPre / - / x100@100 oFil sFil oFil c
      10:00 | BUY 100 MKT tif=OPG                                           | next 09:31   | oPre sPre / x100@100 oFil sFil oFil c
      08:00 | BUY 100 MKT outsideRth=1                                      | 09:31        | e2109 oPre sPre e399 / oPre sPre x100@100.01 oFil sFil oFil c
      17:00 | BUY 100 MKT tif=IOC                                           | wait         | oIna sIna e201 / -
      17:00 | BUY 100 MKT                                                   | next 09:31   | oPre sPre e399 / oPre sPre x100@100.01 oFil sFil oFil c
      10:00 | BUY 9999900 MKT                                               | wait         | oIna sIna e201 / -
      10:00 | BUY 100 MKT tif=                                              | wait         | e10349 oPre sPre x100@100.01 oFil sFil / oFil c
      10:00 | BUY 100 MKT goodAfterTime=20180205_10:30:00_US/Eastern        | 10:29, 10:31 | oPre sPre e399 / - / oPre sPre x100@100.01 oFil sFil oFil c
      10:00 | SELL 1100 MKT                                                 | wait         | oPre sPre x100@99.99 oSub sSub:100 x100@99.98 oSub sSub:200 x100@99.97 oSub sSub:300 x100@99.96 oSub sSub:400 x100@99.95 oSub sSub:500 x100@99.94 oSub sSub:600 x100@99.93 oSub sSub:700 x100@99.92 oSub sSub:800 x100@99.91 oSub sSub:900 x100@99.9 oSub sSub:1000 / c c c c c c c c c c x100@99.99 oFil sFil oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('limit orders', () => {
  test.each(
    table(`
      at    | order                                                                        | market                  | story
      08:00 | BUY 100 LMT tif=OPG lmtPrice=99                                              | 09:31                   | oPre sPre / oCan sCan e202
      10:00 | BUY 100 LMT lmtPrice=100.01                                                  | wait                    | oSub sSub x100@100.01 oFil sFil / oFil c
      10:00 | BUY 200 LMT lmtPrice=100.01                                                  | wait                    | oSub sSub x100@100.01 oSub sSub:100 / c x100@100.01 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.50                                                   | 99.6, 99.4              | oSub sSub / - / x100@99.5 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.99                                                   | flow                    | oSub sSub / x100@99.99 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.98                                                   | flow                    | oSub sSub / -
      10:00 | BUY 100 LMT lmtPrice=99.50                                                   | 16:01                   | oSub sSub / oCan sCan e202
      10:00 | BUY 100 LMT lmtPrice=99.50 tif=GTC                                           | 16:01, next 10:00, 99.4 | oSub sSub / - / - / x100@99.5 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.50 tif=GTD goodTillDate=20180205_10:30:00_US/Eastern | 10:29, 10:31            | oSub sSub / - / oCan sCan e202
      10:00 | BUY 100 LMT lmtPrice=99.50 tif=IOC                                           | wait                    | oSub sSub oCan sCan e202 / -
      10:00 | BUY 200 LMT lmtPrice=100.01 tif=IOC                                          | wait                    | oSub sSub x100@100.01 oSub sSub:100 oCan sCan:100 e202 / c
      10:00 | BUY 200 LMT lmtPrice=100.01 tif=FOK                                          | wait                    | oSub sSub oCan sCan e202 / -
      10:00 | BUY 200 LMT lmtPrice=100.02 tif=FOK                                          | wait                    | oSub sSub x100@100.01 oSub sSub:100 x100@100.02 oFil sFil / c oFil c
      08:00 | BUY 100 LMT lmtPrice=100.01 outsideRth=1                                     | wait                    | oSub sSub x100@100.01 oFil sFil / oFil c
      08:00 | BUY 100 LMT lmtPrice=100.01                                                  | 09:31                   | oPre sPre e399 / oSub sSub x100@100.01 oFil sFil oFil c
      17:00 | BUY 100 LMT lmtPrice=100.01 outsideRth=1                                     | wait                    | oSub sSub x100@100.01 oFil sFil / oFil c
      10:00 | BUY 100 LMT lmtPrice=99.50 goodAfterTime=20180205_10:30:00_US/Eastern        | 10:29, 10:31, 99.4      | oPre sPre e399 / - / oSub sSub / x100@99.5 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.5 tif=GTD goodTillDate=20180205_09:00:00_US/Eastern  | wait                    | oIna sIna e201 / -
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('stops', () => {
  test.each(
    table(`
      at    | order                                                                      | market                  | story
      10:00 | SELL 100 STP auxPrice=99                                                   | 99.5, 99                | oPre sPre?trigger / - / oSub sSub x100@98.99 oFil sFil oFil c
      10:00 | BUY 100 STP auxPrice=101                                                   | 100.5, 101              | oPre sPre?trigger / - / oSub sSub x100@101.01 oFil sFil oFil c
      10:00 | BUY 100 STP auxPrice=100                                                   | wait                    | oPre sPre?trigger oSub sSub x100@100.01 oFil sFil / oFil c
      10:00 | SELL 300 STP auxPrice=99                                                   | 98.5                    | oPre sPre?trigger / oSub sSub x100@98.49 oSub sSub:100 x100@98.48 oSub sSub:200 x100@98.47 oFil sFil c c oFil c
      10:00 | SELL 100 STP auxPrice=99                                                   | 16:01                   | oPre sPre?trigger / oCan sCan e202
      10:00 | SELL 100 STP auxPrice=99 tif=GTC                                           | 16:01, next 09:31, 98.9 | oPre sPre?trigger / - / - / oSub sSub x100@98.89 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99 tif=GTD goodTillDate=20180205_10:30:00_US/Eastern | 10:31                   | oPre sPre?trigger / oCan sCan e202
      08:00 | SELL 100 STP auxPrice=101                                                  | 09:31                   | oPre sPre e399 / oPre sPre?trigger oSub sSub x100@99.99 oFil sFil oFil c
      08:00 | SELL 100 STP auxPrice=99 outsideRth=1                                      | 98.9                    | oPre sPre?trigger / oSub sSub x100@98.89 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99.99 triggerMethod=4                                | 99.99, 99.98            | oPre sPre?trigger / - / oSub sSub x100@99.97 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99.99 triggerMethod=8                                | 99.99                   | oPre sPre?trigger / oSub sSub x100@99.98 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99 triggerMethod=3                                   | 99, wait                | oPre sPre?trigger / oSub sSub x100@98.99 oFil sFil oFil c / -
      10:00 | SELL 100 STP auxPrice=99 triggerMethod=1                                   | 98.98                   | oPre sPre?trigger / oSub sSub x100@98.97 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99.99 triggerMethod=7                                | 99.99                   | oPre sPre?trigger / oSub sSub x100@99.98 oFil sFil oFil c
      10:00 | SELL 100 STP_LMT auxPrice=99 lmtPrice=98.9                                 | 98.95                   | oPre sPre?trigger / oSub sSub x100@98.94 oFil sFil oFil c
      10:00 | SELL 100 STP_LMT auxPrice=99 lmtPrice=98.9                                 | 98.5, 98.95             | oPre sPre?trigger / oSub sSub / x100@98.9 oFil sFil oFil c
      10:00 | BUY 100 STP_LMT auxPrice=101 lmtPrice=101.5 tif=GTC                        | 101, wait               | oPre sPre?trigger / oSub sSub x100@101.01 oFil sFil oFil c / -
      10:00 | SELL 100 STP_LMT auxPrice=99 lmtPrice=98.9                                 | 16:01                   | oPre sPre?trigger / oCan sCan e202
      10:00 | BUY 100 STP auxPrice=101 goodAfterTime=20180205_10:30:00_US/Eastern        | 101, 10:31              | oPre sPre e399 / - / oPre sPre?trigger oSub sSub x100@101.01 oFil sFil oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('trailing stops', () => {
  test.each(
    table(`
      at    | order                                                           | market                | story
      10:00 | SELL 100 TRAIL auxPrice=1                                       | 101, 102, 101.5, 101  | oPre~99 sPre?trigger / oPre~100 sPre?trigger / oPre~101 sPre?trigger / - / oSub~101 sSub x100@100.99 oFil~101 sFil oFil~101 c
      10:00 | BUY 100 TRAIL auxPrice=1                                        | 99, 99.5, 100         | oPre~101 sPre?trigger / oPre~100 sPre?trigger / - / oSub~100 sSub x100@100.01 oFil~100 sFil oFil~100 c
      10:00 | SELL 100 TRAIL trailingPercent=1                                | 110, 108.9            | oPre~99 sPre?trigger / oPre~108.9 sPre?trigger / oSub~108.9 sSub x100@108.89 oFil~108.9 sFil oFil~108.9 c
      10:00 | SELL 100 TRAIL auxPrice=1 trailStopPrice=98                     | 100.5, 99.5           | oPre~99 sPre?trigger / oPre~99.5 sPre?trigger / oSub~99.5 sSub x100@99.49 oFil~99.5 sFil oFil~99.5 c
      10:00 | SELL 100 TRAIL auxPrice=1 tif=GTC                               | 16:01, next 09:31, 98 | oPre~99 sPre?trigger / - / - / oSub~99 sSub x100@97.99 oFil~99 sFil oFil~99 c
      10:00 | SELL 100 TRAIL auxPrice=1                                       | 16:01                 | oPre~99 sPre?trigger / oCan~99 sCan e202
      10:00 | SELL 100 TRAIL_LIMIT auxPrice=1 lmtPriceOffset=0.1              | 101, 100, 100         | oPre~99>98.9 sPre?trigger / oPre~100>99.9 sPre?trigger / oSub~100>99.9 sSub x100@99.99 oFil~100>99.9 sFil oFil~100>99.9 c / -
      10:00 | SELL 100 TRAIL_LIMIT auxPrice=1 trailStopPrice=99 lmtPrice=98.8 | 101, 99.7, 99.9       | oPre~99>98.8 sPre?trigger / oPre~100>99.8 sPre?trigger / oSub~100>99.8 sSub / x100@99.8 oFil~100>99.8 sFil oFil~100>99.8 c
      10:00 | BUY 100 TRAIL_LIMIT auxPrice=1 lmtPriceOffset=0.1               | 99, 100               | oPre~101>101.1 sPre?trigger / oPre~100>100.1 sPre?trigger / oSub~100>100.1 sSub x100@100.01 oFil~100>100.1 sFil oFil~100>100.1 c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('touches', () => {
  test.each(
    table(`
      at    | order                                    | market   | story
      10:00 | BUY 100 MIT auxPrice=99                  | 99.5, 99 | oPre sPre?trigger / - / oSub sSub x100@99.01 oFil sFil oFil c
      10:00 | SELL 100 MIT auxPrice=101                | 101      | oPre sPre?trigger / oSub sSub x100@100.99 oFil sFil oFil c
      10:00 | BUY 100 MIT auxPrice=99                  | 16:01    | oPre sPre?trigger / oCan sCan e202
      10:00 | BUY 100 LIT auxPrice=99 lmtPrice=98.9    | 99, 98.8 | oPre sPre?trigger / oSub sSub / x100@98.9 oFil sFil oFil c
      10:00 | SELL 100 LIT auxPrice=101 lmtPrice=100.9 | 101      | oPre sPre?trigger / oSub sSub x100@100.99 oFil sFil oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('orders for the close', () => {
  test.each(
    table(`
      at    | order                     | market       | story
      10:00 | BUY 100 MOC               | 15:59, 16:01 | oPre sPre / - / x100@100 oFil sFil oFil c
      15:56 | BUY 100 MOC               | 16:01        | oIna sIna e201 / -
      10:00 | BUY 100 LOC lmtPrice=100  | 16:01        | oPre sPre / x100@100 oFil sFil oFil c
      10:00 | BUY 100 LOC lmtPrice=99.9 | 16:01        | oPre sPre / oCan sCan e202
      17:00 | BUY 100 MOC               | next 16:01   | oPre sPre / x100@100 oFil sFil oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('pegged orders', () => {
  test.each(
    table(`
      at    | order                                     | market           | story
      10:00 | BUY 100 MIDPRICE                          | flow             | oSub sSub / x100@100 oFil sFil oFil c
      10:00 | BUY 100 MIDPRICE lmtPrice=99.5            | flow, 99.4, flow | oSub sSub / - / - / x100@99.4 oFil sFil oFil c
      10:00 | BUY 100 REL auxPrice=0.01                 | flow             | oSub sSub / x100@100 oFil sFil oFil c
      10:00 | BUY 100 REL auxPrice=0 lmtPrice=100.5     | 100.5, 100.48    | oSub sSub / - / x100@100.49 oFil sFil oFil c
      10:00 | BUY 100 REL auxPrice=0.02 lmtPrice=100.01 | wait             | oSub sSub x100@100.01 oFil sFil / oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('icebergs, hidden orders, all or none, minimum quantities', () => {
  test.each(
    table(`
      at    | order                                      | market           | story
      10:00 | BUY 300 LMT lmtPrice=100 displaySize=100   | flow, flow, flow | oSub sSub / x100@100 oSub sSub:100 c / x100@100 oSub sSub:200 c / x100@100 oFil sFil oFil c
      10:00 | BUY 300 LMT lmtPrice=99.50 displaySize=100 | 99.4             | oSub sSub / x300@99.5 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.99 hidden=1        | flow             | oSub sSub / x100@99.99 oFil sFil oFil c
      10:00 | BUY 200 LMT lmtPrice=100.01 allOrNone=1    | 99.99            | oSub sSub / x200@100.01 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=100 allOrNone=1       | flow             | oSub sSub / x100@100 oFil sFil oFil c
      10:00 | BUY 300 LMT lmtPrice=100.01 minQty=200     | 100, 99.99       | oSub sSub / - / x200@100.01 oSub sSub:200 c x100@100.01 oFil sFil oFil c
      10:00 | BUY 300 LMT lmtPrice=100.02 minQty=200     | wait             | oSub sSub x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 / c c x100@100.02 oFil sFil oFil c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('changes, cancels and their races', () => {
  test.each(
    table(`
      at    | order                               | market                                             | story
      10:00 | BUY 100 LMT lmtPrice=99.50          | cancel, 99.4                                       | oSub sSub / sPen oCan sCan e202 / -
      10:00 | BUY 100 LMT lmtPrice=99.50          | cancel, cancel                                     | oSub sSub / sPen oCan sCan e202 / e10148
      10:00 | BUY 100 MKT                         | cancel                                             | oPre sPre x100@100.01 oFil sFil / e10148
      10:00 | SELL 100 STP auxPrice=99            | cancel, 98                                         | oPre sPre?trigger / sPen?trigger oCan sCan e202 / -
      10:00 | SELL 100 MOC                        | cancel, 16:01                                      | oPre sPre / sPen oCan sCan e202 / -
      08:00 | BUY 100 MKT                         | cancel, 09:31                                      | oPre sPre e399 / sPen oCan sCan e202 / -
      10:00 | BUY 200 LMT lmtPrice=100.01         | cancel                                             | oSub sSub x100@100.01 oSub sSub:100 / sPen:100 oCan sCan:100 e202
      10:00 | BUY 100 LMT lmtPrice=99.50          | modify lmtPrice=100.01, wait                       | oSub sSub / oSub sSub x100@100.01 oFil sFil / oFil c
      10:00 | BUY 100 LMT lmtPrice=99.50          | modify totalQuantity=200, 99.4                     | oSub sSub / oSub sSub / x200@99.5 oFil sFil oFil c
      10:00 | BUY 200 LMT lmtPrice=100.01         | modify totalQuantity=100, modify totalQuantity=300 | oSub sSub x100@100.01 oSub sSub:100 / e104 / oSub sSub:100
      10:00 | BUY 100 LMT lmtPrice=99.50          | modify lmtPrice=99.505, 99.4                       | oSub sSub / e110 / x100@99.5 oFil sFil oFil c
      10:00 | BUY 100 LMT lmtPrice=99.50          | modify tif=IOC                                     | oSub sSub / oSub sSub oCan sCan e202
      10:00 | BUY 100 LMT lmtPrice=99.50          | modify orderType=MKT, modify action=SELL           | oSub sSub / e105 / e105
      10:00 | BUY 100 MKT                         | modify totalQuantity=200                           | oPre sPre x100@100.01 oFil sFil / e104
      10:00 | BUY 100 LMT lmtPrice=99.50          | cancel, modify lmtPrice=99.6                       | oSub sSub / sPen oCan sCan e202 / e103
      10:00 | SELL 100 STP auxPrice=99            | modify auxPrice=99.5, 99.5                         | oPre sPre?trigger / oPre sPre?trigger / oSub sSub x100@99.49 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99            | modify auxPrice=100.5                              | oPre sPre?trigger / oPre sPre?trigger oSub sSub x100@99.99 oFil sFil
      10:00 | SELL 100 TRAIL auxPrice=1           | 101, modify auxPrice=2 trailStopPrice=99, 102, 100 | oPre~99 sPre?trigger / oPre~100 sPre?trigger / oPre~99 sPre?trigger / oPre~100 sPre?trigger / oSub~100 sSub x100@99.99 oFil~100 sFil oFil~100 c
      10:00 | BUY 100 LMT lmtPrice=99.50          | down, cancel, 99.4, up                             | oSub sSub / - / sPen / x100@99.5 oFil sFil oFil c / e10148
      10:00 | BUY 100 LMT lmtPrice=99.50          | down, cancel, up                                   | oSub sSub / - / sPen / oCan sCan e202
      10:00 | BUY 100 LMT lmtPrice=99.50          | down, modify lmtPrice=100.01, wait, up, wait       | oSub sSub / - / - / - / oSub sSub x100@100.01 oFil sFil / oFil c
      10:00 | BUY 100 MKT                         | wait, correct 99.95, wait                          | oPre sPre x100@100.01 oFil sFil / oFil c / x100@99.95 oFil sFil / c
      10:00 | BUY 300 MKT                         | wait, bust, wait                                   | oPre sPre x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 x100@100.03 oFil sFil / c c oFil c / x0@100.01 oFil sFil:200 / -
      10:00 | BUY 200 LMT lmtPrice=100.01 tif=GTC | bust, wait, wait                                   | oSub sSub x100@100.01 oSub sSub:100 / x0@100.01 oSub sSub / c x100@100.01 oSub sSub:100 c x100@100.01 oFil sFil oFil c / -
      10:00 | SELL 100 MKT                        | correct 101, correct 102                           | oPre sPre x100@99.99 oFil sFil / x100@101 oFil sFil / x100@102 oFil sFil
      10:00 | BUY 100 LMT lmtPrice=99.50          | halt, 99.4, resume, wait                           | oSub sSub / - / - / - / x100@99.5 oFil sFil oFil c
      10:00 | SELL 100 STP auxPrice=99            | halt, 98.9, resume, wait                           | oPre sPre?trigger / - / - / - / oSub sSub x100@98.89 oFil sFil oFil c
      10:00 | BUY 100 MKT                         | wait, halt, cancel                                 | oPre sPre x100@100.01 oFil sFil / oFil c / - / e10148
      10:00 | SELL 100 MOC                        | 15:51, cancel, 16:01                               | oPre sPre / - / sPen e161 sPre / x100@100 oFil sFil oFil c
      10:00 | SELL 100 LOC lmtPrice=100           | 15:51, modify lmtPrice=99, 16:01                   | oPre sPre / - / e161 sPre / x100@100 oFil sFil oFil c
      10:00 | BUY 200 LMT lmtPrice=99.99          | flow, cancel                                       | oSub sSub / x200@99.99 oFil sFil oFil c / e10148
      10:00 | BUY 300 LMT lmtPrice=100.02         | cancel, wait                                       | oSub sSub x100@100.01 oSub sSub:100 x100@100.02 oSub sSub:200 / sPen:200 oCan sCan:200 e202 / c c
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})

describe('terms that make no sense', () => {
  test.each(
    table(`
      at    | order                                      | market | story
      10:00 | SELL 100 MOC tif=GTC                       | wait   | e113 / -
      10:00 | SELL 100 STP                               | wait   | e403 / -
      10:00 | SELL 100 STP auxPrice=99 tif=IOC           | wait   | e111 / -
      10:00 | BUY 100 LMT lmtPrice=99.50 triggerMethod=2 | wait   | e146 / -
      10:00 | BUY 100 MKT hidden=1                       | wait   | e152 / -
      10:00 | BUY 100 WISH                               | wait   | e387 / -
      10:00 | BUY 100 LMT lmtPrice=99.5 displaySize=50   | wait   | e321 / -
      10:00 | BUY 100 LMT lmtPrice=99.5 minQty=200       | wait   | e321 / -
    `),
  )('at $at $order; then $market', ({ at, order, market, story }) => {
    expect(storyOf(at, order, market)).toBe(story)
  })
})
