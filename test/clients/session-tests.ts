/** A client's session as tests: one gateway, one run of `drive.py`, a test a step. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  driveThrough,
  installed,
  stepNames,
  type PythonClient,
  type Verdict,
} from '#test/clients/python-client.ts'
import { startScenario, type SteppedGateway } from '#test/clients/scenario.ts'

/** The whole session, all of its steps together. */
const PATIENCE_MS = 900_000

/**
 * Declares the tests of one client; they skip, each by its name, where it is absent.
 *
 * @param variable - the environment variable that says where its sources are
 */
export function sessionTests(client: PythonClient, variable: string): void {
  const found = installed(client)
  const missing = 'missing' in found
  const title = missing
    ? `${client.name} (skipped: ${found.missing}; set ${variable})`
    : `${client.name} ${found.version}`

  describe.skipIf(missing)(title, () => {
    let gateway: SteppedGateway
    let verdicts: ReadonlyMap<string, Verdict>

    beforeAll(async () => {
      gateway = await startScenario()
      verdicts = await driveThrough(client, gateway)
    }, PATIENCE_MS)

    afterAll(async () => {
      expect(await gateway.end()).toBe(0)
    })

    test.for(stepNames(client))('%s', (name) => {
      const verdict = verdicts.get(name)
      expect(verdict, 'the session ended before this step').toBeDefined()
      expect(verdict?.ok, JSON.stringify(verdict?.detail)).toBe(true)
    })
  })
}
