/** Owns two brokers of a cluster with their provisioners for one suite: everyone who connects is an instance, and comes to one of them by chance. */

import { createEmbeddedProvisioner } from '../../../src/brokers/embedded/provisioner.ts';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import type { EmbeddedInstances } from '../brokers/embedded-instances.ts';
import { connectClient } from '../brokers/mqtt-client.ts';
import { accountKeyOf, instanceRecords } from '../instances/records.ts';
import { startBridge } from './brokers.ts';
import { startNats } from './nats.ts';

type Options = Parameters<typeof startBridge>[2];

/** The records of both are the same, as those of replicas of one store are. */
export async function startClusterInstances(options: Options = {}): Promise<Omit<EmbeddedInstances, 'broker'>> {
  const cluster = await startNats();
  const records = instanceRecords();
  const bridges = await Promise.all([0, 1].map(() => startBridge(cluster, records, options)));
  const sides = bridges.map(({ broker, url }) => ({
    url,
    provisioner: createEmbeddedProvisioner({ broker, directory: records, accountKeyOf }),
  }));
  const [first] = sides;
  if (first === undefined) throw new Error('there are two of them');
  const any = byChance(sides, first);
  const provisioner: Provisioner = {
    ...first.provisioner,
    provision: (spec) => any().provisioner.provision(spec),
    deprovision: (user) => any().provisioner.deprovision(user),
    disconnect: (user) => any().provisioner.disconnect(user),
    sessions: (user) => any().provisioner.sessions(user),
    /** Each of what it has itself: in a service, the one that leads. */
    async reconcile(desired) {
      const found = await Promise.all(sides.map(({ provisioner: { reconcile } }) => reconcile(desired)));
      return { added: found.flatMap(({ added }) => added), removed: found.flatMap(({ removed }) => removed) };
    },
  };
  return {
    provisioner,
    records,
    connect: (username, password, more = {}) => connectClient({ url: any().url, username, password, ...more }),
    async stop() {
      await Promise.all(bridges.map((bridge) => bridge.stop()));
      await cluster.stop();
    },
  };
}

/** The same choices in every run. */
export function byChance<T>(all: readonly T[], first: T, seed = 7): () => T {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return all[state % all.length] ?? first;
  };
}
