/** Paper and live are never mixed up: what is configured must agree with what TWS manages. Pure. */
import { isPaperAccount, type IbkrBrokerConfig } from '#brokers/ibkr/config.ts'

/** What in the configuration contradicts itself; undefined: nothing. */
export function modeProblem({
  account,
  mode,
}: Pick<IbkrBrokerConfig, 'account' | 'mode'>): string | undefined {
  // prettier-ignore
  const kind = isPaperAccount(account) ? 'paper' : 'live'
  if (kind === mode) return undefined
  return `account ${account} is a ${kind} account (paper codes begin with DU or DF), but the configured mode is ${mode}; expected both to agree: correct the account or the mode`
}

/** Why we must not trade through this TWS; undefined: nothing is wrong. */
export function accountProblem(
  config: Pick<IbkrBrokerConfig, 'account' | 'mode' | 'host' | 'port'>,
  managed: readonly string[],
): string | undefined {
  const { account, host, port } = config
  if (managed.includes(account)) return modeProblem(config)
  const seen = managed.length === 0 ? 'no account' : managed.join(', ')
  return `${host}:${port} manages ${seen}; expected the configured account ${account} among them: log in to that account, or configure the right one`
}
