/** Owns what is told of each setting: the value in force and who gave it. A secret's value is never in it. */

import { GERMAN } from './german.ts';
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings } from './schema.ts';
import type { Entry } from './written/entry.ts';

export interface SettingInForce {
  readonly name: SettingName;
  /** Its place in a YAML file. */
  readonly yaml: string;
  readonly description: { readonly en: string; readonly de: string };
  /** Null where it has none, and of a secret. */
  readonly value: string | number | boolean | readonly string[] | null;
  readonly isSet: boolean;
  readonly isSecret: boolean;
  /** `default`, `environment`, or the name of a file. */
  readonly source: string;
  /** As whoever set it has called it. */
  readonly key: string | null;
}

export function settingsInForce(settings: Settings, entries: ReadonlyMap<SettingName, Entry>): SettingInForce[] {
  return SETTING_NAMES.map((name) => {
    const { yaml, description: en, writeOnly: isSecret = false } = SETTINGS[name];
    const { [name]: value = null } = settings;
    const entry = entries.get(name);
    return {
      name,
      yaml,
      description: { en, de: GERMAN[name] },
      value: isSecret ? null : value,
      isSet: value !== null,
      isSecret,
      source: entry?.source ?? 'default',
      key: entry?.key ?? null,
    };
  });
}
