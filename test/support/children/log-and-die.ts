/** Logs, and dies without closing the log. */
import { createLogger } from '#runtime/logger.ts'

const logger = createLogger({ folder: process.argv[2] ?? '', level: 'info', secrets: [] })
logger.info('begun')
process.on('exit', () => {
  logger.error('the last word')
  process.exitCode = 3
})
