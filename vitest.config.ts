import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores: more workers would only make real brokers and processes wait for one another.
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
