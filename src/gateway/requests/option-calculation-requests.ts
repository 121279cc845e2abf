/** Requests to compute an option's volatility from a price, or its price from a volatility. */
import { ERRORS } from '#gateway/error-codes.ts'
import { wireComputation } from '#gateway/market-data/option-ticks.ts'
import { TICK, tickOptionComputation } from '#gateway/messages/outgoing/market-data.ts'
import { readContract } from '#gateway/messages/wire-contract.ts'
import { dataContract } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import type { OptionAssumption } from '#exchange/exchange.ts'

/** @param assume - what the two numbers of the request are */
const calculation =
  (assume: (given: number, underlyingPrice: number) => OptionAssumption): Handler =>
  (desk, session, fields) => {
    fields.skip()
    const reqId = fields.id('reqId')
    const query = readContract(fields)
    const [given, underlying] = [Number(fields.text()), Number(fields.text())]
    if (refusedUnreadable(session, reqId, fields)) return
    const found = dataContract(desk, query)
    if (!found.ok) {
      refuse(session, reqId, found.error)
      return
    }
    const { instrument } = found.value
    if (instrument.assetClass !== 'OPT' || !(given > 0) || !(underlying > 0)) {
      refuse(session, reqId, ERRORS.invalid('Only options are calculated, from numbers above zero'))
      return
    }
    const computed = desk.venue.calculate(instrument.id, assume(given, underlying))
    session.send(tickOptionComputation(reqId, TICK.CUSTOM_OPTION, wireComputation(computed)))
  }

/** REQ_CALC_IMPLIED_VOLAT: 2, reqId, contract, optionPrice, underPrice, options. */
export const reqCalcImpliedVolatility = calculation((optionPrice, underlyingPrice) => ({ optionPrice, underlyingPrice })) // prettier-ignore

/** REQ_CALC_OPTION_PRICE: 2, reqId, contract, volatility, underPrice, options. */
export const reqCalcOptionPrice = calculation((volatility, underlyingPrice) => ({ volatility, underlyingPrice })) // prettier-ignore
