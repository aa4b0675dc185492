/** Owns who is connected as an MQTT account, and sending them away. */

import { Unplug } from 'lucide';
import type { Instance } from '../../../../../protocol/entities/instance.ts';
import { call } from '../../../api.ts';
import { agoText } from '../../../clock.ts';
import { useLoad } from '../../../loads.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { confirmOnce } from '../../../parts/messages/confirm.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { Ago } from '../../../parts/moment.tsx';
import { nameOf } from '../standing.tsx';
import { ACCOUNTS } from '../words.ts';
import { sessionsOf } from './rest.ts';

export function SessionList({ account }: { readonly account: Instance }) {
  const load = useLoad(() => sessionsOf(account._id), [account]);

  async function sendAway(n: number): Promise<void> {
    const title = ACCOUNTS('disconnect.title', { name: nameOf(account) });
    const consequence = ACCOUNTS('disconnect.consequence', { n });
    if (!(await confirmOnce({ title, consequence, verb: ACCOUNTS('disconnect') }))) return;
    await call('instances.update', { action: 'disconnect' }, account._id);
    await load.reload();
    done(ACCOUNTS('disconnected'));
  }

  return (
    <Loaded load={load}>
      {({ sessions, last_seen, last_address, last_client_id }) =>
        sessions.length === 0 ? (
          <Empty title={ACCOUNTS('nobody')}>
            <p>
              {last_seen === null ? (
                ACCOUNTS('neverUsed')
              ) : (
                <>
                  {ACCOUNTS('lastUsed', { client: last_client_id ?? '–', address: last_address ?? '–' })}{' '}
                  <Ago at={last_seen} />
                </>
              )}
            </p>
          </Empty>
        ) : (
          <>
            <ul class="plain-list">
              {sessions.map(({ client_id, address, since }) => (
                <li key={client_id}>
                  <code>{client_id}</code>
                  <span class="hint">
                    {[address, since !== null && ACCOUNTS('connected', { ago: agoText(since) })]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </li>
              ))}
            </ul>
            <Button icon={Unplug} onPress={() => sendAway(sessions.length)}>
              {ACCOUNTS('disconnect')}
            </Button>
          </>
        )
      }
    </Loaded>
  );
}
