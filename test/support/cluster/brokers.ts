/** Owns several embedded brokers that share one directory, as replicas of one store would: beside one another on a NATS cluster, or one alone. */

import { randomUUID } from 'node:crypto';
import { joinCompany } from '../../../src/brokers/embedded/backbone/joined.ts';
import {
  type EmbeddedBroker,
  type EmbeddedBrokerSetup,
  startEmbeddedBroker,
} from '../../../src/brokers/embedded/embedded.ts';
import { type ClusterConnection, connectCluster } from '../../../src/cluster/connection.ts';
import { joinExchange, type NatsExchange } from '../../../src/cluster/exchange/nats-exchange.ts';
import { openShelves } from '../../../src/cluster/shelf/shelves.ts';
import type { AccountDirectory } from '../../../src/core/accounts/accounts.ts';
import type { Exchange } from '../../../src/core/cluster/exchange.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { recordingLog } from '../recording-log.ts';
import { systemClock } from '../system-clock.ts';
import type { NatsCluster } from './nats.ts';

export interface Bridge {
  readonly broker: EmbeddedBroker;
  readonly exchange: Exchange;
  readonly url: string;
  readonly connection: ClusterConnection;
  stop(): Promise<void>;
}

type Options = Partial<Pick<EmbeddedBrokerSetup, 'limits'>> & { readonly prefix?: string };

const START = { topics: topicsOf('nestmtx'), clock: systemClock, listen: { host: '127.0.0.1', port: 0 } };

/** One bridge's broker on the cluster; those of one prefix belong together. */
export async function startBridge(
  cluster: NatsCluster,
  directory: AccountDirectory,
  { prefix = 'test', limits }: Options = {},
): Promise<Bridge> {
  const log = recordingLog();
  const { addresses: servers, username, password } = cluster;
  const connection = await connectCluster({ servers, username, password }, { log, name: 'a test', hearsItself: false });
  const id = randomUUID().replaceAll('-', '');
  const exchange = await joinExchange({ connection, clock: systemClock, log, prefix, id });
  const shelves = await openShelves({ connection, log, prefix, queueLength: 1000 });
  const company = await joinCompany({
    ...{ exchange, shelves, clock: systemClock, log },
    isUpToDate: async () => undefined,
    aliveSeconds: 3,
  });
  const broker = await startEmbeddedBroker({
    ...START,
    directory,
    log,
    company,
    ...(limits && { limits }),
  });
  return {
    broker,
    exchange,
    url: `mqtt://127.0.0.1:${broker.port}`,
    connection,
    stop: () => stop(broker, exchange, connection),
  };
}

async function stop(broker: EmbeddedBroker, exchange: NatsExchange, connection: ClusterConnection): Promise<void> {
  await broker.close();
  await exchange.close();
  await connection.close();
}

/** The broker of a bridge that is the only one. */
export async function startAlone(directory: AccountDirectory): Promise<Pick<Bridge, 'broker' | 'url' | 'stop'>> {
  const broker = await startEmbeddedBroker({ ...START, directory, log: recordingLog() });
  return { broker, url: `mqtt://127.0.0.1:${broker.port}`, stop: () => broker.close() };
}
