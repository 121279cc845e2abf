import { defineConfig } from 'vitest/config'

// Seeded worlds: each test plays many, so each may take its time; a failure names its seed.
export default defineConfig({
  test: {
    include: ['test/simulation/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 600_000,
    allowOnly: false,
  },
})
