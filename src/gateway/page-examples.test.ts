import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '#gateway/control/routes.ts'
import { GATEWAY_DEFAULTS, type RunningGateway } from '#gateway/options.ts'
import { startGateway } from '#gateway/start-gateway.ts'

const page = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8') // prettier-ignore

/** The plan that the page of faults prints. */
function printedPlan(folder: string): string {
  const [, plan = ''] = /```yaml\n(.*?)```/s.exec(page('faults.md')) ?? []
  const file = join(folder, 'plan.yaml')
  writeFileSync(file, plan)
  return file
}

/** Bodies for a stepped clock; the clock's own leap comes last, when the session is over. */
const POSTS = ROUTES.filter(({ says, path }) => says !== undefined && path !== '/clock/speed')
  .map(({ path, says }) => ({ path, body: says?.example }))
  .toSorted((a, b) => Number(a.path === '/clock/advance') - Number(b.path === '/clock/advance'))

describe('on the market that a gateway has without options', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-examples-'))
  const controlToken = join(folder, 'token')
  let gateway: RunningGateway | undefined
  beforeAll(async () => {
    gateway = await startGateway({
      ...GATEWAY_DEFAULTS,
      clock: 'stepped',
      controlPort: 0,
      controlToken,
      faultsFile: printedPlan(folder),
    })
  })
  afterAll(async () => {
    await gateway?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function ask(path: string, body?: object): Promise<{ status: number; said: unknown }> {
    const said = await fetch(`http://127.0.0.1:${gateway?.controlPort}${path}`, {
      headers: {
        authorization: `Bearer ${readFileSync(controlToken, 'utf8').trim()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return { status: said.status, said: await said.json() }
  }

  test('the plan that faults.md prints arms all its faults', async () => {
    const { said } = await ask('/faults')
    // What the control port's own examples arm comes after these.
    expect((said as readonly unknown[]).slice(0, 3)).toMatchObject([{ fault: 'connectivity-lost' }, { fault: 'socket-cut' }, { fault: 'commission-late' }]) // prettier-ignore
  })

  test.each(POSTS)(
    'POST $path takes the body that control-port.md prints',
    async ({ path, body }) => {
      expect(page('control-port.md')).toContain(JSON.stringify(body))
      expect(await ask(path, body)).toMatchObject({ status: 200 })
    },
  )

  test.each(page('control-port.md').match(/\?instrument=[^,]*/g) ?? ['none'])(
    'GET /book takes the %s of the page',
    async (query) => {
      expect(await ask(`/book${query}`)).toMatchObject({ status: 200, said: { quote: {} } })
    },
  )

  test.each(page('control-port.md').match(/(?<=named by .*\(?`)[A-Z0-9.]+(?=`\))/g) ?? ['none'])(
    'the page’s name %s is listed',
    async (name) => {
      expect(await ask(`/book?instrument=${name}`)).toMatchObject({ status: 200 })
    },
  )
})
