import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/dynamodb.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores, one of which the emulator uses: more workers would only make each test slower.
    maxWorkers: 2,
  },
});
