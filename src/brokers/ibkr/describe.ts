/** Looking instruments up: contract details and the market rule of their venue, each asked once. */
import type { Contract, ContractDetails } from '@stoqey/ib'
import type { Instrument } from '#model/instrument.ts'
import { instrumentIdOf, type InstrumentName } from '#model/instrument-id.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { UnknownInstrument } from '#brokers/broker.ts'
import { instrumentFrom, marketRuleIdOf, oneContract } from '#brokers/ibkr/translate-instrument.ts'
import { contractOfName } from '#tws/contract.ts'
import { contractDetails, marketRule } from '#tws/contract-queries.ts'
import { inParallel } from '#tws/in-parallel.ts'
import type { RuleRow } from '#tws/messages.ts'
import type { TwsSession } from '#tws/session.ts'
import { TwsError } from '#tws/tws-error.ts'

/** Few enough that no question waits for its turn longer than a second (35 a second). */
const IN_FLIGHT = 30

/** Rules by id: they are the exchanges' and change with an announcement, not with a session. */
export type MarketRules = Map<number, Promise<readonly RuleRow[]>>

/**
 * One answer a name, in order.
 *
 * @throws TwsError `timeout`, `not-connected`
 */
export function describeAll(
  session: TwsSession,
  names: readonly InstrumentName[],
  rules: MarketRules,
  timeoutMs: number,
): Promise<(Instrument | UnknownInstrument)[]> {
  return inParallel(names, IN_FLIGHT, async (name) => {
    const found = await describeOne(session, name, rules, timeoutMs)
    return found.ok ? found.value : { unknown: instrumentIdOf(name), reason: found.error }
  })
}

async function describeOne(
  session: TwsSession,
  name: InstrumentName,
  rules: MarketRules,
  timeoutMs: number,
): Promise<Result<Instrument>> {
  const rows = await detailsOf(session, contractOfName(name), instrumentIdOf(name), timeoutMs)
  if (!rows.ok) return rows
  const details = oneContract(rows.value)
  if (!details.ok) return details
  const ruleId = marketRuleIdOf(details.value)
  const rule = ruleId === undefined ? [] : await ruleOf(session, ruleId, rules, timeoutMs)
  return instrumentFrom(name, details.value, rule)
}

/** TWS's refusal of the name is an answer; only a broken conversation is thrown. */
async function detailsOf(
  session: TwsSession,
  contract: Contract,
  what: string,
  timeoutMs: number,
): Promise<Result<readonly ContractDetails[]>> {
  try {
    return ok(await contractDetails(session, contract, what, timeoutMs))
  } catch (error) {
    if (error instanceof TwsError && error.kind === 'refused') return err(error.message)
    throw error
  }
}

function ruleOf(
  session: TwsSession,
  ruleId: number,
  rules: MarketRules,
  timeoutMs: number,
): Promise<readonly RuleRow[]> {
  const known = rules.get(ruleId)
  if (known !== undefined) return known
  const asked = marketRule(session, ruleId, timeoutMs)
  rules.set(ruleId, asked)
  asked.catch(() => rules.delete(ruleId)) // a failure is not remembered
  return asked
}
