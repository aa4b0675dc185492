/** Owns the `clients` module, ours: who is connected to the embedded broker, and sending one of them away. */

import { listPage } from '../../core/paging.ts';
import type { Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import { BROKER_CLIENT, type BrokerClient } from '../../protocol/entities/system/clients.ts';

interface ConnectedClient {
  /** Of its account. */
  readonly key: string;
  readonly clientId: string;
  readonly username: string;
  readonly kind: BrokerClient['kind'];
  readonly address: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** As in CONNECT: 3, 4 or 5. */
  readonly protocolVersion: number;
  subscriptions(): readonly { readonly filter: string; readonly qos: number }[];
}

export interface BrokerClients {
  clients(): Iterable<ConnectedClient>;
  /** It may come back. Resolves when its socket is closed. @returns whether there was one */
  kick(accountKey: string, clientId: string): Promise<boolean>;
}

const SHOWN_SUBSCRIPTIONS = 100;
const PROTOCOLS: Readonly<Record<number, BrokerClient['protocol']>> = { 3: '3.1', 4: '3.1.1', 5: '5' };

/** @param broker absent where there is none of ours */
export function clientsModule(broker: BrokerClients | undefined): Module {
  function ours(): BrokerClients {
    if (broker) return broker;
    throw new ApiError('unavailable', {
      message: 'Who is connected is known to the embedded broker alone, and there is none',
    });
  }

  return {
    name: 'clients',
    summary: 'Who is connected to the embedded broker',
    operations: {
      list: {
        summary: 'Search and list connected clients, the latest first',
        result: pageOf(BROKER_CLIENT),
        run: ({ payload }) =>
          listPage(payload, {
            rows: ours().clients(),
            id: ({ since }) => since,
            searched: ({ clientId, username, address }) => [clientId, username, address ?? ''],
            present: clientOf,
          }),
      },
      delete: {
        summary: 'Send a client away; it may come back',
        run: async ({ entity }) => {
          const at = entity.indexOf('/');
          const isGone = at > 0 && (await ours().kick(entity.slice(0, at), entity.slice(at + 1)));
          if (!isGone) throw new ApiError('not_found');
        },
      },
    },
  };
}

function clientOf({
  key,
  clientId,
  username,
  kind,
  address,
  since,
  protocolVersion,
  ...client
}: ConnectedClient): BrokerClient {
  const subscriptions = client.subscriptions();
  return {
    id: `${key}/${clientId}`,
    clientId,
    account: username,
    kind,
    address: address ?? null,
    since: isoZulu(since),
    protocol: PROTOCOLS[protocolVersion] ?? '5',
    subscriptions: subscriptions.slice(0, SHOWN_SUBSCRIPTIONS).map(({ filter, qos }) => ({ filter, qos })),
    subscriptionCount: subscriptions.length,
  };
}
