import { join } from 'node:path';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { PATIENCE_MS, TEST_MS } from './test/support/patience.ts';

/** A folder that `.ci/run` has filled: another Node-RED, the Node it runs on, and this package as installed from its tarball. */
const otherLine = process.env['OTHER_NODE_RED'];

const EVERY_SUITE = ['test/**/*.test.ts'];

/** The nodes are tried on both lines of Node-RED; the suites that start none are not run twice. */
const projects = (folder: string): TestProjectConfiguration[] => [
  { extends: true, test: { name: 'all', include: EVERY_SUITE } },
  {
    extends: true,
    test: {
      name: 'the other Node-RED',
      include: ['test/nodes/**/*.test.ts'],
      exclude: [
        'test/nodes/package.test.ts',
        'test/nodes/server/{pages,camera-names}.test.ts',
        'test/nodes/event/stream.test.ts',
        'test/nodes/instance/account.test.ts',
      ],
      env: {
        NR_RED: join(folder, 'runtime/node_modules/node-red/red.js'),
        NR_NODE: join(folder, 'runtime/node_modules/.bin/node'),
        NR_PACKAGE: join(folder, 'palette/node_modules/@nestmtx-bridge/nestmtx-bridge'),
        SCREENSHOTS: join(process.env['SCREENSHOTS'] ?? folder, 'other-node-red'),
      },
    },
  },
];

export default defineConfig({
  test: {
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    // Two cores: more workers would only make real brokers and processes wait for one another.
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
    // What stands above goes for every project, and lists would be joined: so this one is here.
    ...(otherLine ? { projects: projects(otherLine) } : { include: EVERY_SUITE }),
  },
});
