/** The ticks by which IBKR tells delayed data apart from live ("Available Tick Types", 66 to 76, 80 to 83, 88, 90). */
import { TICK } from '#gateway/messages/outgoing/market-data.ts'

/** From a live tick's number to the delayed one's; those that are missing keep their number. */
export const LATE_TICKS: ReadonlyMap<number, number> = new Map([
  [TICK.BID, TICK.DELAYED_BID],
  [TICK.ASK, TICK.DELAYED_ASK],
  [TICK.LAST, TICK.DELAYED_LAST],
  [TICK.BID_SIZE, TICK.DELAYED_BID_SIZE],
  [TICK.ASK_SIZE, TICK.DELAYED_ASK_SIZE],
  [TICK.LAST_SIZE, TICK.DELAYED_LAST_SIZE],
  [TICK.HIGH, TICK.DELAYED_HIGH],
  [TICK.LOW, TICK.DELAYED_LOW],
  [TICK.VOLUME, TICK.DELAYED_VOLUME],
  [TICK.CLOSE, TICK.DELAYED_CLOSE],
  [TICK.OPEN, TICK.DELAYED_OPEN],
  [TICK.BID_OPTION, TICK.DELAYED_BID_OPTION],
  [TICK.ASK_OPTION, TICK.DELAYED_ASK_OPTION],
  [TICK.LAST_OPTION, TICK.DELAYED_LAST_OPTION],
  [TICK.MODEL_OPTION, TICK.DELAYED_MODEL_OPTION],
  [TICK.LAST_TIMESTAMP, TICK.DELAYED_LAST_TIMESTAMP],
  [TICK.HALTED, TICK.DELAYED_HALTED],
])
