/** Owns the wiring of Home Assistant: what it may ask for, and as whom. Where it is switched off, what was announced once is taken back. */

import type { Config } from '../config/config.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { MqttLink } from '../core/ports.ts';
import type { Registry } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import type { Following } from '../follow/start-follow.ts';
import { serviceOf } from '../homeassistant/device.ts';
import type { Execute, Wish } from '../homeassistant/execute.ts';
import { leaveHomeAssistant, startHomeAssistant } from '../homeassistant/start-home-assistant.ts';
import { VERSION } from '../version.ts';
import type { CameraSources } from './cameras.ts';
import type { Core } from './core.ts';
import type { Rental } from './instances.ts';

interface Parts {
  readonly link: MqttLink;
  readonly registry: Pick<Registry, 'execute'>;
  readonly sources: CameraSources | undefined;
  readonly rental: Rental | undefined;
  readonly following: Following | undefined;
  readonly httpPort: number;
}

export function openHomeAssistant(config: Config, core: Core, parts: Parts, closers: Closers): void {
  const { discovery, prefix, birth } = config.homeAssistant;
  const { link, sources, rental, following } = parts;
  if (!discovery) {
    const leaving = leaveHomeAssistant({ ...core, link, prefix });
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
      url: urlOf(config.publicHost, parts.httpPort),
    }),
    execute: executeAsOperator(core, parts),
    // Without a user of ours there NestMTX would only refuse.
    isAnswered: following && (() => following.isAnswering && config.follow !== undefined),
    isMediaMtxUp: mediaMtx && (() => mediaMtx().healthy === true),
    instances: rental?.instances,
    isUsageCounted: config.instances.broker === 'embedded',
  });
  closers.add('home assistant', () => homeAssistant.close());
}

/** Whoever may publish commands on the broker is an administrator there; so it is done as whoever runs the service. */
function executeAsOperator({ store, secrets, sessions }: Core, { registry, following }: Parts): Execute {
  const token = sessions.operatorToken();
  const execute: Execute = (wish) =>
    registry.execute({ ...wish, requestId: secrets.newUuid(), token }, { transport: 'mqtt' });
  if (!following) return execute;
  return async (wish) => {
    if (wish.command !== 'update') return execute(wish);
    await following.refresh();
    const outcome = await execute(completed(wish, store));
    // Upstream tells nobody that a camera was changed.
    await following.refresh();
    return outcome;
  };
}

/** Upstream takes a key that is left out for another value (contract 2.7, cameras.update): it is told all of them. */
function completed(wish: Wish, store: Store): Wish {
  const camera = wish.module === 'cameras' ? store.collection(CAMERAS).get(wish.entity ?? '') : undefined;
  if (!camera) return wish;
  const { mtxPath: mtx_path, isEnabled: is_enabled, isPersistent: is_persistent } = camera;
  return { ...wish, payload: { mtx_path, is_enabled, is_persistent, ...wish.payload } };
}

/** Undefined while nobody has said by which name others reach this machine. */
function urlOf(publicHost: string | undefined, port: number): string | undefined {
  if (publicHost === undefined) return undefined;
  return `http://${publicHost.includes(':') ? `[${publicHost}]` : publicHost}:${port}/`;
}
