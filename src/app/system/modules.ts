/** Owns the modules about the service itself: what they are told of it, and who carries out what they are asked for. */

import type { Config } from '../../config/config.ts';
import { createTroubles } from '../../core/happened/troubles.ts';
import type { Closers } from '../../core/lifecycle.ts';
import { createOperations } from '../../core/operations/operations.ts';
import type { Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { LineLog } from '../../log.ts';
import { troublesModule } from '../../modules/history/troubles.ts';
import { backupsModule } from '../../modules/system/backups.ts';
import { type BrokerClients, clientsModule } from '../../modules/system/clients.ts';
import { clusterModule } from '../../modules/system/cluster.ts';
import { importsModule } from '../../modules/system/imports.ts';
import { operationsModule } from '../../modules/system/operations.ts';
import { serviceModule } from '../../modules/system/service.ts';
import { settingsModule } from '../../modules/system/settings.ts';
import type { Check } from '../../protocol/entities/health.ts';
import type { Service } from '../../protocol/entities/system/service.ts';
import { VERSION } from '../../version.ts';
import type { Core } from '../core.ts';
import { countsOf } from '../offline/counts.ts';
import { planner } from './moving.ts';

interface Parts {
  readonly log: LineLog;
  /** Absent where there is none of ours. */
  readonly broker: BrokerClients | undefined;
  /** Of each part, as health asks them. */
  readonly checks: Readonly<Record<string, () => Check>>;
  readonly restart: (() => Promise<void>) | undefined;
  /** What of the service is known only later, or changes. */
  readonly about: () => Pick<Service, 'httpPort' | 'mqttPort' | 'broker' | 'brokerAddress'>;
}

export const PLATFORM = `${process.platform}/${process.arch}, node ${process.version}`;

export function systemModules(config: Config, core: Core, parts: Parts, closers: Closers): Module[] {
  const { log, broker, checks, restart, about: now } = parts;
  const { mode, mqtt, inForce, unheeded } = config;
  const about = {
    version: VERSION,
    mode,
    platform: PLATFORM,
    startedAt: isoZulu(core.clock.now()),
    baseTopic: mqtt.baseTopic,
  };
  const troubles = createTroubles(core, checks);
  closers.add(
    'troubles',
    core.leadership.whileLeading(() => troubles.start()),
  );
  const operations = createOperations(core);
  closers.add('operations', () => operations.close());
  return [
    backupsModule(() => countsOf(core.store)),
    clientsModule(broker, core.others),
    clusterModule(core.membership?.condition),
    importsModule({ operations, plan: planner(core), others: core.others }),
    operationsModule(operations, core.others),
    serviceModule({ about: () => ({ ...about, ...now() }), log, restart }),
    troublesModule(troubles, core.clock),
    settingsModule(() => ({
      settings: inForce.map(({ value, ...setting }) => ({ ...setting, value: plain(value) })),
      unheeded: [...unheeded],
    })),
  ];
}

function plain<Value>(value: Value | readonly string[]): Value | string[] {
  return Array.isArray(value) ? [...value] : (value as Value);
}
