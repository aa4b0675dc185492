/** Owns the clients at all bridges of a cluster as one list: each bridge tells whom it has, and only for those on a page what they subscribe to. */

import type { Others } from '../../core/cluster/others.ts';
import { listPage } from '../../core/paging.ts';
import { believing } from '../../core/requests/belief.ts';
import { type BrokerClient, CLIENT_SUBSCRIPTIONS, LISTED_CLIENT } from '../../protocol/entities/system/clients.ts';
import type { JsonObject } from '../../protocol/envelope.ts';

export interface ClientsHere {
  list(): readonly BrokerClient[];
  find(id: string): BrokerClient | undefined;
}

type Subscriptions = BrokerClient['subscriptions'];
type Listed = Omit<BrokerClient, 'subscriptions' | 'bridge'>;

const WHO = 'clients';
const WHAT_THEY_HEAR = 'subscriptions of clients';
const believesListed = believing<Listed[]>({ type: 'array', items: LISTED_CLIENT });
const believesSubscriptions = believing<Record<string, Subscriptions>>({
  type: 'object',
  additionalProperties: CLIENT_SUBSCRIPTIONS,
});

/** @returns the answer to `clients.list` */
export function listEverywhere(here: ClientsHere, others: Others): (payload: JsonObject) => Promise<object> {
  others.onAsked(WHO, () => here.list().map(withoutSubscriptions));
  others.onAsked(WHAT_THEY_HEAR, (ids) => Object.fromEntries(subscriptionsOf(here, Array.isArray(ids) ? ids : [])));

  return async (payload) => {
    const { answers, silent } = await others.ask(WHO, null, believesListed);
    const rows = [
      ...here.list().map((client) => ({ ...withoutSubscriptions(client), bridge: others.own })),
      ...answers.flatMap(({ bridge, value }) => value.map((client) => ({ ...client, bridge }))),
    ];
    const page = listPage(payload, {
      rows,
      id: ({ since }) => Date.parse(since),
      searched: ({ clientId, account, address }) => [clientId, account, address ?? ''],
      present: (client) => client,
    });
    const heard = await whatTheyHear(page.items.filter(({ bridge }) => bridge !== others.own));
    const items = page.items.map((client) => {
      return { ...client, subscriptions: here.find(client.id)?.subscriptions ?? heard.get(client.id) ?? [] };
    });
    return { ...page, items, ...(silent.length > 0 && { unanswered: silent }) };
  };

  async function whatTheyHear(clients: readonly Listed[]): Promise<ReadonlyMap<string, Subscriptions>> {
    if (clients.length === 0) return new Map();
    const ids = clients.map(({ id }) => id);
    const { answers } = await others.ask(WHAT_THEY_HEAR, ids, believesSubscriptions);
    return new Map(answers.flatMap(({ value }) => Object.entries(value)));
  }
}

function subscriptionsOf(here: ClientsHere, ids: readonly unknown[]): [string, Subscriptions][] {
  return ids.flatMap((id) => {
    const client = here.find(String(id));
    return client ? [[client.id, client.subscriptions] as [string, Subscriptions]] : [];
  });
}

function withoutSubscriptions({ subscriptions: _, ...client }: BrokerClient): Listed {
  return client;
}
