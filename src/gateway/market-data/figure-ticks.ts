/** Ticks of figures that change by the minute or the day: ranges, volatilities, rates, open interest, dividends. */
import type { TickFacts, TickRule } from '#gateway/market-data/tick-facts.ts'
import { TICK, tickGeneric, tickPrice, tickSize } from '#gateway/messages/outgoing/market-data.ts'
import { textOf, type Message } from '#gateway/wire/field.ts'

type Figure = (facts: TickFacts) => number | undefined

/** How a figure is told. */
const TELL = {
  price: (tick: number, value: number): Message => tickPrice(0, tick, textOf(rounded(value, 6)), '0'), // prettier-ignore
  size: (tick: number, value: number): Message => tickSize(0, tick, textOf(Math.round(value))),
  generic: (tick: number, value: number): Message => tickGeneric(0, tick, textOf(rounded(value, 9))), // prettier-ignore
} as const

function figure(asked: number, tick: number, told: keyof typeof TELL, of: Figure): TickRule {
  return {
    asked: [asked],
    isSlow: true,
    isFree: true,
    value: of,
    message: (facts) => TELL[told](tick, of(facts) ?? 0),
  }
}

const rounded = (value: number, places: number): number => {
  const unit = 10 ** places
  return Math.round(value * unit) / unit
}

/** A contract's own option figures stand under its right; an underlying's are the sums over its chains. */
const ofRight =
  (right: 'C' | 'P', what: 'volume' | 'openInterest'): Figure =>
  ({ listed, quote, figures }) => {
    if (listed.assetClass === 'OPT') {
      if (listed.right !== right) return 0
      return what === 'volume' ? Number(quote.volume / 1_000_000_000n) : figures()?.openInterest
    }
    const sums = what === 'volume' ? figures()?.optionVolume : figures()?.optionOpenInterest
    return sums === undefined ? undefined : right === 'C' ? sums.calls : sums.puts
  }

const traded: Figure = ({ listed, figures }) =>
  listed.assetClass === 'CASH' || listed.assetClass === 'IND' ? undefined : figures()?.averageVolume

export const figureTick: readonly TickRule[] = [
  figure(100, TICK.CALL_VOLUME, 'size', ofRight('C', 'volume')),
  figure(100, TICK.PUT_VOLUME, 'size', ofRight('P', 'volume')),
  figure(101, TICK.CALL_OPEN_INTEREST, 'size', ofRight('C', 'openInterest')),
  figure(101, TICK.PUT_OPEN_INTEREST, 'size', ofRight('P', 'openInterest')),
  figure(104, TICK.HISTORICAL_VOLATILITY, 'generic', ({ figures }) => figures()?.historicalVolatility), // prettier-ignore
  figure(105, TICK.AVERAGE_OPTION_VOLUME, 'size', ({ figures }) => figures()?.averageOptionVolume),
  figure(106, TICK.IMPLIED_VOLATILITY, 'generic', ({ figures }) => figures()?.impliedVolatility),
  figure(165, TICK.LOW_13_WEEKS, 'price', ({ range }) => range(13)?.low),
  figure(165, TICK.HIGH_13_WEEKS, 'price', ({ range }) => range(13)?.high),
  figure(165, TICK.LOW_26_WEEKS, 'price', ({ range }) => range(26)?.low),
  figure(165, TICK.HIGH_26_WEEKS, 'price', ({ range }) => range(26)?.high),
  figure(165, TICK.LOW_52_WEEKS, 'price', ({ figures }) => figures()?.low52),
  figure(165, TICK.HIGH_52_WEEKS, 'price', ({ figures }) => figures()?.high52),
  figure(165, TICK.AVERAGE_VOLUME, 'size', traded),
  figure(293, TICK.TRADE_COUNT, 'generic', ({ figures }) => figures()?.tradeCount),
  figure(294, TICK.TRADE_RATE, 'generic', ({ figures }) => figures()?.tradeRate),
  figure(295, TICK.VOLUME_RATE, 'generic', ({ figures }) => figures()?.volumeRate),
  figure(411, TICK.RT_HISTORICAL_VOLATILITY, 'generic', ({ figures }) => figures()?.historicalVolatility), // prettier-ignore
  figure(588, TICK.FUTURES_OPEN_INTEREST, 'size', ({ listed, figures }) =>
    listed.assetClass === 'FUT' ? figures()?.openInterest : undefined,
  ),
  figure(595, TICK.VOLUME_3_MINUTES, 'size', ({ minuteVolumes }) => minuteVolumes()?.[3]),
  figure(595, TICK.VOLUME_5_MINUTES, 'size', ({ minuteVolumes }) => minuteVolumes()?.[5]),
  figure(595, TICK.VOLUME_10_MINUTES, 'size', ({ minuteVolumes }) => minuteVolumes()?.[10]),
]

/** `past 12 months,next 12 months,next date,next amount`; the last two empty while none is announced. */
export function dividendText({ listed, figures }: TickFacts): string | undefined {
  const known = listed.assetClass === 'STK' ? figures()?.dividends : undefined
  if (known === undefined) return undefined
  const { past, next, nextDate, nextAmount } = known
  const amount = nextAmount === undefined ? '' : textOf(nextAmount)
  return [textOf(past), textOf(next), nextDate?.replaceAll('-', '') ?? '', amount].join(',')
}
