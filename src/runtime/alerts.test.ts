import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createAlerts, postJson, WEBHOOK_VARIABLE, webhookFrom } from '#runtime/alerts.ts'
import { type LogFields, type Logger, silentLogger } from '#runtime/logger.ts'
import { table } from '#test/support/table.ts'

const HOOK = new URL('https://hooks.example.com/services/T0/secret-path')

test('an alert is logged by its severity and posted, without secrets', async () => {
  const { logger, lines } = remembering()
  const posted: unknown[] = []
  const post = async (url: URL, message: unknown) => void posted.push([url.href, message])
  const alerts = createAlerts({
    logger,
    webhook: HOOK,
    source: 'DU1',
    secrets: ['pass-phrase'],
    post,
  })
  alerts.raise({ severity: 'info', text: 'run completed' })
  alerts.raise({ severity: 'critical', text: `halted: pass-phrase at ${HOOK.href}` })
  await alerts.settled()
  expect(lines).toEqual(['info: run completed', 'error: halted: <redacted> at <redacted>'])
  expect(posted).toEqual([
    [HOOK.href, { source: 'DU1', severity: 'info', text: 'run completed' }],
    [HOOK.href, { source: 'DU1', severity: 'critical', text: 'halted: <redacted> at <redacted>' }],
  ])
})

test('without a webhook the log is enough', async () => {
  const { logger, lines } = remembering()
  const alerts = createAlerts({ logger, webhook: undefined, source: 'DU1', secrets: [] })
  alerts.raise({ severity: 'warning', text: 'quotes are stale' })
  await alerts.settled()
  expect(lines).toEqual(['warn: quotes are stale'])
})

test('an alert that does not arrive is logged, without the address', async () => {
  const { logger, lines, details } = remembering()
  const post = () => Promise.reject(new Error(`no route to ${HOOK.href}`))
  const alerts = createAlerts({ logger, webhook: HOOK, source: 'DU1', secrets: [], post })
  alerts.raise({ severity: 'warning', text: 'quotes are stale' })
  await alerts.settled()
  expect(lines[1]).toBe('error: an alert was not delivered')
  expect(details[1]).toEqual({ text: 'quotes are stale', reason: 'no route to <redacted>' })
})

test('in a storm of alerts the log has all, the webhook eight at a time', async () => {
  const { logger, lines } = remembering()
  const gate = Promise.withResolvers<void>()
  let posted = 0
  const post = () => ((posted += 1), gate.promise)
  const alerts = createAlerts({ logger, webhook: HOOK, source: 'DU1', secrets: [], post })
  for (let i = 0; i < 10; i++) alerts.raise({ severity: 'warning', text: `alert ${i}` })
  expect(posted).toBe(8)
  expect(lines.filter((line) => line.startsWith('warn: alert'))).toHaveLength(10)
  gate.resolve()
  await alerts.settled()
  alerts.raise({ severity: 'warning', text: 'one more' })
  expect(posted).toBe(9)
})

test.each(
  table(`
    address                     | answer
    http://hooks.example.com/x  | BALLAST_ALERT_WEBHOOK: was http://…, expected https://…
    file:///etc/passwd          | BALLAST_ALERT_WEBHOOK: was file://…, expected https://…
    hooks.example.com           | BALLAST_ALERT_WEBHOOK: not an address, expected https://…
  `),
)('the webhook $address is refused', ({ address, answer }) => {
  expect(webhookFrom({ [WEBHOOK_VARIABLE]: address })).toEqual({ ok: false, error: answer })
})

test('a webhook is optional, and https', () => {
  expect(webhookFrom({})).toEqual({ ok: true, value: undefined })
  expect(webhookFrom({ [WEBHOOK_VARIABLE]: HOOK.href })).toEqual({ ok: true, value: HOOK })
})

test('a post arrives as JSON', async () => {
  const got = Promise.withResolvers<unknown>()
  const url = await serving((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      got.resolve([request.method, request.headers['content-type'], JSON.parse(text)])
      response.end('ok')
    })
  })
  await postJson(url, { text: 'größe' })
  expect(await got.promise).toEqual(['POST', 'application/json', { text: 'größe' }])
})

test('a redirect is not followed', async () => {
  let visits = 0
  const url = await serving((_, response) => {
    visits += 1
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await expect(postJson(url, {})).rejects.toThrow()
  expect(visits).toBe(1)
})

test('an answer other than 2xx is a failure, and so is none in time', async () => {
  const refusing = await serving((_, response) => response.writeHead(500).end())
  await expect(postJson(refusing, {})).rejects.toThrow('answered with status 500')
  const silent = await serving(() => {})
  await expect(postJson(silent, {}, 30)).rejects.toThrow('timeout')
})

async function serving(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`)
}

function remembering(): { logger: Logger; lines: string[]; details: (LogFields | undefined)[] } {
  const lines: string[] = []
  const details: (LogFields | undefined)[] = []
  const at = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(`${level}: ${message}`)
    details.push(fields)
  }
  const logger = { ...silentLogger, info: at('info'), warn: at('warn'), error: at('error') }
  return { logger, lines, details }
}
