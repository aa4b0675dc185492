/** Owns the view of the service itself: how it is, what it is configured by, who is connected, its cluster, its log, backups, and moving in. */

import './system.css';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import { may, status } from '../../status.ts';
import { BackupTab } from './tabs/backup.tsx';
import { ClientsTab } from './tabs/clients.tsx';
import { ClusterTab } from './tabs/cluster.tsx';
import { ImportTab } from './tabs/import.tsx';
import { LogTab } from './tabs/log.tsx';
import { Overview } from './tabs/overview.tsx';
import { SettingsTab } from './tabs/settings.tsx';
import { SYSTEM } from './words.ts';

const NEEDS = {
  overview: 'service',
  settings: 'settings',
  clients: 'clients',
  cluster: 'cluster',
  log: 'service',
  backup: 'backups',
  import: 'imports',
} as const;

export function SystemView() {
  const names = (Object.keys(NEEDS) as (keyof typeof NEEDS)[]).filter(
    (name) => (may(NEEDS[name], 'list') || may(NEEDS[name], 'create')) && (name !== 'cluster' || isInCluster()),
  );
  const tab = shownTab(names);
  return (
    <>
      <div class="view-head">
        <h1>{SYSTEM('title')}</h1>
      </div>
      <Tabs label={SYSTEM('title')} tabs={names.map((name) => [name, SYSTEM(`tab.${name}`)] as const)} />
      {tab === 'overview' && <Overview />}
      {tab === 'settings' && <SettingsTab />}
      {tab === 'clients' && <ClientsTab />}
      {tab === 'cluster' && <ClusterTab />}
      {tab === 'log' && <LogTab />}
      {tab === 'backup' && <BackupTab />}
      {tab === 'import' && <ImportTab />}
    </>
  );
}

function isInCluster(): boolean {
  return status.value?.health.details['cluster'] !== undefined;
}
