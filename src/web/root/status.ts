/** Owns what `/status.json` says: how the service is, for everybody, and who looks, with what they may do. Nothing of cameras or accounts. */

import type { Role } from '../../core/accounts/records.ts';
import type { Clock } from '../../core/ports.ts';
import { isAllowed, type Right, rightFor } from '../../core/requests/access.ts';
import type { Registry } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { type Check, overallHealth } from '../../protocol/entities/health.ts';
import type { Looker, Reach, StatusDocument, Viewer } from '../../protocol/entities/status.ts';
import { COMMANDS } from '../../protocol/verbs.ts';

export interface StatusSources {
  readonly version: string;
  readonly mode: StatusDocument['mode'];
  readonly baseTopic: string;
  readonly eventTopics: StatusDocument['eventTopics'];
  readonly clock: Pick<Clock, 'now'>;
  readonly checks: Readonly<Record<string, () => Check>>;
  readonly registry: Pick<Registry, 'modules'>;
}

export function statusDocument(sources: StatusSources, looker: Looker | undefined): StatusDocument {
  const { version, mode, baseTopic, eventTopics, clock, checks, registry } = sources;
  const details = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check()]));
  return {
    version,
    mode,
    baseTopic,
    eventTopics,
    now: isoZulu(clock.now()),
    health: { healthy: overallHealth(Object.values(details)), details },
    viewer: looker ? { ...looker, may: rightsOf(looker, registry) } : null,
  };
}

function rightsOf({ id, role }: Looker, { modules }: Pick<Registry, 'modules'>): Viewer['may'] {
  return Object.fromEntries(
    modules.map(({ name, operations }) => [
      name,
      Object.fromEntries(
        COMMANDS.filter((command) => operations[command] !== undefined).flatMap((command) => {
          const reach = reachOf(rightFor(name, command), role, id);
          return reach ? [[command, reach]] : [];
        }),
      ),
    ]),
  );
}

function reachOf(right: Right | undefined, role: Role, id: string | null): Reach | undefined {
  if (right === undefined) return undefined;
  if (isAllowed(right, role, id ?? '', undefined)) return 'all';
  return id !== null && isAllowed(right, role, id, id) ? 'own' : undefined;
}
