/** Owns who is connected to the broker, what each hears, and sending one away. */

import { useSignal } from '@preact/signals';
import { Radio, Unplug } from 'lucide';
import type { BrokerClient } from '../../../../../protocol/entities/system/clients.ts';
import { call } from '../../../api.ts';
import { Empty } from '../../../parts/empty.tsx';
import { SearchField } from '../../../parts/forms/search-field.tsx';
import { PER_PAGE, Rows } from '../../../parts/lists/rows.tsx';
import { Unanswered } from '../../../parts/lists/unanswered.tsx';
import { Menu } from '../../../parts/menu.tsx';
import { confirmOnce } from '../../../parts/messages/confirm.tsx';
import { Dialog } from '../../../parts/messages/dialog.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Ago } from '../../../parts/moment.tsx';
import { queryOf } from '../../../router.ts';
import { COMMON } from '../../../words/common.ts';
import { SYSTEM } from '../words.ts';

const ROW_HEIGHT = 80;

export function ClientsTab() {
  const search = queryOf('search');
  const changes = useSignal(0);
  const shown = useSignal<BrokerClient | undefined>(undefined);
  const unanswered = useSignal<readonly string[] | undefined>(undefined);

  async function sendAway({ id, clientId }: BrokerClient): Promise<void> {
    const title = SYSTEM('client.away.title', { name: clientId });
    const consequence = SYSTEM('client.away.consequence');
    if (!(await confirmOnce({ title, consequence, verb: SYSTEM('client.away') }))) return;
    await call('clients.delete', undefined, id);
    changes.value += 1;
    done(SYSTEM('client.gone', { name: clientId }));
  }

  async function load(page: number) {
    const clients = await call('clients.list', { search, page, itemsPerPage: PER_PAGE });
    unanswered.value = clients.unanswered;
    return clients;
  }

  return (
    <>
      <SearchField label={SYSTEM('client.search')} />
      <Unanswered bridges={unanswered.value} />
      <Rows
        label={SYSTEM('tab.clients')}
        rowHeight={ROW_HEIGHT}
        by={`${search}\n${changes.value}`}
        load={load}
        row={(client) => (
          <>
            <div class="two-lines">
              <strong>{client.clientId}</strong>
              <span class="hint">
                {[client.account, client.address, `MQTT ${client.protocol}`, client.bridge].filter(Boolean).join(' · ')}{' '}
                · <Ago at={client.since} />
              </span>
            </div>
            <Menu
              label={SYSTEM('client.more', { name: client.clientId })}
              items={[
                { text: SYSTEM('client.hears'), icon: Radio, onPress: () => (shown.value = client) },
                { text: SYSTEM('client.away'), icon: Unplug, danger: true, onPress: () => sendAway(client) },
              ]}
            />
          </>
        )}
        empty={
          search === '' ? (
            <Empty title={SYSTEM('client.none')}>{SYSTEM('client.none.hint')}</Empty>
          ) : (
            <Empty title={COMMON('nothingFound')}>{COMMON('nothingFound.hint', { search })}</Empty>
          )
        }
      />
      {shown.value && <Hears client={shown.value} onClose={() => (shown.value = undefined)} />}
    </>
  );
}

function Hears({ client, onClose }: { readonly client: BrokerClient; readonly onClose: () => void }) {
  const { clientId, subscriptions, subscriptionCount } = client;
  return (
    <Dialog title={SYSTEM('client.hears.title', { name: clientId })} onClose={onClose}>
      {subscriptionCount === 0 && <p>{SYSTEM('client.hears.nothing')}</p>}
      <ul class="plain-list">
        {subscriptions.map(({ filter, qos }) => (
          <li key={filter}>
            <code>{filter}</code> <span class="hint">QoS {qos}</span>
          </li>
        ))}
      </ul>
      {subscriptionCount > subscriptions.length && (
        <p class="hint">{SYSTEM('client.hears.more', { n: subscriptionCount - subscriptions.length })}</p>
      )}
    </Dialog>
  );
}
