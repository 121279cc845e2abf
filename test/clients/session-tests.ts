/** A client's session as tests: one gateway, one run of `drive.py`, a test a step. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  driveThrough,
  installed,
  stepNames,
  type PythonClient,
  type Told,
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
    let gateway: SteppedGateway | undefined
    let told: Told

    beforeAll(async () => {
      gateway = await startScenario()
      told = await driveThrough(client, gateway)
    }, PATIENCE_MS)

    afterAll(async () => {
      if (gateway !== undefined) expect(await gateway.end()).toBe(0)
    })

    test.for(stepNames(client))('%s', (name) => {
      const verdict = told.verdicts.get(name)
      expect(verdict, `the session broke off before this step: ${told.broke}`).toBeDefined()
      expect(verdict?.ok, JSON.stringify(verdict?.detail)).toBe(true)
    })
  })
}
