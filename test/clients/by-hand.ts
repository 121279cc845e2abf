/**
 * One client through the steps, told on standard output as it goes:
 *
 *   node test/clients/by-hand.ts ib_async|ibapi [REGULAR EXPRESSION OF STEP NAMES]
 *
 * Its sources are found by `BALLAST_IB_ASYNC_PATH`, or the first folder of `BALLAST_IBAPI_PATH`.
 */
import { delimiter } from 'node:path'
import { driveThrough, type PythonClient } from '#test/clients/python-client.ts'
import { startScenario } from '#test/clients/scenario.ts'

const [name, only = ''] = process.argv.slice(2)
const client: PythonClient =
  name === 'ib_async'
    ? { name, path: process.env['BALLAST_IB_ASYNC_PATH'] }
    : { name: 'ibapi', path: process.env['BALLAST_IBAPI_PATH']?.split(delimiter)[0] }

const gateway = await startScenario()
const { verdicts, broke } = await driveThrough(client, gateway, {
  only,
  tell: ({ step, ok, detail, seconds }) =>
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${step} (${seconds} s) ${JSON.stringify(detail)}`),
})
const failed = [...verdicts.values()].filter(({ ok }) => !ok).length
await gateway.end()
console.log(`${verdicts.size} steps, ${failed} failed${broke === '' ? '' : `; ${broke}`}`)
