/** Owns `npm run bench -- <suite>`: runs suites by name and prints one line of JSON per figure. */

import { benchApi } from './api.ts';
import { benchApp } from './app.ts';
import { benchBroker } from './broker.ts';
import { benchCluster } from './cluster.ts';
import { benchDoors } from './doors.ts';
import { benchEvents } from './events.ts';
import type { Figure } from './figure.ts';
import { benchInstances } from './instances.ts';
import { benchKept } from './kept.ts';
import { benchLogins } from './logins.ts';
import { benchNeighbour } from './neighbour.ts';
import { benchNodes } from './nodes.ts';
import { benchStore } from './store.ts';

const SUITES: Readonly<Record<string, () => AsyncIterable<Figure>>> = {
  api: benchApi,
  app: benchApp,
  broker: benchBroker,
  cluster: benchCluster,
  doors: benchDoors,
  events: benchEvents,
  instances: benchInstances,
  kept: benchKept,
  logins: benchLogins,
  neighbour: benchNeighbour,
  nodes: benchNodes,
  store: benchStore,
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
if (unknown.length > 0 || names.length === 0) {
  process.stderr.write(`usage: npm run bench -- <suite>...   suites: ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}
for (const name of names) {
  process.stderr.write(`measuring ${name} ...\n`);
  for await (const figure of SUITES[name]?.() ?? []) process.stdout.write(`${JSON.stringify(figure)}\n`);
}
