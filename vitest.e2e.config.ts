import { defineConfig } from 'vitest/config'

// Whole programs in their own processes, over real sockets and files: each file for itself, two
// at a time, and patient, since a start of the demo is a matter of seconds.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/clients/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
})
