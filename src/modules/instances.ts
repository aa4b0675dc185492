/**
 * Owns the `instances` module: the caller's own MQTT instances, by the same rules as over REST (contract 1.1, 3.3); for administrators
 * those of everybody, too.
 */

import { USERS } from '../core/accounts/records.ts';
import type { Caller } from '../core/instances/audit.ts';
import { changesOf, momentOf } from '../core/instances/changes.ts';
import type { Instances } from '../core/instances/instances.ts';
import type { InstanceRecord } from '../core/instances/records.ts';
import { instanceOf } from '../core/instances/view.ts';
import { listPage } from '../core/paging.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import {
  INSTANCE,
  INSTANCE_ACT,
  INSTANCE_CREATE,
  type Instance,
  type InstanceAct,
  type InstanceCreate,
  RECEIPT,
} from '../protocol/entities/instance.ts';
import { pageOf } from '../protocol/entities/page.ts';

/** @param store knows what the owners are called */
export function instancesModule(instances: Instances, store: Pick<Store, 'collection'>): Module {
  const { endpoint } = instances;

  function show(caller: Caller, record: InstanceRecord): Instance {
    const [password = ''] = instances.revealPasswords(caller, [record]);
    return instanceOf(record, password, endpoint);
  }

  function list({ payload, ...call }: Call) {
    if (payload['owner'] === 'all') return listEverybodys({ payload, ...call });
    const caller = callerOf(call);
    const everything = { search: '', offset: 0, limit: Number.POSITIVE_INFINITY, descending: false };
    const { records } = instances.list(caller, everything);
    const places = new Map(records.map((record, place) => [record, place]));
    const page = listPage(payload, {
      rows: records,
      id: (record) => places.get(record) ?? 0,
      searched: ({ user, label }) => [user, label ?? ''],
      // Passwords are opened for the page alone.
      present: (record) => ({ ...instanceOf(record, '', endpoint), record }),
    });
    const passwords = instances.revealPasswords(
      caller,
      page.items.map(({ record }) => record),
    );
    return { ...page, items: page.items.map(({ record }, at) => instanceOf(record, passwords[at] ?? '', endpoint)) };
  }

  async function create({ payload, ...call }: Call): Promise<Instance> {
    const { label = null, expires_at = null } = payload as InstanceCreate;
    const caller = callerOf(call);
    return show(caller, await instances.create(caller, { label, expiresAt: momentOf(expires_at) }));
  }

  /** What changes comes first, so that whoever is sent away finds it. */
  async function update({ entity, payload, ...call }: Call): Promise<void> {
    const { action, overlap_seconds, ...changes } = payload as InstanceAct;
    const caller = callerOf(call);
    if (Object.keys(changes).length > 0 || action === undefined) {
      await instances.update(caller, entity, changesOf(changes));
    }
    if (action === 'rotate') await instances.rotate(caller, entity, overlap_seconds);
    if (action === 'disconnect') await instances.disconnect(caller, entity);
  }

  /** Without passwords: whoever wants one asks for that one. */
  function listEverybodys({ payload, ...call }: Call) {
    if (callerOf(call).user.role !== 'admin') throw new ApiError('forbidden');
    const names = new Map([...store.collection(USERS).values()].map(({ ownerId, username }) => [ownerId, username]));
    const nameOf = ({ owner }: InstanceRecord) => names.get(owner) ?? null;
    return listPage(payload, {
      rows: instances.listAll().map((record, place) => ({ record, place })),
      id: ({ place }) => place,
      searched: ({ record }) => [record.user, record.label ?? '', nameOf(record) ?? ''],
      present: ({ record }): Instance => ({ ...instanceOf(record, '', endpoint), owner_name: nameOf(record) }),
    });
  }

  return {
    name: 'instances',
    summary: 'Rent private MQTT accounts with topics of their own',
    operations: {
      list: {
        summary: 'Search and list your MQTT instances; with `owner: all`, for administrators, those of everybody',
        result: pageOf(INSTANCE),
        run: list,
      },
      create: { summary: 'Create an MQTT instance', schema: INSTANCE_CREATE, result: INSTANCE, run: create },
      read: {
        summary: 'Read an MQTT instance',
        result: INSTANCE,
        run: ({ entity, ...call }): Instance => {
          const caller = callerOf(call);
          return show(caller, instances.read(caller, entity));
        },
      },
      update: {
        summary: 'Change label, end or usability of an MQTT instance, give it a new password, or send its clients away',
        schema: INSTANCE_ACT,
        run: update,
      },
      delete: {
        summary: 'Remove an MQTT instance with everything in its topics; its credentials never come back',
        result: RECEIPT,
        run: ({ entity, ...call }) => instances.remove(callerOf(call), entity),
      },
    },
  };
}

/** The same module where no broker is there to rent them on. @param words that say which setting is missing */
export function unrentedModule(words: string): Module {
  const run = (): never => {
    throw new ApiError('unavailable', { message: words });
  };
  const operation = { summary: words, run };
  const operations = { list: operation, create: operation, read: operation, update: operation, delete: operation };
  return { name: 'instances', summary: words, operations };
}

function callerOf({ session, origin }: Pick<Call, 'session' | 'origin'>): Caller {
  if (!session) throw new ApiError('unauthorized');
  return { user: session.user, address: origin.address, reach: 'everybody' };
}
