/**
 * One order's story: it is placed, the market does what the test says, and the client writes down what it hears,
 * message by message.
 */
import { REG_T_ACCOUNT, type ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import { openDesk, type Desk } from '#gateway/desk.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { nextTradingDay } from '#marketdata/calendar.ts'
import { scriptedMarket, type MarketScript } from '#test/support/scripted-market.ts'
import { AAPL, at, stock } from '#test/support/venue.ts'
import { startedClient, type WireClient } from '#test/support/wire-client.ts'

/** How long a step lasts: some quotes, and the commission. */
const STEP_MS = 5_000
const TODAY = '2018-02-05'
const ORDER_ID = '5'
const A_LOT_OF_UNITS = 1_000_000

/** What a step does to the clock, the market or the order. */
interface Step {
  readonly word: string
  readonly from: number
  readonly to: number
}

/**
 * @param orderText - `BUY 100 STP_LMT auxPrice=101 lmtPrice=102`, an underscore being a space
 * @param stepsText - parted by commas: a price, `flow` (others trade), `wait`, a time `15:50`, `next 09:31` (on the
 *   next day), `cancel`, `modify lmtPrice=99`, `halt`, `resume`, `down`, `up` (the link), `bust`, `correct 99`
 * @returns what was heard after placing and after each step, parted by ` / `
 */
export function storyOf(startText: string, orderText: string, stepsText: string): string {
  const steps = timed(at(startText), stepsText.split(',').map((word) => word.trim()).filter(Boolean)) // prettier-ignore
  const { desk, client } = scriptedDesk(at(startText), scriptOf(at(startText), steps))
  const asked = orderOf(orderText)
  client.placeOrder(asked)
  const chapters = [chapterOf(client)]
  for (const step of steps) {
    act(desk, client, asked, step)
    chapters.push(chapterOf(client))
  }
  return chapters.join(' / ')
}

/** A desk over the scripted market, with 1,000 shares and a client that has started. */
export function scriptedDesk(
  startAt: number,
  script: MarketScript,
  clearing: Partial<ClearingSettings> = {},
): { readonly desk: Desk; readonly client: WireClient } {
  const aapl = stock('AAPL', { lot: quantity('100'), conId: 265598 })
  const desk = openDesk(
    createExchange({
      seed: 7,
      account: 'DU1234567' as AccountId,
      baseCurrency: 'USD',
      startAt,
      market: scriptedMarket(aapl, script),
      cash: new Map([['USD', money('1000000', 'USD')]]),
      positions: [{ instrument: AAPL, quantity: quantity('1000') }],
      halted: [],
      clearing: { ...REG_T_ACCOUNT, ...clearing },
      impact: { permanent: 0, daysToTurnOver: 200, halfLifeMs: 1 },
    }),
  )
  return { desk, client: startedClient(desk, 1) }
}

/** When each step begins and ends. */
function timed(startAt: number, words: readonly string[]): readonly Step[] {
  let now = startAt
  return words.map((word) => {
    const from = now
    now = endOf(word, from)
    return { word, from, to: now }
  })
}

function endOf(word: string, from: number): number {
  const [first = '', time = ''] = word.split(' ')
  if (/^\d\d:\d\d$/.test(first)) return at(first, TODAY)
  if (first === 'next') return at(time, nextTradingDay(TODAY))
  return AT_ONCE.has(first) ? from : from + STEP_MS
}

const AT_ONCE = new Set(['cancel', 'modify', 'halt', 'resume', 'down', 'up', 'bust', 'correct'])

function scriptOf(startAt: number, steps: readonly Step[]): MarketScript {
  return {
    prices: [
      { at: startAt - 86_400_000, price: 100 },
      ...steps.flatMap(({ word, from }) =>
        /^\d+(\.\d+)?$/.test(word) ? [{ at: from + 1, price: Number(word) }] : [],
      ),
    ],
    trades: steps.flatMap(({ word, from }) =>
      word === 'flow' ? [{ at: from + 2_000, units: A_LOT_OF_UNITS }] : [],
    ),
  }
}

function orderOf(text: string): Record<string, string> {
  const [action = '', totalQuantity = '', orderType = '', ...rest] = text.split(/\s+/)
  return {
    orderId: ORDER_ID,
    action,
    totalQuantity,
    orderType: orderType.replaceAll('_', ' '),
    lmtPrice: '',
    ...fieldsOf(rest),
  }
}

const fieldsOf = (pairs: readonly string[]): Record<string, string> =>
  Object.fromEntries(pairs.map((pair) => pair.replaceAll('_', ' ').split('=')))

function act(desk: Desk, client: WireClient, asked: Record<string, string>, step: Step): void {
  const [verb = '', ...rest] = step.word.split(' ')
  const { controls } = desk.venue
  const execId = desk.venue.executions()[0]?.execId
  if (verb === 'cancel') client.say(4, 1, ORDER_ID, '')
  else if (verb === 'modify') client.placeOrder({ ...asked, ...fieldsOf(rest) })
  else if (verb === 'halt') desk.publish(controls.halt(AAPL))
  else if (verb === 'resume') desk.publish(controls.resume(AAPL))
  else if (verb === 'down' || verb === 'up') desk.publish(controls.setLink(verb === 'up'))
  else if (verb === 'bust' && execId !== undefined) desk.publish(controls.bustExecution(execId))
  else if (verb === 'correct' && execId !== undefined) desk.publish(controls.correctExecution(execId, price(rest[0] ?? ''))) // prettier-ignore
  desk.advance(step.to)
}

const SHORT: Readonly<Record<string, string>> = {
  PreSubmitted: 'Pre',
  Submitted: 'Sub',
  Filled: 'Fil',
  Cancelled: 'Can',
  Inactive: 'Ina',
  PendingCancel: 'Pen',
}

const shortOf = (status = ''): string => SHORT[status] ?? status

type Fields = readonly string[]

/** How each message is written down; those that are not here are not about the order. */
const WRITTEN: Readonly<Record<string, (fields: Fields) => string>> = {
  '3': ([, , status, filled, remaining, , , , , , why = '']) => {
    const isPart = Number(filled) > 0 && Number(remaining) > 0
    return `s${shortOf(status)}${isPart ? `:${filled}` : ''}${why === '' ? '' : `?${why}`}`
  },
  '4': (fields) => `e${fields[3]}`,
  '5': (fields) => `o${shortOf(fields[93])}${trailOf(fields)}`,
  '11': (fields) => `x${fields[19]}@${fields[20]}`,
  '59': () => 'c',
}

/** Of a trailing order: where its stop stands, and its limit. */
function trailOf(fields: Fields): string {
  const [orderType = '', limit = '', stop = ''] = [fields[15], fields[16], fields[73]]
  if (!orderType.startsWith('TRAIL')) return ''
  return orderType === 'TRAIL' ? `~${stop}` : `~${stop}>${limit}`
}

function chapterOf(client: WireClient): string {
  const words = client.heard().flatMap((fields) => WRITTEN[fields[0] ?? '']?.(fields) ?? [])
  return words.length === 0 ? '-' : words.join(' ')
}
