/** Owns the `instances` module: the caller's own MQTT instances, by the same rules as over REST (contract 1.1, 3.3). */

import type { Caller } from '../core/instances/audit.ts';
import { changesOf, momentOf } from '../core/instances/changes.ts';
import type { Instances } from '../core/instances/instances.ts';
import type { InstanceRecord } from '../core/instances/records.ts';
import { instanceOf } from '../core/instances/view.ts';
import { listPage } from '../core/paging.ts';
import type { Call, Module } from '../core/requests/registry.ts';
import { ApiError } from '../protocol/api-error.ts';
import {
  INSTANCE,
  INSTANCE_CREATE,
  INSTANCE_UPDATE,
  type Instance,
  type InstanceCreate,
  type InstanceUpdate,
} from '../protocol/entities/instance.ts';
import { pageOf } from '../protocol/entities/page.ts';

export function instancesModule(instances: Instances): Module {
  const { endpoint } = instances;

  function show(caller: Caller, record: InstanceRecord): Instance {
    const [password = ''] = instances.revealPasswords(caller, [record]);
    return instanceOf(record, password, endpoint);
  }

  function list({ payload, ...call }: Call) {
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

  async function update({ entity, payload, ...call }: Call): Promise<void> {
    await instances.update(callerOf(call), entity, changesOf(payload as InstanceUpdate));
  }

  return {
    name: 'instances',
    summary: 'Rent private MQTT accounts with topics of their own',
    operations: {
      list: { summary: 'Search and list your MQTT instances', result: pageOf(INSTANCE), run: list },
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
        summary: 'Change label, end or usability of an MQTT instance, or show it in Home Assistant',
        schema: INSTANCE_UPDATE,
        run: update,
      },
      delete: {
        summary: 'Remove an MQTT instance with everything in its topics; its credentials never come back',
        run: async ({ entity, ...call }) => {
          await instances.remove(callerOf(call), entity);
        },
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
  return { user: session.user, address: origin.address };
}
