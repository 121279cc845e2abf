/**
 * Tells a person, wherever he is: through the log, and through a webhook if the environment names
 * one. Nothing waits for an alert, and an alert that fails is logged and forgotten; the condition
 * that it tells of stands in the journal.
 *
 * The webhook's address is a secret (who has it may post): environment only, https, no redirects,
 * never logged.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { Logger } from '#runtime/logger.ts'
import { redactor } from '#runtime/redaction.ts'

export type Severity = 'info' | 'warning' | 'critical'

export interface Alert {
  readonly severity: Severity
  readonly text: string
}

export interface Alerts {
  /** Never throws, never waits. */
  raise(alert: Alert): void
  /** Resolves when what was raised is posted or given up, `TIMEOUT_MS` at the latest. */
  settled(): Promise<void>
}

export interface AlertsOptions {
  readonly logger: Logger
  /** From `webhookFrom`; without one alerts go to the log alone. */
  readonly webhook: URL | undefined
  /** Who speaks: the account. */
  readonly source: string
  /** Values never to be posted. */
  readonly secrets: readonly string[]
  /** Posts JSON; rejects when it did not arrive. */
  readonly post?: typeof postJson
}

/** The name of the environment's variable that holds the webhook's address. */
export const WEBHOOK_VARIABLE = 'BALLAST_ALERT_WEBHOOK'

/** An answer later than this is none, ms. */
export const TIMEOUT_MS = 5_000

/** Posts under way; what comes on top is logged only, as in an alert storm. */
const IN_FLIGHT = 8

/** By severity: the level of the log's line. */
const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<
  Severity,
  keyof Logger
>

export function createAlerts(options: AlertsOptions): Alerts {
  const { logger, webhook, source, post = postJson } = options
  const clean = redactor([...options.secrets, ...(webhook === undefined ? [] : [webhook.href])])
  const underWay = new Set<Promise<void>>()

  const deliver = async (url: URL, alert: Alert): Promise<void> => {
    try {
      await post(url, { source, ...alert })
    } catch (error) {
      logger.error('an alert was not delivered', {
        text: alert.text,
        reason: clean(reasonOf(error)),
      })
    }
  }
  return {
    raise({ severity, text }) {
      const alert = { severity, text: clean(text) }
      logger[LEVELS[severity]](alert.text, { alert: severity })
      if (webhook === undefined) return
      if (underWay.size >= IN_FLIGHT)
        return logger.warn('an alert was not posted: too many under way', { text: alert.text })
      const delivery = deliver(webhook, alert).finally(() => underWay.delete(delivery))
      underWay.add(delivery)
    },
    async settled() {
      await Promise.all(underWay)
    },
  }
}

/**
 * Reads the webhook's address.
 *
 * @returns undefined when none is set; an error without the address in it
 */
export function webhookFrom(
  environment: Readonly<Record<string, string | undefined>>,
): Result<URL | undefined> {
  const text = environment[WEBHOOK_VARIABLE] ?? ''
  if (text === '') return ok(undefined)
  const url = URL.parse(text)
  if (url === null) return err(`${WEBHOOK_VARIABLE}: not an address, expected https://…`)
  if (url.protocol !== 'https:')
    return err(`${WEBHOOK_VARIABLE}: was ${url.protocol}//…, expected https://…`)
  return ok(url)
}

/**
 * Posts JSON once.
 *
 * @throws Error when it does not arrive in time, is redirected, or is answered with other than 2xx
 */
export async function postJson(
  url: URL,
  message: Readonly<Record<string, string>>,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`answered with status ${response.status}`)
}

/** With the cause: `fetch` itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
