/** Faults of the account's figures, of positions and of requests. */
import { z } from 'zod'
import { fault, onTime, type AnyFaultKind } from '#gateway/faults/fault.ts'
import { NO_PARAMETERS, concerned, unsaid } from '#gateway/faults/kinds/answers.ts'
import { duration } from '#gateway/faults/spec.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'

const POSITIONS = ['POSITION', 'POSITION_MULTI', 'PORTFOLIO_VALUE']

export const ACCOUNT_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'positions-late': fault({
    does: 'Positions lag the fills.',
    seen: 'ib-api-reloaded/ib_async#15, #69; erdewit/ib_insync#575',
    parameters: z.strictObject({ by: duration.prefault('10s') }),
    effect: {
      on: 'message',
      of: POSITIONS,
      act: (_context, { by }, message) => [{ message, afterMs: by }],
    },
  }),

  'positions-empty': unsaid(
    {
      does: 'The list of positions comes empty: its end, and nothing before it.',
      seen: 'nautechsystems/nautilus_trader#4230: a failed query is not an empty answer',
    },
    ['POSITION', 'POSITION_MULTI'],
  ),

  'unknown-security-type': fault({
    does: 'Among the positions is one of a security type that no client knows.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#171: a PREBORROW row',
    parameters: z.strictObject({ secType: z.string().default('SLB') }),
    effect: {
      on: 'message',
      of: ['POSITION'],
      act: (_context, { secType }, message) => [
        { message: { ...message, secType, conId: 1, symbol: 'PREBORROW' }, afterMs: 0 },
        { message, afterMs: 0 },
      ],
    },
  }),

  'account-values-stale': unsaid(
    {
      does: 'Account values stop coming.',
      seen: 'IBKR’s guide: every three minutes, or when positions change',
    },
    ['ACCT_VALUE', 'ACCOUNT_SUMMARY', 'ACCOUNT_UPDATE_MULTI', 'ACCT_UPDATE_TIME'],
  ),

  'account-not-ready': fault({
    does: 'AccountReady is false and figures are 0, as during the nightly reset.',
    seen: 'IBKR’s guide, Account Value Update',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'message',
      of: ['ACCT_VALUE'],
      act: (_context, _params, message) => {
        const { key, value } = message
        if (key === 'AccountReady') return onTime({ ...message, value: 'false' })
        return onTime(Number.isNaN(Number(value)) ? message : { ...message, value: '0.00' })
      },
    },
  }),

  'slow-answers': fault({
    does: 'Requests are answered late.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#93',
    parameters: z.strictObject({ by: duration.prefault('2s') }),
    effect: { on: 'request', act: (_context, { by }) => ({ type: 'delay', ms: by }) },
  }),

  'request-lost': fault({
    does: 'A request is never answered.',
    seen: 'ib-api-reloaded/ib_async#54',
    parameters: NO_PARAMETERS,
    effect: { on: 'request', act: () => ({ type: 'drop' }) },
  }),

  'clock-skew': fault({
    does: 'The gateway’s clock is off by so many seconds.',
    seen: 'a machine without time synchronisation',
    parameters: z.strictObject({ seconds: z.int().default(30) }),
    effect: {
      on: 'message',
      of: ['CURRENT_TIME'],
      act: (_context, { seconds }, message) =>
        onTime({ ...message, time: Number(message['time']) + seconds }),
    },
  }),

  'account-unsubscribed': fault({
    does: '2100: another client took over account updates; they stop.',
    seen: 'IBKR’s message codes',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const session of concerned(context)) {
          session.accountUpdates = undefined
          session.deliver({
            msgId: OUTGOING.ERR_MSG,
            version: 2,
            reqId: -1,
            errorCode: 2100,
            errorMsg: 'API client has been unsubscribed from account data.',
            advancedOrderRejectJson: '',
          })
        }
      },
    },
  }),
}
