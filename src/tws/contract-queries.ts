/** What TWS knows of instruments: contract details and the price steps of their venues. */
import type { Contract, ContractDetails } from '@stoqey/ib'
import type { RuleRow } from '#tws/messages.ts'
import type { TwsSession } from '#tws/session.ts'

/**
 * Everything that fits a contract's description.
 *
 * @throws TwsError `refused` with code 200 where nothing does
 */
export function contractDetails(
  session: TwsSession,
  contract: Contract,
  what: string,
  timeoutMs: number,
): Promise<readonly ContractDetails[]> {
  const rows: ContractDetails[] = []
  return session.ask(
    {
      what: `contract details of ${what}`,
      numbered: true,
      send: (api, reqId) => api.reqContractDetails(reqId, contract),
      take(message) {
        if (message.type === 'contractDetails') rows.push(message.details)
        return message.type === 'end' ? { value: rows } : undefined
      },
    },
    timeoutMs,
  )
}

/** The price steps of a market rule, as its rows come. */
export const marketRule = (
  session: TwsSession,
  ruleId: number,
  timeoutMs: number,
): Promise<readonly RuleRow[]> =>
  session.ask(
    {
      what: `market rule ${ruleId}`,
      numbered: false,
      kind: `market-rule ${ruleId}`,
      send: (api) => api.reqMarketRule(ruleId),
      take: (message) =>
        message.type === 'marketRule' && message.ruleId === ruleId
          ? { value: message.increments }
          : undefined,
    },
    timeoutMs,
  )
