/** Owns the wiring of Home Assistant: what it may ask for, and as whom. Where it is switched off, what was announced once is taken back. */

import type { Config } from '../config/config.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { MqttLink } from '../core/ports.ts';
import type { Registry } from '../core/requests/registry.ts';
import type { Following } from '../follow/start-follow.ts';
import type { Google } from '../google/start-google.ts';
import { serviceOf } from '../homeassistant/devices/device.ts';
import type { LiveView } from '../homeassistant/devices/live-view.ts';
import type { Execute } from '../homeassistant/execute.ts';
import type { Operation } from '../homeassistant/operation.ts';
import { leaveHomeAssistant, startHomeAssistant } from '../homeassistant/start-home-assistant.ts';
import { STREAM_PORTS } from '../protocol/stream-ports.ts';
import { urlHost } from '../protocol/url-host.ts';
import { VERSION } from '../version.ts';
import type { CameraSources } from './cameras.ts';
import type { Core } from './core.ts';
import type { Rental } from './instances.ts';

interface Parts {
  readonly link: MqttLink;
  readonly registry: Pick<Registry, 'execute'>;
  readonly sources: CameraSources | undefined;
  readonly google: Google | undefined;
  readonly rental: Rental | undefined;
  readonly following: Following | undefined;
  readonly httpPort: number;
  readonly operation: Operation;
  /** Where people see the service's page; undefined: at its HTTP port, if they were told a host. */
  readonly pageUrl: string | undefined;
}

export function openHomeAssistant(config: Config, core: Core, parts: Parts, closers: Closers): void {
  const { discovery, prefix, birth, language } = config.homeAssistant;
  const { link, sources, google, rental, following, operation, pageUrl } = parts;
  if (!discovery) {
    const leaving = leaveHomeAssistant({ ...core, link, prefix, birth });
    closers.add('home assistant', () => leaving.close());
    return;
  }
  const mediaMtx = sources?.health['mediamtx'];
  const homeAssistant = startHomeAssistant({
    ...core,
    link,
    prefix,
    birth,
    service: serviceOf({
      base: config.mqtt.baseTopic,
      eventTopics: config.mqtt.eventTopics,
      version: VERSION,
      follows: following !== undefined,
      language,
      showsPictures: following ? undefined : config.snapshotTopics,
      can: sources?.control.can,
      notices: google?.noticedBy,
      canRestart: operation.restart !== undefined,
      url: pageUrl ?? urlOf(config.publicHost, parts.httpPort),
      liveView: liveViewOf(config, sources),
    }),
    execute: executeAsOperator(core, parts),
    operation,
    // Without a user of ours there NestMTX would only refuse.
    isAnswered: following && (() => following.isAnswering && config.follow !== undefined),
    isMediaMtxUp: mediaMtx && (() => mediaMtx().healthy === true),
    instances: rental?.instances,
    isUsageCounted: config.instances.broker === 'embedded',
  });
  closers.add('home assistant', () => homeAssistant.close());
}

/** Whoever may publish commands on the broker is an administrator there; so it is done as whoever runs the service. */
function executeAsOperator({ secrets, sessions }: Core, { registry }: Parts): Execute {
  const token = sessions.operatorToken();
  return (wish) => registry.execute({ ...wish, requestId: secrets.newUuid(), token }, { transport: 'mqtt' });
}

/** Undefined while nobody has said by which name others reach this machine. */
function urlOf(publicHost: string | undefined, port: number): string | undefined {
  return publicHost === undefined ? undefined : `http://${urlHost(publicHost)}:${port}/`;
}

/** In follow mode it is NestMTX that knows where its streams are. */
function liveViewOf(
  { publicHost: host, streamPorts }: Config,
  sources: CameraSources | undefined,
): LiveView | undefined {
  const told = sources?.streamPorts;
  if (host === undefined || told === undefined) return undefined;
  return { host, ports: () => ({ ...STREAM_PORTS, ...told(), ...streamPorts }) };
}
