/** Owns one MQTT account: how to connect, who is, what was used, and which topics it may use. */

import { ChevronLeft } from 'lucide';
import { call } from '../../api.ts';
import { useLoad } from '../../loads.ts';
import { Icon } from '../../parts/icon.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Ago, At } from '../../parts/moment.tsx';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import { AccountActions } from './actions.tsx';
import { listAddress } from './address.ts';
import { noteChange } from './changes.ts';
import { nameOf, Standing } from './standing.tsx';
import { Connect } from './tabs/connect.tsx';
import { SessionList } from './tabs/sessions.tsx';
import { TopicTester } from './tabs/topics.tsx';
import { UsageChart } from './tabs/usage.tsx';
import { ACCOUNTS } from './words.ts';

const TABS = ['connect', 'sessions', 'usage', 'topics'] as const;

interface Props {
  readonly id: string;
}

export function AccountDetail({ id }: Props) {
  const load = useLoad(() => call('instances.read', undefined, id), [id]);
  const tab = shownTab(TABS);

  async function reload(): Promise<void> {
    await load.reload();
    noteChange();
  }

  return (
    <>
      <a class="back" href={listAddress()}>
        <Icon shape={ChevronLeft} />
        {ACCOUNTS('back')}
      </a>
      <Loaded load={load}>
        {(account) => (
          <>
            <div class="view-head">
              <h1>{nameOf(account)}</h1>
              <Standing account={account} />
              <AccountActions account={account} reload={reload} />
            </div>
            <p class="hint">
              {ACCOUNTS('since')} <Ago at={account.created_at} />
              {account.expires_at !== null && (
                <>
                  {' · '}
                  {ACCOUNTS('until')} <At at={account.expires_at} />
                </>
              )}
            </p>
            {account.former_valid_until !== null && (
              <p class="notice">
                {ACCOUNTS('former')} <At at={account.former_valid_until} />
              </p>
            )}
            <Tabs
              label={ACCOUNTS('title')}
              keep={['search', 'owner']}
              tabs={TABS.map((name) => [name, ACCOUNTS(`tab.${name}`)] as const)}
            />
            {tab === 'connect' && <Connect account={account} />}
            {tab === 'sessions' && <SessionList account={account} />}
            {tab === 'usage' && <UsageChart id={id} />}
            {tab === 'topics' && <TopicTester account={account} />}
          </>
        )}
      </Loaded>
    </>
  );
}
