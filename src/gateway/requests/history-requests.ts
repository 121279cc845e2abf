/** Requests for history: bars and how far back they go. */
import { findOne, type Found } from '#gateway/contracts/find-contract.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { historyOf, type HistoryQuery } from '#gateway/history/bars.ts'
import {
  parseBarSize,
  parseDuration,
  parseWhatToShow,
  type WhatToShow,
} from '#gateway/history/history-query.ts'
import { headTimestamp, historicalData } from '#gateway/messages/outgoing/history.ts'
import { readContract, skipLegs, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import { parseWireTime, wireTime, wireUtc } from '#gateway/venue-time.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import { err, ok, type Result } from '#model/result.ts'
import { isoDateOf } from '#model/time.ts'

/**
 * REQ_HISTORICAL_DATA: reqId, contract, includeExpired, endDateTime, barSize, duration, useRTH,
 * whatToShow, formatDate, [legs], keepUpToDate, options. There is no trading outside regular hours
 * here, so useRTH changes nothing.
 */
export const reqHistoricalData: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const asked = readAsked(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  const query = queryOf(desk, asked)
  if (!query.ok) {
    refuse(session, reqId, query.error)
    return
  }
  const history = historyOf(desk.venue, query.value)
  if (!history.ok) {
    refuse(session, reqId, history.error)
    return
  }
  const { start, bars } = history.value
  if (bars.length === 0) refuse(session, reqId, noData(asked))
  else session.send(historicalData(reqId, wireTime(start), wireTime(query.value.end), bars))
}

interface Asked {
  readonly contract: ContractQuery
  readonly end: string
  readonly barSize: string
  readonly duration: string
  readonly show: string
  readonly formatDate: number
  readonly keepUpToDate: boolean
}

function readAsked(fields: FieldReader): Asked {
  const contract = readContract(fields)
  fields.skip()
  const { end, barSize, duration } = fields.named(['end', 'barSize', 'duration'])
  fields.skip()
  const show = fields.text()
  const formatDate = fields.integer('formatDate') ?? 1
  skipLegs(fields, contract)
  return { contract, end, barSize, duration, show, formatDate, keepUpToDate: fields.flag() }
}

function queryOf(desk: Desk, asked: Asked): Result<HistoryQuery, ErrorAnswer> {
  const found = findOne(desk.venue.instruments, asked.contract)
  if (!found.ok) return found
  const size = parseBarSize(asked.barSize)
  if (!size.ok) return size
  const duration = parseDuration(asked.duration)
  if (!duration.ok) return duration
  const show = shownOf(asked, found.value)
  if (!show.ok) return show
  if (asked.keepUpToDate) return err(ERRORS.notSimulated('keepUpToDate'))
  const end = asked.end === '' ? desk.venue.now : parseWireTime(asked.end)
  if (end === undefined) return err(ERRORS.badEndTime())
  return ok({
    instrument: found.value.instrument,
    end,
    duration: duration.value,
    size: size.value,
    show: show.value,
    epochDates: asked.formatDate === 2,
  })
}

function shownOf(asked: Asked, { instrument, exchange }: Found): Result<WhatToShow, ErrorAnswer> {
  const show = parseWhatToShow(asked.show, `${instrument.symbol}@${exchange}`)
  if (!show.ok) return show
  if (show.value === 'ADJUSTED_LAST' && asked.end !== '')
    return err(ERRORS.invalid('End Date not supported with adjusted last'))
  // Forex has no trades that IBKR reports.
  const traded = show.value === 'TRADES' || show.value === 'ADJUSTED_LAST'
  return traded && instrument.assetClass === 'CASH' ? err(noData(asked)) : show
}

const noData = ({ contract, show }: Asked): ErrorAnswer =>
  ERRORS.noHistory(
    `HMDS query returned no data: ${contract.localSymbol || contract.symbol}@${contract.exchange} ${titleCase(show)}`,
  )

const titleCase = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase() // prettier-ignore

/** CANCEL_HISTORICAL_DATA: version, reqId. Answers go out at once, so there is never one left to cancel. */
export const cancelHistoricalData: Handler = (_desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields))
    refuse(session, reqId, ERRORS.noSuchHistoricalQuery(reqId))
}

/** More sessions than any market here has. */
const ALL_BARS = 20_000

/** REQ_HEAD_TIMESTAMP: reqId, contract, includeExpired, useRTH, whatToShow, formatDate. */
export const reqHeadTimestamp: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const contract = readContract(fields)
  fields.skip(3)
  const formatDate = fields.integer('formatDate') ?? 1
  if (refusedUnreadable(session, reqId, fields)) return
  const found = findOne(desk.venue.instruments, contract)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  const { id } = found.value.instrument
  const until = isoDateOf(desk.venue.now)
  const first = desk.venue.dailyBars(id, ALL_BARS, until, 'splits')[0]
  if (first === undefined) refuse(session, reqId, ERRORS.noHistory('No head time stamp'))
  else session.send(headTimestamp(reqId, formatDate === 2 ? String(first.at / 1000) : wireUtc(first.at))) // prettier-ignore
}
