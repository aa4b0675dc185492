/** Owns which suites judge a mutation: those beside what is mutated, which need no program and no browser. */

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Before it is read, here and by the suites.
process.env['TRYING_MUTATIONS'] = 'true';
const { PATIENCE_MS, TEST_MS } = await import('../../test/support/patience.ts');

export default defineConfig({
  test: {
    include: [
      'test/{core,protocol,modules}/**/*.test.ts',
      'test/brokers/*.test.ts',
      'test/brokers/embedded/packets/*.test.ts',
      'test/docs/protocol.test.ts',
    ],
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    setupFiles: fileURLToPath(new URL('first-failure.ts', import.meta.url)),
    runner: fileURLToPath(new URL('loading-runner.ts', import.meta.url)),
  },
});
