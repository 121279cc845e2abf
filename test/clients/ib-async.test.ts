/**
 * An independent client in another language: ib_async 2.x (Python) against the simulated gateway.
 * `README.md` beside this file says what it needs; without it the tests skip by name.
 */
import { sessionTests } from '#test/clients/session-tests.ts'

const path = process.env['BALLAST_IB_ASYNC_PATH']

sessionTests({ name: 'ib_async', path }, 'BALLAST_IB_ASYNC_PATH')
