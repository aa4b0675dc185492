/** Owns the `clients` module, ours: who is connected to the embedded broker, and sending one of them away. */

import type { Others } from '../../core/cluster/others.ts';
import { listPage } from '../../core/paging.ts';
import type { Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { BROKER_CLIENT_PAGE, type BrokerClient } from '../../protocol/entities/system/clients.ts';
import { type ClientsHere, listEverywhere } from './clients-everywhere.ts';

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
  /** One of them. */
  client(accountKey: string, clientId: string): ConnectedClient | undefined;
  /** Wherever it is; it may come back. Resolves when its socket is closed. @returns whether there was one */
  kick(accountKey: string, clientId: string): Promise<boolean>;
}

const SHOWN_SUBSCRIPTIONS = 100;
const PROTOCOLS: Readonly<Record<number, BrokerClient['protocol']>> = { 3: '3.1', 4: '3.1.1', 5: '5' };

/** @param broker absent where there is none of ours @param others in a cluster, whose clients are listed, too */
export function clientsModule(broker: BrokerClients | undefined, others?: Others): Module {
  const everywhere = broker && others && listEverywhere(hereOf(broker), others);

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
        result: BROKER_CLIENT_PAGE,
        run: ({ payload }) =>
          everywhere?.(payload) ??
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
          const named = namedBy(entity);
          const isGone = named !== undefined && (await ours().kick(...named));
          if (!isGone) throw new ApiError('not_found');
        },
      },
    },
  };
}

function hereOf(broker: BrokerClients): ClientsHere {
  return {
    list: () => [...broker.clients()].map(clientOf),
    find(id) {
      const named = namedBy(id);
      const client = named && broker.client(...named);
      return client && clientOf(client);
    },
  };
}

function namedBy(id: string): [accountKey: string, clientId: string] | undefined {
  const at = id.indexOf('/');
  return at > 0 ? [id.slice(0, at), id.slice(at + 1)] : undefined;
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
