/** Owns the bare echo: the embedded broker with nothing behind it that thinks. What the API costs is measured against it. */

import { startEmbeddedBroker } from '../src/brokers/embedded.ts';
import type { Account } from '../src/core/accounts.ts';
import { topicsOf } from '../src/protocol/topics.ts';
import { systemClock } from '../src/system/clock.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const account: Account = { key: 'user:1', kind: 'admin', username: 'bench', generation: 1 };
const topics = topicsOf('nestmtx');

const broker = await startEmbeddedBroker({
  topics,
  clock: systemClock,
  log: silent,
  listen: { host: '127.0.0.1', port: 0 },
  directory: {
    login: async () => account,
    isCurrent: () => true,
    isInstanceRoot: () => false,
    onRevoked: () => () => undefined,
  },
});
const answers = topics.response('bench');
broker.link.onRequest(({ payload }) => void broker.link.publish({ topic: answers, payload }));
process.stdout.write(`${JSON.stringify({ msg: 'ready', mqttPort: broker.port, httpPort: 0 })}\n`);
process.once('SIGTERM', () => void broker.close().then(() => process.exit(0)));
