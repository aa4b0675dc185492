/** Owns the names that NestMTX has for values of settings: its environment starts us, too. */

import { SETTINGS, type SettingName } from './schema.ts';
import type { Entry } from './written/entry.ts';

export interface Alias {
  readonly setting: SettingName;
  readonly written: string;
  /** Empty where it means that the setting is not set. */
  readonly meaning: string;
}

type Entries = ReadonlyMap<SettingName, Entry>;

/** The entries with the values that are meant, and which those were. */
export function withoutAliases(written: Entries): { readonly entries: Entries; readonly aliases: readonly Alias[] } {
  const aliases = [...written.values()].flatMap((entry) => aliasIn(entry) ?? []);
  const entries = new Map(written);
  for (const { setting, meaning } of aliases) {
    const entry = written.get(setting);
    if (entry && meaning !== '') entries.set(setting, { ...entry, written: meaning });
    else entries.delete(setting);
  }
  return { entries, aliases };
}

function aliasIn({ name, written }: Entry): Alias | undefined {
  const { aliases = {} } = SETTINGS[name];
  if (typeof written !== 'string' || !Object.hasOwn(aliases, written)) return undefined;
  return { setting: name, written, meaning: aliases[written] ?? '' };
}
