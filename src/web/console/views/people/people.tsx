/** Owns the view of who may come in: people and devices, their sessions, failed logins, and the own password. */

import { OwnPassword } from '../../parts/forms/own-password.tsx';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import { may, mayOwn, viewer } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { Failed } from './tabs/failed.tsx';
import { SessionsTab } from './tabs/sessions.tsx';
import { Users } from './tabs/users.tsx';
import { PEOPLE } from './words.ts';

export function PeopleView() {
  const names = [
    ...(may('users', 'list') ? (['users'] as const) : []),
    'sessions' as const,
    ...(may('auth', 'read') ? (['failed'] as const) : []),
    // Whoever somebody else vouches for has no password here.
    ...(mayOwn('users', 'update') && viewer.value?.id ? (['password'] as const) : []),
  ];
  const tab = shownTab(names);
  return (
    <>
      <div class="view-head">
        <h1>{PEOPLE('title')}</h1>
      </div>
      <Tabs label={PEOPLE('title')} tabs={names.map((name) => [name, PEOPLE(`tab.${name}`)] as const)} />
      {tab === 'users' && <Users />}
      {tab === 'sessions' && <SessionsTab />}
      {tab === 'failed' && <Failed />}
      {tab === 'password' && <OwnPassword hint={PEOPLE('own.hint')} submit={COMMON('save')} />}
    </>
  );
}
