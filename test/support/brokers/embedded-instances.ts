/** Owns an embedded broker with a provisioner for one suite: everyone who connects is an instance. */

import {
  type EmbeddedBroker,
  type EmbeddedBrokerSetup,
  startEmbeddedBroker,
} from '../../../src/brokers/embedded/embedded.ts';
import { createEmbeddedProvisioner } from '../../../src/brokers/embedded/provisioner.ts';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { accountKeyOf, type InstanceRecords, instanceRecords } from '../instances/records.ts';
import { recordingLog } from '../recording-log.ts';
import { systemClock } from '../system-clock.ts';
import { connectClient, type TestClient, type TestClientOptions } from './mqtt-client.ts';

export interface EmbeddedInstances {
  readonly provisioner: Provisioner;
  readonly broker: EmbeddedBroker;
  readonly records: InstanceRecords;
  connect(username: string, password: string, options?: Partial<TestClientOptions>): Promise<TestClient>;
  stop(): Promise<void>;
}

export async function startEmbeddedInstances(
  options: Pick<Partial<EmbeddedBrokerSetup>, 'limits' | 'clock'> = {},
): Promise<EmbeddedInstances> {
  const records = instanceRecords();
  const broker = await startEmbeddedBroker({
    topics: topicsOf('nestmtx'),
    directory: records,
    log: recordingLog(),
    clock: systemClock,
    listen: { host: '127.0.0.1', port: 0 },
    ...options,
  });
  const url = `mqtt://127.0.0.1:${broker.port}`;
  return {
    provisioner: createEmbeddedProvisioner({ broker, directory: records, accountKeyOf }),
    broker,
    records,
    connect: (username, password, options = {}) => connectClient({ url, username, password, ...options }),
    stop: () => broker.close(),
  };
}
