/** Owns what is in force: each setting with its value, and where that comes from. It is changed where it is written. */

import type { SettingList } from '../../../../../protocol/entities/system/settings.ts';
import { call } from '../../../api.ts';
import { useLoad } from '../../../loads.ts';
import { Empty } from '../../../parts/empty.tsx';
import { CheckField } from '../../../parts/forms/field.tsx';
import { SearchField } from '../../../parts/forms/search-field.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { queryOf, setQuery } from '../../../router.ts';
import { COMMON } from '../../../words/common.ts';
import { language } from '../../../words/language.ts';
import { SYSTEM } from '../words.ts';

type Setting = SettingList['settings'][number];

export function SettingsTab() {
  const load = useLoad(() => call('settings.list'));
  const search = queryOf('search');
  const isAll = queryOf('all') === 'yes' || search.trim() !== '';
  return (
    <>
      <p class="hint">{SYSTEM('settings.hint')}</p>
      <div class="filters">
        <SearchField label={SYSTEM('settings.search')} />
        <CheckField
          label={SYSTEM('settings.all')}
          checked={isAll}
          onChange={(is) => setQuery('all', is ? 'yes' : undefined)}
        />
      </div>
      <Loaded load={load}>
        {({ settings, unheeded }) => (
          <>
            {unheeded.map((sentence) => (
              <p key={sentence} class="notice" lang="en">
                {sentence}
              </p>
            ))}
            <List settings={settings.filter((setting) => isMeant(setting, search, isAll))} />
          </>
        )}
      </Loaded>
    </>
  );
}

function List({ settings }: { readonly settings: readonly Setting[] }) {
  if (settings.length === 0) return <Empty title={COMMON('nothingFound')} />;
  return (
    <ul class="settings">
      {settings.map((setting) => (
        <li key={setting.name}>
          <p>
            <code>{setting.name}</code> <strong>{valueText(setting)}</strong>
          </p>
          <p>{setting.description[language.value]}</p>
          <p class="hint">{sourceText(setting)}</p>
        </li>
      ))}
    </ul>
  );
}

function isMeant({ name, yaml, description, source }: Setting, search: string, isAll: boolean): boolean {
  if (!isAll && source === 'default') return false;
  return `${name}\n${yaml}\n${description[language.value]}`.toLowerCase().includes(search.trim().toLowerCase());
}

function valueText({ value, isSet, isSecret }: Setting): string {
  if (isSecret) return isSet ? SYSTEM('settings.secret') : SYSTEM('settings.none');
  if (value === null || (Array.isArray(value) && value.length === 0)) return SYSTEM('settings.none');
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function sourceText({ source, key }: Setting): string {
  if (source === 'default') return SYSTEM('source.default');
  if (source === 'environment') return SYSTEM('source.environment', { key: key ?? '' });
  return SYSTEM('source.file', { file: source, key: key ?? '' });
}
