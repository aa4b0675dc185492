/** Owns the embedded broker with nothing behind it that thinks: what the service costs is measured against programs that stand on it. */

import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/brokers/embedded/embedded.ts';
import type { Account } from '../../src/core/accounts/accounts.ts';
import type { Topics } from '../../src/protocol/topics.ts';
import { systemClock } from '../../src/system/clock.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const account: Account = { key: 'user:1', kind: 'admin', username: 'bench', generation: 1 };

/** Lets everybody in as an administrator. */
export function startBareBroker(topics: Topics): Promise<EmbeddedBroker> {
  return startEmbeddedBroker({
    topics,
    clock: systemClock,
    log: silent,
    listen: { host: '127.0.0.1', port: 0 },
    directory: {
      login: async () => account,
      loginByCertificate: () => undefined,
      recall: (account) => account,
      isCurrent: () => true,
      isInstanceRoot: () => false,
      topicsOf: () => [],
      onRevoked: () => () => undefined,
    },
  });
}

/** Says where it listens, as a service does, and ends with SIGTERM. */
export function announce(broker: EmbeddedBroker, httpPort = 0): void {
  process.stdout.write(`${JSON.stringify({ msg: 'ready', mqttPort: broker.port, httpPort })}\n`);
  process.once('SIGTERM', () => void broker.close().then(() => process.exit(0)));
}
