/** Pins where the log of a cluster ends: where the server says that leads its stream, and never where one that is cut off from the others does. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterConnection, connectCluster } from '../../src/cluster/connection.ts';
import { openStreams, stateOf } from '../../src/cluster/log/streams.ts';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { type ClusterStores, clusterStores } from '../support/cluster/cluster-store.ts';
import { type NatsCluster, type NatsServer, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { namespaces, permitsNamespaces } from '../support/cluster/network/namespaces.ts';
import type { Network } from '../support/cluster/network/network.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';
import { recordingLog } from '../support/recording-log.ts';

const MARKS: CollectionSpec<StoredRecord> = { name: 'marks', unique: {} };
const NAME = 'end';
const ENTRIES = `${NAME}-log`;

describe.skipIf(natsIsMissing || !permitsNamespaces)('the end of the log of a cluster', () => {
  let network: Network;
  let cluster: NatsCluster;
  let stores: ClusterStores;
  const connections: ClusterConnection[] = [];
  beforeAll(async () => {
    network = await namespaces();
    cluster = await startNats({ network, isDiscreet: true });
    stores = clusterStores(cluster, NAME);
  });
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()));
    await stores?.close();
    await cluster?.stop();
    await network?.remove();
  });

  async function connect(to: readonly NatsServer[]) {
    const { username, password } = cluster;
    const log = recordingLog();
    const servers = to.map(({ addressHere }) => addressHere);
    const connection = await connectCluster({ servers, username, password }, { log, name: 'a look' });
    connections.push(connection);
    return { streams: await openStreams(connection.nats, NAME, log), log };
  }

  const mark = (store: Store, id: string) => store.commit((tx) => tx.collection(MARKS).put({ id }));
  const marksOf = (store: Store) => [...store.collection(MARKS).values()].map(({ id }) => id);

  it('is not what a server says that is cut off: who starts there with more of it waits until it is back', async () => {
    const look = await connect(cluster.servers);
    const { cluster: group } = await look.streams.manager.streams.info(ENTRIES);
    const [cutOff, other] = cluster.servers.filter(({ name }) => name !== group?.leader);
    if (cutOff === undefined || other === undefined) throw new Error('two follow');
    const dir = await stores.folder();
    const store = await stores.open({ collections: [MARKS], servers: [other.addressHere], dir });
    await mark(store, 'before');
    const { streams, log } = await connect([cutOff]);
    await cutOff.cutOff();
    await mark(store, 'meanwhile');
    await store.close();
    await comesTrue(async () => {
      const { state, cluster: left } = await streams.manager.streams.info(ENTRIES);
      expect({ last: state.last_seq, leader: left?.leader }).toEqual({ last: 1, leader: undefined });
    });
    await expect(stateOf(streams)).rejects.toThrow(`no NATS server leads the stream ${ENTRIES}`);
    const late = stores.open({ collections: [MARKS], servers: [cutOff.addressHere], dir, log });
    await eventually(() => log.lines.some(({ message }) => message.includes('cannot answer at the moment')));
    await cutOff.reach();
    expect(marksOf(await late)).toEqual(['before', 'meanwhile']);
  });
});
