/** Owns what the status page shows: one document of everything whoever looks may see. No passwords, and nothing of others' instances. */

import { type Role, USERS } from '../../core/accounts/records.ts';
import type { Cameras } from '../../core/cameras/cameras.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import { INSTANCES, type InstanceRecord } from '../../core/instances/records.ts';
import type { UsageMeter } from '../../core/instances/usage/meter.ts';
import type { Endpoint } from '../../core/instances/view.ts';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { CameraAction } from '../../protocol/entities/camera.ts';
import { type Check, type Health, overallHealth } from '../../protocol/entities/health.ts';
import type { CameraState } from '../../protocol/events.ts';
import type { RecentEvent, RecentEvents } from './recent-events.ts';

/** Who looks at the page. */
export interface Viewer {
  /** Null where somebody else issued the token. */
  readonly name: string | null;
  readonly role: Role;
  /** Whose instances are their own. */
  readonly ownerId: string | null;
}

export interface StatusDocument {
  readonly version: string;
  readonly mode: 'serve' | 'follow';
  /** Browsers have clocks of their own. */
  readonly now: string;
  readonly health: Health;
  /** Null for somebody who is not signed in: the rest is not for everybody. */
  readonly view: StatusView | null;
}

interface StatusView {
  readonly user: { readonly name: string | null; readonly role: Role };
  readonly cameras: readonly ShownCamera[];
  /** Null where none can be rented. */
  readonly instances: readonly ShownInstance[] | null;
  readonly events: readonly RecentEvent[];
}

export interface ShownCamera {
  readonly id: number;
  readonly name: string;
  readonly room: string;
  readonly path: string | null;
  readonly condition: 'running' | 'idle' | 'problem' | 'disabled';
  readonly reason: string | null;
  readonly readers: number;
  readonly demanded: boolean;
  readonly persistent: boolean;
  readonly since: string | null;
  /** What the viewer can have done with it here. */
  readonly actions: readonly CameraAction[];
}

export interface ShownInstance {
  readonly id: string;
  readonly user: string;
  readonly label: string | null;
  /** Name of the user it belongs to, where that is not the viewer. */
  readonly owner: string | null;
  readonly server: string;
  readonly port: string;
  readonly condition: 'enabled' | 'disabled' | 'expired' | 'deleting';
  readonly expiresAt: string | null;
  /** Null where its broker does not tell. */
  readonly connections: number | null;
}

export interface StatusSources {
  readonly version: string;
  readonly mode: StatusDocument['mode'];
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'collection'>;
  readonly cameras: Pick<Cameras, 'states'>;
  readonly events: Pick<RecentEvents, 'list'>;
  readonly checks: Readonly<Record<string, () => Check>>;
  /** What can be done with a stream here. */
  readonly actionsOn: (camera: CameraRecord) => readonly CameraAction[];
  /** Where clients of instances connect; absent where none can be rented. */
  readonly endpoint: Endpoint | undefined;
  /** Absent where instances live on a broker that does not tell us. */
  readonly meter: Pick<UsageMeter, 'all'> | undefined;
}

export function statusDocument(sources: StatusSources, viewer: Viewer | undefined): StatusDocument {
  const { version, mode, clock, checks } = sources;
  const details = Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check()]));
  return {
    version,
    mode,
    now: isoZulu(clock.now()),
    health: { healthy: overallHealth(Object.values(details)), details },
    view: viewer ? viewOf(sources, viewer) : null,
  };
}

function viewOf(sources: StatusSources, viewer: Viewer): StatusView {
  const { store, cameras, events, endpoint } = sources;
  const records = store.collection(CAMERAS);
  const actionsOn = viewer.role === 'admin' ? sources.actionsOn : () => [];
  return {
    user: { name: viewer.name, role: viewer.role },
    cameras: cameras.states().flatMap(({ cameraId, state }) => {
      const record = records.get(String(cameraId));
      return record ? [shownCamera(record, state, actionsOn(record))] : [];
    }),
    instances: endpoint ? instancesFor(sources, viewer, endpoint) : null,
    events: events.list(),
  };
}

function shownCamera(record: CameraRecord, state: CameraState, actions: readonly CameraAction[]): ShownCamera {
  const { readers, demanded, since, reason, path } = state;
  return {
    id: Number(record.id),
    name: record.name,
    room: record.room,
    path,
    condition: conditionOf(record, state),
    reason,
    readers,
    demanded,
    persistent: record.isPersistent,
    since,
    actions: record.isEnabled ? actions : [],
  };
}

/** Not being ready is no problem: nobody watches, and nobody asked. */
function conditionOf({ isEnabled }: CameraRecord, { ready, reason }: CameraState): ShownCamera['condition'] {
  if (!isEnabled) return 'disabled';
  if (reason !== null) return 'problem';
  return ready ? 'running' : 'idle';
}

/** The newest first. */
function instancesFor(
  { store, meter, clock }: StatusSources,
  { role, ownerId }: Viewer,
  { server, port }: Endpoint,
): ShownInstance[] {
  const owners = new Map([...store.collection(USERS).values()].map((user) => [user.ownerId, user.username]));
  const connected = meter && new Map([...meter.all()].map(({ user, connections }) => [user, connections]));
  return [...store.collection(INSTANCES).values()]
    .filter(({ status, owner }) => status !== 'creating' && (role === 'admin' || owner === ownerId))
    .reverse()
    .map((record) => ({
      id: record.id,
      user: record.user,
      label: record.label,
      owner: record.owner === ownerId ? null : (owners.get(record.owner) ?? null),
      server,
      port,
      condition: instanceCondition(record, clock.now()),
      expiresAt: record.expiresAt,
      connections: connected ? (connected.get(record.user) ?? 0) : null,
    }));
}

function instanceCondition({ status, enabled, expiresAt }: InstanceRecord, nowMs: number): ShownInstance['condition'] {
  if (status === 'deleting') return 'deleting';
  if (!enabled) return 'disabled';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'enabled';
}
