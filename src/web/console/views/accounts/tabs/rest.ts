/** Owns what of an MQTT account has addresses of its own in the instance API: what it used, who is connected, the rights of topics, and texts to connect with. */

import { ask } from '../../../api.ts';

interface Counters {
  readonly messages_received: number;
  readonly messages_sent: number;
  readonly bytes_received: number;
  readonly bytes_sent: number;
  readonly peak_connections: number;
  readonly refused_logins: number;
}

export interface Usage extends Counters {
  readonly last_seen: string | null;
  readonly history: readonly ({ readonly since: string } & Counters)[];
}

export interface Sessions {
  readonly sessions: readonly {
    readonly client_id: string;
    readonly address: string | null;
    readonly since: string | null;
    readonly protocol_version: number | null;
  }[];
  readonly last_seen: string | null;
  readonly last_address: string | null;
  readonly last_client_id: string | null;
}

export interface TopicAnswer {
  readonly allowed: boolean;
  /** The rule that decided. */
  readonly rule: string;
}

/** By kind. */
export type Bundles = Readonly<Record<string, string>>;

export const usageOf = (id: string): Promise<Usage> => get(`${id}/usage`);
export const sessionsOf = (id: string): Promise<Sessions> => get(`${id}/sessions`);
export const bundlesOf = (id: string): Promise<Bundles> => get(`${id}/connection`);

export function mayUse(id: string, action: 'publish' | 'subscribe', topic: string): Promise<TopicAnswer> {
  return get(`${id}/acl-check?${new URLSearchParams({ action, topic })}`);
}

/** What the service answers is held to its documents by its own suites. */
async function get<Answer>(path: string): Promise<Answer> {
  const response = await ask(`v1/mqtt/${path}`, {});
  return response.json() as Promise<Answer>;
}
