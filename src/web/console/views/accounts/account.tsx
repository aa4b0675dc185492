/** Owns the view of one MQTT account: how to connect, who is, what was used, and which topics it may use. */

import './accounts.css';
import { ChevronLeft } from 'lucide';
import { call } from '../../api.ts';
import { useLoad } from '../../loads.ts';
import { Icon } from '../../parts/icon.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Ago, At } from '../../parts/moment.tsx';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import type { ViewProps } from '../../views.ts';
import { AccountActions } from './actions.tsx';
import { nameOf, Standing } from './standing.tsx';
import { Connect } from './tabs/connect.tsx';
import { SessionList } from './tabs/sessions.tsx';
import { TopicTester } from './tabs/topics.tsx';
import { UsageChart } from './tabs/usage.tsx';
import { ACCOUNTS } from './words.ts';

const TABS = ['connect', 'sessions', 'usage', 'topics'] as const;

export function AccountView({ params: { id = '' } }: ViewProps) {
  const load = useLoad(() => call('instances.read', undefined, id), [id]);
  const tab = shownTab(TABS);
  return (
    <>
      <a class="back" href="#/accounts">
        <Icon shape={ChevronLeft} />
        {ACCOUNTS('back')}
      </a>
      <Loaded load={load}>
        {(account) => (
          <>
            <div class="view-head">
              <h1>{nameOf(account)}</h1>
              <Standing account={account} />
              <AccountActions account={account} reload={load.reload} />
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
            <Tabs label={ACCOUNTS('title')} tabs={TABS.map((name) => [name, ACCOUNTS(`tab.${name}`)] as const)} />
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
