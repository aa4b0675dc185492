/** Owns the modules about the service itself: what they are told of it, and who carries out what they are asked for. */

import type { Config } from '../../config/config.ts';
import type { Clock } from '../../core/ports.ts';
import type { Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { LineLog } from '../../log.ts';
import { serviceModule } from '../../modules/system/service.ts';
import { settingsModule } from '../../modules/system/settings.ts';
import { VERSION } from '../../version.ts';

interface Parts {
  readonly log: LineLog;
  readonly clock: Clock;
  readonly restart: (() => Promise<void>) | undefined;
  readonly ports: () => { readonly httpPort: number; readonly mqttPort: number };
}

export const PLATFORM = `${process.platform}/${process.arch}, node ${process.version}`;

export function systemModules(config: Config, { log, clock, restart, ports }: Parts): Module[] {
  const { mode, mqtt, inForce, unheeded } = config;
  const about = {
    version: VERSION,
    mode,
    platform: PLATFORM,
    startedAt: isoZulu(clock.now()),
    baseTopic: mqtt.baseTopic,
  };
  return [
    serviceModule({ about: () => ({ ...about, ...ports() }), log, restart }),
    settingsModule(() => ({
      settings: inForce.map(({ value, ...setting }) => ({ ...setting, value: plain(value) })),
      unheeded: [...unheeded],
    })),
  ];
}

function plain<Value>(value: Value | readonly string[]): Value | string[] {
  return Array.isArray(value) ? [...value] : (value as Value);
}
