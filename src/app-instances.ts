/** Owns the renting of MQTT instances as a whole: on which broker they live, and what is told about it. */

import { hostname } from 'node:os';
import type { Router } from 'express';
import type { Core } from './app-core.ts';
import type { EmbeddedBroker } from './brokers/embedded.ts';
import { createEmbeddedProvisioner } from './brokers/embedded-provisioner.ts';
import { rootOf } from './brokers/topic-root.ts';
import type { Config } from './config/config.ts';
import { instanceAccountKey } from './core/instance-logins.ts';
import { INSTANCES } from './core/instance-records.ts';
import { createInstanceRequests } from './core/instance-requests.ts';
import { NO_USAGE } from './core/instance-usage.ts';
import { createInstances, type Instances } from './core/instances.ts';
import type { Closers } from './core/lifecycle.ts';
import { instancesRouter } from './transports/instances-rest.ts';

export interface Rental {
  readonly instances: Instances;
  /** To be mounted at `/v1`. */
  readonly router: Router;
}

/** Rents out the embedded broker; finishes in the background what an earlier run left. */
export function openRental(config: Config, core: Core, broker: EmbeddedBroker, closers: Closers): Rental {
  const { store, directory } = core;
  const records = store.collection(INSTANCES);
  const accountKeyOf = (user: string) => instanceAccountKey(records.by('user', user)?.id ?? user);
  const { server = hostname(), port = broker.port, limit } = config.instances;
  const instances = createInstances({
    ...core,
    provisioner: createEmbeddedProvisioner({ broker, directory, accountKeyOf }),
    topicRights: broker.acl,
    usage: NO_USAGE,
    limit,
    endpoint: { server, port: String(port) },
    reservedNames: [rootOf(config.mqtt.baseTopic), rootOf(config.homeAssistant.prefix)],
    revoked: (instanceId) => directory.instanceChanged(instanceId),
  });
  closers.add('instances', () => instances.close());
  void instances.start();
  const requests = createInstanceRequests(store, core.secrets, core.clock);
  return { instances, router: instancesRouter({ ...core, instances, requests }) };
}
