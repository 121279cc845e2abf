import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLogger, type Logger, type LogLevel } from '#runtime/logger.ts'
import { scratchFolder } from '#test/support/scratch.ts'

test('a line is a JSON object with time, level, message and details, there at once', () => {
  const { folder, logger } = logging()
  logger.info('connected', { port: 4002 })
  logger.error('refused', { error: new Error('no route') })
  const [first, second] = linesOf(folder)
  expect(first).toMatchObject({ level: 'info', msg: 'connected', port: 4002 })
  expect(first?.['time']).toMatch(/^20\d\d-.*Z$/)
  expect(second).toMatchObject({ level: 'error', error: { type: 'Error', message: 'no route' } })
})

test('what is below the level is not written', () => {
  const { folder, logger } = logging('warn')
  logger.debug('noise')
  logger.info('news')
  logger.warn('trouble')
  expect(linesOf(folder).map(({ msg }) => msg)).toEqual(['trouble'])
})

test('secrets are not written: neither known values nor what stands under a telling name', () => {
  const { folder, logger } = logging('info', ['hunter-"2"-hunter'])
  logger.info('posting to hunter-"2"-hunter', { deep: { er: ['hunter-"2"-hunter'] } })
  logger.info('released', { deep: { resumeToken: 'abc "def" ghi', note: 'kept' } })
  logger.error('failed', { error: new Error('at hunter-"2"-hunter') })
  const text = textOf(folder)
  expect(text).not.toMatch(/hunter|abc|ghi/)
  expect(linesOf(folder)[1]).toMatchObject({ deep: { resumeToken: '<redacted>', note: 'kept' } })
})

test('the last line of a dying process is there, and a log keeps none alive', () => {
  const folder = scratchFolder()
  const child = spawnSync(process.execPath, ['test/support/children/log-and-die.ts', folder])
  expect([child.status, String(child.stderr)]).toEqual([3, ''])
  expect(linesOf(folder).map(({ msg }) => msg)).toEqual(['begun', 'the last word'])
})

function logging(
  level: LogLevel = 'info',
  secrets: string[] = [],
): { folder: string; logger: Logger } {
  const folder = scratchFolder()
  const logger = createLogger({ folder, level, secrets })
  onTestFinished(() => logger.close())
  return { folder, logger }
}

const textOf = (folder: string): string => readFileSync(join(folder, 'ballast.log'), 'utf8')

const linesOf = (folder: string): Record<string, unknown>[] =>
  textOf(folder)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
