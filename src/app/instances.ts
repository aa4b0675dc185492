/** Owns the renting of MQTT instances as a whole: on which broker they live, and what is told about it. */

import { hostname } from 'node:os';
import type { Router } from 'express';
import { createAcl } from '../brokers/acl.ts';
import type { EmbeddedBroker } from '../brokers/embedded/embedded.ts';
import { createEmbeddedProvisioner } from '../brokers/embedded/provisioner.ts';
import type { BrokerAddress } from '../brokers/link/address.ts';
import { rootOf } from '../brokers/topic-root.ts';
import type { Config } from '../config/config.ts';
import { installationId } from '../core/installation.ts';
import { createConnectionBundles } from '../core/instances/bundles/bundles.ts';
import { createInstances, type Instances, type InstancesSetup } from '../core/instances/instances.ts';
import { createInstanceRequests } from '../core/instances/keyed-requests.ts';
import { instanceAccountKey } from '../core/instances/logins.ts';
import { INSTANCES } from '../core/instances/records.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { Topics } from '../protocol/topics.ts';
import { instancesRouter } from '../transports/instances-rest/router.ts';
import { NO_BROKER } from '../transports/instances-rest/unrented.ts';
import { agreedInstances } from './cluster/agreed-instances.ts';
import type { Core } from './core.ts';
import { drawQrCode } from './qr-code.ts';

export interface Rental {
  readonly instances: Instances;
  /** To be mounted at `/v1`. */
  readonly router: Router;
}

/** The brokers that there are; which of them instances live on is a setting. */
interface RentalBrokers {
  readonly embedded: EmbeddedBroker | undefined;
  readonly external: BrokerAddress | undefined;
  readonly topics: Topics;
}

interface Home extends Pick<InstancesSetup, 'provisioner' | 'topicRights'> {
  /** Where clients find it, unless the configuration says otherwise. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

/** Finishes in the background what an earlier run left. Undefined where there is no broker to rent out. */
export async function openRental(
  config: Config,
  core: Core,
  brokers: RentalBrokers,
  closers: Closers,
): Promise<Rental | undefined> {
  // Whoever follows another server has no users to rent to.
  if (config.mode === 'follow') return undefined;
  let atBroker = () => {};
  const home = await homeOf(config, core, brokers, () => atBroker());
  if (!home) {
    const { size } = core.store.collection(INSTANCES);
    if (size > 0) core.log.warn({ instances: size }, `${NO_BROKER}. Until then nobody can log in as one of them`);
    return undefined;
  }
  const { provisioner, topicRights } = home;
  closers.add('instance broker', () => provisioner.close());

  const { server = home.host, port = home.port, limit } = config.instances;
  const own = createInstances({
    ...core,
    provisioner,
    topicRights,
    usage: core.meter,
    limit,
    endpoint: { server, port: String(port) },
    reservedNames: [rootOf(config.mqtt.baseTopic), rootOf(config.homeAssistant.prefix)],
    revoked: (instanceId) => core.directory.instanceChanged(instanceId),
    changed: (instanceId) => core.bus.emit('instanceChanged', { instanceId }),
  });
  closers.add('instances', () => own.close());
  void own.start();
  atBroker = () => void own.repairDrift();
  const instances = core.membership ? agreedInstances(own, core.membership.consistency) : own;
  const requests = createInstanceRequests(core.store, core.secrets, core.clock);
  const tlsPort = home.isTls ? port : config.mqtt.embedded?.tls?.port;
  const bundles = createConnectionBundles(tlsPort === undefined ? [] : [String(tlsPort)], drawQrCode);
  return { instances, router: instancesRouter({ ...core, instances, requests, bundles }) };
}

/** @param onUp to be called whenever the broker has come back */
async function homeOf(config: Config, core: Core, brokers: RentalBrokers, onUp: () => void): Promise<Home | undefined> {
  const { embedded, external, topics } = brokers;
  if (config.instances.broker === 'mosquitto' && external) {
    const installation = await installationId(core.store, core.secrets);
    const { createMosquittoProvisioner } = await import('../brokers/mosquitto/mosquitto.ts');
    return {
      provisioner: createMosquittoProvisioner({ ...core, address: external, installation, onUp }),
      topicRights: createAcl({ topics, ...core.directory }),
      host: external.host,
      port: external.port,
      isTls: external.protocol === 'mqtts',
    };
  }
  return embedded && homeOnEmbedded(config, core, embedded);
}

function homeOnEmbedded(
  { publicHost, instances }: Config,
  { store, directory, log }: Core,
  broker: EmbeddedBroker,
): Home {
  const host = publicHost ?? hostname();
  // What Docker and Podman call a container that nobody has named: no client finds it.
  if (/^[0-9a-f]{12}$/.test(host) && instances.server === undefined)
    log.warn({ server: host }, 'clients of MQTT instances are told the name of this container: set INSTANCE_SERVER');
  const records = store.collection(INSTANCES);
  const accountKeyOf = (user: string) => instanceAccountKey(records.by('user', user)?.id ?? user);
  return {
    provisioner: createEmbeddedProvisioner({ broker, directory, accountKeyOf }),
    topicRights: broker.acl,
    host,
    port: broker.port,
    isTls: false,
  };
}
