/** Owns the modules about watching cameras through us, each with the ports it works on. */

import { type BrokerTrial, tryBroker } from '../../brokers/external/trial.ts';
import type { Config } from '../../config/config.ts';
import type { Closers } from '../../core/lifecycle.ts';
import type { Module } from '../../core/requests/registry.ts';
import { createWatching } from '../../core/watching/watching.ts';
import { probesModule } from '../../modules/watching/probes.ts';
import { streamsModule } from '../../modules/watching/streams.ts';
import { allowedAddress, allowedLookup, isAllowedHost } from '../../rtsp/allowed-hosts.ts';
import { probe } from '../../rtsp/probe.ts';
import type { CameraSources } from '../cameras.ts';
import type { Core } from '../core.ts';

export function watchingModules(
  config: Config,
  core: Core,
  sources: CameraSources,
  closers: Closers,
): readonly Module[] {
  const { onRevoked } = core.directory;
  const watching = createWatching({ ...core, serverOf: sources.watching, onRevoked });
  closers.add('watching', () => watching.close());
  const stopping = new AbortController();
  closers.add('looks at addresses', () => stopping.abort());
  const { clock } = core;
  // Whoever pulls the cameras trusts no certificate that cannot be verified.
  const how = { clock, stopped: stopping.signal, mustVerify: config.mediamtx !== undefined, lookup: allowedLookup };
  const look = (url: string, fingerprint: string | undefined) =>
    isAllowedHost(new URL(url).hostname) ? probe(url, { ...how, fingerprint }) : undefined;
  // Another each time: a broker ends the connection of whoever has the same.
  const brokerTrials = { resolve: allowedAddress, stopped: stopping.signal };
  const lookAtBroker = (broker: BrokerTrial) =>
    isAllowedHost(broker.host)
      ? tryBroker(broker, { ...brokerTrials, clientId: `nestmtx-trial-${core.secrets.newHex(8)}` })
      : undefined;
  const { lookAt } = sources;
  const lookAtKnown = (kind: 'path' | 'stream', name: string) => lookAt[kind]?.(name, stopping.signal);
  return [probesModule({ look, lookAtBroker, lookAtKnown, clock }), streamsModule(watching)];
}
