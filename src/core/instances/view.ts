/** Owns how an instance is shown: the published eight keys in their order, and ours behind them. */

import { INSTANCE_KEYS, type Instance } from '../../protocol/entities/instance.ts';
import type { InstanceRecord } from './records.ts';

/** Where clients of instances connect: a matter of the settings, and never kept with an instance. */
export interface Endpoint {
  readonly server: string;
  readonly port: string;
}

/** @param password opened */
export function instanceOf(record: InstanceRecord, password: string, { server, port }: Endpoint): Instance {
  return {
    _id: record.id,
    server,
    user: record.user,
    password,
    port,
    owner: record.owner,
    created_at: record.createdAt,
    __v: 0,
    label: record.label,
    enabled: record.enabled,
    expires_at: record.expiresAt,
    status: record.status === 'deleting' ? 'deleting' : 'active',
    former_valid_until: record.former?.until ?? null,
    home_assistant: record.homeAssistant ?? false,
  };
}

/** The keys that were asked for, in the order of the contract; the published eight when nothing was. */
export function chosenKeys(
  instance: Instance,
  keys: readonly string[] = INSTANCE_KEYS,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(instance).filter(([key]) => keys.includes(key)));
}
