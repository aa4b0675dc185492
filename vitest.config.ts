import { join } from 'node:path';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { PATIENCE_MS, TEST_MS } from './test/support/patience.ts';
import { CONTAINERS, SLOW } from './test/support/suites.ts';

/** A folder that `.ci/run` has filled: another Node-RED, the Node it runs on, and the package of the nodes as installed from its tarball. */
const otherLine = process.env['OTHER_NODE_RED'];

const PROJECTS: TestProjectConfiguration[] = [
  { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: [...CONTAINERS, ...SLOW] } },
  { extends: true, test: { name: 'slow', include: SLOW } },
  {
    extends: true,
    test: { name: 'containers', include: CONTAINERS, sequence: { groupOrder: 1 } },
  },
];

/** The nodes are tried on both lines of Node-RED; not again what starts none, and of the editor what is the same code of ours in both. */
const onOtherNodeRed = (folder: string): TestProjectConfiguration => ({
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
      NR_PACKAGE: join(folder, 'palette/node_modules/@nestmtx-bridge/node-red-nestmtx'),
      SCREENSHOTS: join(process.env['SCREENSHOTS'] ?? folder, 'other-node-red'),
    },
  },
});

export default defineConfig({
  test: {
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    // Two cores: more workers would only make real brokers and processes wait for one another.
    maxWorkers: 2,
    // Files share what they import: importing it anew for each was half of the time of the quick ones.
    isolate: false,
    reporters: ['default', './test/support/opening-line.ts', './test/support/closing-line.ts'],
    projects: otherLine ? [...PROJECTS, onOtherNodeRed(otherLine)] : PROJECTS,
  },
});
