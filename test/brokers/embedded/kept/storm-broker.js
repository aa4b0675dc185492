// A broker that keeps what it must in a folder; says where it listens, and runs until it is killed.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [compiled, dir] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(compiled, path)).href);
const { startEmbeddedBroker } = await load('brokers/embedded/embedded.js');
const { openKept } = await load('brokers/embedded/kept/open-kept.js');
const { topicsOf } = await load('protocol/topics.js');
const { nodeFileSystem } = await load('store/file-system.js');
const { systemClock } = await load('system/clock.js');

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
const account = { key: 'user:1', kind: 'admin', username: 'root', generation: 1 };
const directory = {
  login: async () => account,
  loginByCertificate: quiet,
  recall: (known) => known,
  isCurrent: () => true,
  isInstanceRoot: () => false,
  onRevoked: () => quiet,
};
// Small enough for several fresh files in a storm.
const kept = await openKept({ dir, files: nodeFileSystem, clock: systemClock, log, slackBytes: 30_000 });
const broker = await startEmbeddedBroker({
  topics: topicsOf('nestmtx'),
  directory,
  log,
  clock: systemClock,
  kept,
  listen: { host: '127.0.0.1', port: 0 },
  limits: { home: { queuedMessagesPerSession: 100_000 } },
});
process.stdout.write(`${broker.port}\n`);
