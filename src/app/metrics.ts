/** Owns which figures the service tells about itself. None is a secret, and none is counted for this alone where it can be read. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKENS, USERS } from '../core/accounts/records.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import { INSTANCES, TOMBSTONES } from '../core/instances/records.ts';
import { INSTANCE_USAGE } from '../core/instances/usage/records.ts';
import type { InstanceCounters } from '../core/instances/usage/usage.ts';
import { type Metric, metricsText } from '../core/metrics.ts';
import { PAST_STRETCHES } from '../core/outages/records.ts';
import type { CountedRegistry } from '../core/requests/counts.ts';
import { VERSION } from '../version.ts';
import { clusterMetrics } from './cluster/metrics.ts';
import type { Core } from './core.ts';

interface Sources extends Pick<Core, 'store' | 'meter' | 'history' | 'membership' | 'leadership'> {
  readonly registry: CountedRegistry;
  readonly dataDir: string;
}

/** @returns what gives the figures as they are at that moment */
export function metricsOf(sources: Sources): () => Promise<string> {
  return async () => {
    const journalBytes = await sizeOf(join(sources.dataDir, 'store.journal'));
    return metricsText([
      ...ofProcess(),
      ...ofRequests(sources),
      ...ofBroker(sources),
      ...ofInstances(sources),
      ...ofCameras(sources),
      ...ofStore(sources, journalBytes),
      ...(await clusterMetrics(sources)),
    ]);
  };
}

function ofProcess(): Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const version = { version: VERSION, node: process.version };
  const startedAt = Date.now() / 1000 - process.uptime();
  return [
    { ...gauge('nestmtx_build_info', 'The version that runs.'), samples: [{ labels: version, value: 1 }] },
    { ...counter('process_cpu_seconds_total', 'CPU time spent.'), samples: [{ value: (user + system) / 1e6 }] },
    { ...gauge('process_resident_memory_bytes', 'Memory in use.'), samples: [{ value: rss }] },
    { ...gauge('process_start_time_seconds', 'Start, since 1970.'), samples: [{ value: startedAt }] },
    { ...gauge('nodejs_heap_size_used_bytes', 'Heap in use.'), samples: [{ value: heapUsed }] },
  ];
}

function ofRequests({ registry }: Sources): Metric[] {
  const samples = [...registry.counts()].map(({ count, ...labels }) => ({ labels, value: count }));
  return [{ ...counter('nestmtx_requests_total', 'Requests answered, over every transport.'), samples }];
}

function ofBroker({ meter }: Sources): Metric[] {
  const samples = Object.entries(meter.connections()).map(([account, value]) => ({ labels: { account }, value }));
  return [{ ...gauge('nestmtx_broker_connections', 'Clients at the embedded broker, by kind of account.'), samples }];
}

function ofInstances({ meter }: Sources): Metric[] {
  const used = [...meter.all()];
  const counted = (name: string, help: string, key: keyof InstanceCounters): Metric => ({
    ...counter(`nestmtx_instance_${name}_total`, help),
    samples: used.map(({ user, counters }) => ({ labels: { user }, value: counters[key] })),
  });
  return [
    counted('messages_received', 'Messages that clients of an instance published.', 'messagesReceived'),
    counted('messages_sent', 'Messages that clients of an instance were sent.', 'messagesSent'),
    counted('received_bytes', 'Payload of the messages received.', 'bytesReceived'),
    counted('sent_bytes', 'Payload of the messages sent.', 'bytesSent'),
    counted('refused_logins', 'Logins refused under the name of an instance.', 'refusedLogins'),
    {
      ...gauge('nestmtx_instance_connections', 'Clients of an instance that are connected.'),
      samples: used.map(({ user, connections }) => ({ labels: { user }, value: connections })),
    },
  ];
}

function ofCameras({ store, history }: Sources): Metric[] {
  const cameras = [...store.collection(CAMERAS).values()].map(({ id, name }) => ({ labels: { camera: id, name }, id }));
  const uptimes = cameras.flatMap(({ labels, id }) =>
    Object.entries(history.uptime(id)).map(([window, uptime]) => ({ labels: { ...labels, window }, uptime })),
  );
  const falls = cameras.flatMap(({ labels, id }) => {
    const fall = history.lastFall(id);
    return fall ? [{ labels, value: (fall.fellMs ?? fall.fromMs) / 1000 }] : [];
  });
  return [
    {
      ...gauge('nestmtx_camera_uptime_ratio', 'Of the time that is known of, how much a camera was up.'),
      samples: uptimes.flatMap(({ labels, uptime: { ratio } }) => (ratio === null ? [] : [{ labels, value: ratio }])),
    },
    {
      ...gauge('nestmtx_camera_down_seconds', 'How long a camera was down in the window that ends now.'),
      samples: uptimes.map(({ labels, uptime }) => ({ labels, value: uptime.downMs / 1000 })),
    },
    {
      ...gauge('nestmtx_camera_blind_seconds', 'How long nobody could see a camera in the window that ends now.'),
      samples: uptimes.map(({ labels, uptime }) => ({ labels, value: uptime.blindMs / 1000 })),
    },
    {
      ...gauge('nestmtx_camera_last_outage_timestamp_seconds', 'When a camera went down last, since 1970.'),
      samples: falls,
    },
  ];
}

function ofStore({ store }: Sources, journalBytes: number): Metric[] {
  const sizes = {
    users: store.collection(USERS).size,
    tokens: store.collection(TOKENS).size,
    cameras: store.collection(CAMERAS).size,
    camera_past: store.collection(PAST_STRETCHES).size,
    instances: store.collection(INSTANCES).size,
    instance_tombstones: store.collection(TOMBSTONES).size,
    instance_usage: store.collection(INSTANCE_USAGE).size,
  };
  const samples = Object.entries(sizes).map(([collection, value]) => ({ labels: { collection }, value }));
  return [
    { ...gauge('nestmtx_store_records', 'Records kept, by collection.'), samples },
    { ...gauge('nestmtx_store_bytes', 'Size of the journal on disk.'), samples: [{ value: journalBytes }] },
    {
      ...gauge('nestmtx_store_writable', 'Whether the store takes changes.'),
      samples: [{ value: (store.fault ?? store.trouble) === null ? 1 : 0 }],
    },
  ];
}

function counter(name: string, help: string): Omit<Metric, 'samples'> {
  return { name, help, type: 'counter' };
}

function gauge(name: string, help: string): Omit<Metric, 'samples'> {
  return { name, help, type: 'gauge' };
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
