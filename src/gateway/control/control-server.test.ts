import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ROUTES } from '#gateway/control/routes.ts'
import { serve } from '#gateway/server.ts'
import { TEN_O_CLOCK, smallDesk } from '#test/support/wire-client.ts'

interface Asked {
  readonly status: number
  readonly body: unknown
}

interface Caller {
  readonly port: number
  readonly tokenFile: string
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Asked>
}

async function controlled(clock: 'stepped' | 'offset' = 'stepped'): Promise<Caller> {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-control-'))
  const controlToken = join(folder, 'token')
  const gateway = await serve(smallDesk().venue, {
    host: '127.0.0.1',
    port: 0,
    clock,
    controlPort: 0,
    controlToken,
  })
  onTestFinished(async () => {
    await gateway.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const port = gateway.controlPort ?? 0
  const token = readFileSync(controlToken, 'utf8').trim()
  return {
    port,
    tokenFile: controlToken,
    ask: async (method, path, body, headers = {}) =>
      asked(port, method, path, body, {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      }),
  }
}

async function asked(
  port: number,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>()
  const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => (text += chunk))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
  })
  sent.on('error', reject)
  if (body !== undefined) sent.write(typeof body === 'string' ? body : JSON.stringify(body))
  sent.end()
  return promise
}

describe('the control port', () => {
  test('draws its token into a file that only its owner reads', async () => {
    const { tokenFile } = await controlled()
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(tokenFile, 'utf8').trim().length).toBeGreaterThanOrEqual(16)
  })

  test.each([
    ['without a token', { authorization: '' }, 401, /Bearer/],
    ['with another token', { authorization: 'Bearer 0123456789abcdef' }, 401, /Bearer/],
    ['from a web page', { origin: 'http://evil.example' }, 403, /web pages/],
    ['by another name', { host: 'evil.example' }, 421, /Host: was "evil\.example"/],
  ])('turns away who comes %s', async (_who, headers, status, error) => {
    const { ask } = await controlled()
    const answer = await ask('GET', '/clock', undefined, headers)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ error: expect.stringMatching(error) as string })
  })

  test.each([
    ['GET', '/nowhere', undefined, 404, /path: was \/nowhere, expected one of \/clock/],
    ['DELETE', '/clock', undefined, 405, /method: was DELETE, expected GET/],
    ['POST', '/clock/advance', 'no json', 400, /body: expected JSON/],
    ['POST', '/clock/advance', {}, 400, /^to: /],
    ['POST', '/clock/advance', { to: 'noon' }, 400, /to: was "noon", expected an instant/],
    ['POST', '/clock/advance', { to: '2020-01-01T00:00:00Z' }, 400, /time does not run backwards/],
    [
      'POST',
      '/clock/advance',
      { to: '9999-01-01T00:00:00Z' },
      400,
      /expected a year at most after 2026-01-05/,
    ],
    ['POST', '/clock/advance', `"${'x'.repeat(70_000)}"`, 400, /more than 65536 bytes/],
    ['POST', '/clock/speed', { factor: 2 }, 400, /venue time is stepped/],
    ['POST', '/faults', { fault: 'gremlins' }, 400, /was "gremlins", expected one of/],
    ['POST', '/faults', { fault: 'socket-cut', often: 1 }, 400, /often/],
    ['DELETE', '/faults?id=9', undefined, 400, /id: was "9"/],
    ['GET', '/book?instrument=ZZZZ', undefined, 400, /instrument: was "ZZZZ", expected one/],
    ['GET', '/book?instrument=AAPL&levels=-1', undefined, 400, /levels: was "-1"/],
    [
      'POST',
      '/trade',
      { instrument: 'AAPL', action: 'HOLD', quantity: 1 },
      400,
      /^action: was "HOLD", expected BUY or SELL$/,
    ],
    [
      'POST',
      '/trade',
      { instrument: 'AAPL', action: 'BUY', quantity: 'many' },
      400,
      /^quantity: was "many", expected a decimal such as 12\.5$/,
    ],
    [
      'POST',
      '/trade',
      { instrument: 'AAPL', action: 'BUY', quantity: 0 },
      400,
      /^quantity: was 0, expected more than 0$/,
    ],
    [
      'POST',
      '/trade',
      { instrument: 'AAPL', action: 'BUY', quantity: 1, tif: 'GTC' },
      400,
      /^body: unknown field tif$/,
    ],
    [
      'POST',
      '/trade',
      { instrument: 'AAPL', action: 'BUY', quantity: 1, limitPrice: '190.001' },
      400,
      /^order: refused with 110/,
    ],
    [
      'POST',
      '/trade',
      {},
      400,
      /^instrument: was absent, expected an instrument such as SPY; action: was absent/,
    ],
    [
      'POST',
      '/transfer',
      { currency: 'XXX', amount: 1 },
      400,
      /^currency: was "XXX", expected one that the account can hold, such as USD$/,
    ],
    [
      'POST',
      '/transfer',
      { currency: 'USD', amount: '1e400' },
      400,
      /^amount: was "1e400", expected a decimal/,
    ],
    [
      'POST',
      '/borrow',
      { instrument: 'AAPL', units: -1 },
      400,
      /^units: was -1, expected 0 or more$/,
    ],
    ['POST', '/actions', { type: 'gift' }, 400, /^type: was "gift", expected split, dividend/],
    [
      'POST',
      '/actions',
      { type: 'dividend', instrument: 'AAPL', date: '2026-01-06', amount: -1 },
      400,
      /^amount: was -1, expected more than 0$/,
    ],
    ['POST', '/faults', { fault: 'constructor' }, 400, /was "constructor", expected one of/],
    [
      'POST',
      '/faults',
      { fault: 'price-jumps', with: { symbol: 'NOPE' } },
      400,
      /^with\.symbol: was "NOPE", expected one that is listed, such as/,
    ],
    [
      'POST',
      '/faults',
      { fault: 'cash-moved', with: { currency: 'XXX' } },
      400,
      /^with\.currency: was "XXX"/,
    ],
    ['GET', '//', undefined, 404, /path: was \/\/, expected one of/],
  ])('%s %s %j is refused: %d', async (method, path, body, status, error) => {
    const { ask } = await controlled()
    const answer = await ask(method, path, body)
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(error) as string } }) // prettier-ignore
  })

  test('moves the stepped clock to a barrier', async () => {
    const { ask } = await controlled()
    const to = new Date(TEN_O_CLOCK + 60_000).toISOString()
    expect((await ask('POST', '/clock/advance', { to })).body).toMatchObject({
      venueTime: to,
      kind: 'stepped',
      speed: 0,
    })
  })

  test('changes the speed of a running clock, which then has no offset', async () => {
    const { ask } = await controlled('offset')
    const speed = ROUTES.find(({ path }) => path === '/clock/speed')
    const answer = await ask('POST', '/clock/speed', speed?.says?.example)
    expect(answer.body).toMatchObject({ kind: 'offset', speed: 60, offsetMs: null })
  })

  test('arms, lists and lifts faults', async () => {
    const { ask } = await controlled()
    expect((await ask('POST', '/faults', { fault: 'placement-lost', times: 2 })).body).toEqual({
      id: 1,
    })
    expect((await ask('GET', '/faults')).body).toMatchObject([
      { id: 1, fault: 'placement-lost', state: 'armed', acted: 0, left: 2 },
    ])
    expect((await ask('DELETE', '/faults')).body).toEqual({ lifted: 1 })
    expect((await ask('GET', '/faults')).body).toEqual([])
  })

  test('tells the exact ledger, the book, the orders, who is there and what was said', async () => {
    const { ask } = await controlled()
    const ledger = await ask('GET', '/ledger')
    expect(ledger.body).toMatchObject({
      account: 'DU1234567',
      cash: { USD: '100000' },
      positions: [
        { instrument: 'AAPL.STK.USD', quantity: '300' },
        { instrument: 'KO.STK.USD', quantity: '-200' },
      ],
    })
    const book = await ask('GET', '/book?instrument=AAPL&levels=3')
    expect(book.body).toMatchObject({ quote: { instrument: 'AAPL.STK.USD' } })
    expect((await ask('GET', '/orders')).body).toEqual({ open: [], completed: [] })
    expect((await ask('GET', '/executions')).body).toEqual([])
    expect((await ask('GET', '/sessions')).body).toEqual([])
    expect((await ask('GET', '/messages')).body).toEqual([])
    expect((await ask('GET', '/instruments')).body).toContainEqual(
      expect.objectContaining({ id: 'AAPL.STK.USD', conId: 265598 }),
    )
  })

  test('a token that others can read is refused, with what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-control-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const controlToken = join(folder, 'token')
    writeFileSync(controlToken, 'a token of no secret at all\n', { mode: 0o644 })
    const starting = serve(smallDesk().venue, { host: '127.0.0.1', port: 0, clock: 'stepped', controlPort: 0, controlToken }) // prettier-ignore
    await expect(starting).rejects.toThrow('can be read by others (mode 644); run chmod 600 on it')
  })
})
