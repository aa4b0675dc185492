/** Owns what the service says about itself: both documents with the addresses in use, and the page that shows them. */

import { hostname } from 'node:os';
import type { Router } from 'express';
import type { BrokerSource } from '../brokers/external/broker-source.ts';
import type { Config } from '../config/config.ts';
import type { Module } from '../core/requests/registry.ts';
import type { MqttServer } from '../documents/asyncapi/asyncapi.ts';
import { topicsOf } from '../protocol/topics.ts';
import { VERSION } from '../version.ts';
import { docsPage } from '../web/docs/page.ts';

/**
 * @param modules what the registry offers
 * @param broker the external one, where the configuration does not know it
 */
export function documentRoutes(config: Config, modules: readonly Module[], broker: BrokerSource | undefined): Router {
  return docsPage({
    openApi: () => describeHttp(modules, './'),
    asyncApi: () => describeMqtt(modules, config, broker),
  });
}

/**
 * Loaded when somebody asks: most services are never asked, and memory is short where they run.
 * @param serverUrl where the paths begin, relative to the document
 */
export async function describeHttp(modules: readonly Module[], serverUrl: string): Promise<object> {
  const { openApiDocument } = await import('../documents/openapi/openapi.ts');
  const { INSTANCE_PATHS } = await import('../documents/openapi/instances.ts');
  const { BACKUP_PATHS } = await import('../documents/openapi/backup.ts');
  const { METRICS_PATH } = await import('../documents/openapi/metrics.ts');
  const { SNAPSHOT_PATH } = await import('../documents/openapi/snapshots.ts');
  const isRenting = modules.some(({ name }) => name === 'instances');
  const more = [...(isRenting ? [INSTANCE_PATHS] : []), METRICS_PATH, SNAPSHOT_PATH, BACKUP_PATHS];
  return openApiDocument({ modules, version: VERSION, serverUrl, more });
}

export async function describeMqtt(
  modules: readonly Module[],
  config: Config,
  broker?: BrokerSource | undefined,
): Promise<object> {
  const { asyncApiDocument } = await import('../documents/asyncapi/asyncapi.ts');
  const topics = topicsOf(config.mqtt.baseTopic, config.mqtt.eventTopics);
  return asyncApiDocument({ topics, modules, version: VERSION, servers: mqttServers(config, broker) });
}

/** Where clients find the broker: ours, or the one that the service itself is a client of. */
function mqttServers(
  { mqtt, http, publicHost = hostname() }: Config,
  broker: BrokerSource | undefined,
): Record<string, MqttServer> {
  const external = broker ? broker.current : mqtt.external;
  if (external) {
    const { host, port, protocol } = external;
    return { broker: { host: `${host}:${port}`, protocol } };
  }
  if (broker || !mqtt.embedded) return {};
  const { port, tls, webSocket } = mqtt.embedded;
  return {
    mqtt: { host: `${publicHost}:${port}`, protocol: 'mqtt' },
    ...(tls ? { mqtts: { host: `${publicHost}:${tls.port}`, protocol: 'mqtts' } } : {}),
    ...(webSocket ? { webSocket: { host: `${publicHost}:${http.port}`, protocol: 'ws', pathname: '/mqtt' } } : {}),
  };
}
