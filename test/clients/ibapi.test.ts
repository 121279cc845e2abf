/**
 * IBKR's official Python API against the simulated gateway, in as many versions as there are folders in
 * `BALLAST_IBAPI_PATH`. `README.md` beside this file says what it needs; without it the tests skip by name.
 */
import { delimiter } from 'node:path'
import { sessionTests } from '#test/clients/session-tests.ts'

const paths = process.env['BALLAST_IBAPI_PATH']?.split(delimiter) ?? [undefined]

for (const path of paths) sessionTests({ name: 'ibapi', path }, 'BALLAST_IBAPI_PATH')
