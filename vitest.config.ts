import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Two cores: more workers would only make real brokers and processes wait for one another.
    maxWorkers: 2,
    // Real browsers and processes share two cores with everything else: in CI a second try tells a slow machine from a fault.
    retry: process.env['CI'] ? 2 : 0,
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
