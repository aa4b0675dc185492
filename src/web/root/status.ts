/** Owns what `/status.json` says: how the service is, for everybody, and who looks, with what they may do. Nothing of cameras or accounts. */

import type { Role } from '../../core/accounts/records.ts';
import type { Clock } from '../../core/ports.ts';
import { isAllowed, type Right, rightFor } from '../../core/requests/access.ts';
import type { Registry } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { type Check, type Health, overallHealth } from '../../protocol/entities/health.ts';
import { COMMANDS, type Command } from '../../protocol/verbs.ts';

/** Who looks at the page. */
export interface Looker {
  /** Both null where somebody else issued the token. */
  readonly id: string | null;
  readonly name: string | null;
  readonly role: Role;
}

/** On everything, or on what is one's own. */
type Reach = 'all' | 'own';

export interface StatusDocument {
  readonly version: string;
  readonly mode: 'serve' | 'follow';
  readonly baseTopic: string;
  /** Browsers have clocks of their own. */
  readonly now: string;
  readonly health: Health;
  /** Null for somebody who is not signed in. */
  readonly viewer: Viewer | null;
}

interface Viewer extends Looker {
  /** By module and verb, what the access table allows: the page offers nothing else. */
  readonly may: Readonly<Record<string, Readonly<Partial<Record<Command, Reach>>>>>;
}

export interface StatusSources {
  readonly version: string;
  readonly mode: StatusDocument['mode'];
  readonly baseTopic: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly checks: Readonly<Record<string, () => Check>>;
  readonly registry: Pick<Registry, 'modules'>;
}

export function statusDocument(sources: StatusSources, looker: Looker | undefined): StatusDocument {
  const { version, mode, baseTopic, clock, checks, registry } = sources;
  const details = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check()]));
  return {
    version,
    mode,
    baseTopic,
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
