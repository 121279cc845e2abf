import { defineConfig } from 'vitest/config'

// The core keeps no global state, so files may share a worker; shuffling proves that they can.
export default defineConfig({
  test: {
    isolate: false,
    sequence: { shuffle: true },
    // No unit test takes more than a few seconds alone; a busy machine takes its time.
    testTimeout: 20_000,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/clients/**', 'test/simulation/**', 'node_modules/**'],
  },
})
