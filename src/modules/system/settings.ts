/** Owns the `settings` module, ours: what is in force, and who has set it. Changes nothing, and shows no secret. */

import type { Module } from '../../core/requests/registry.ts';
import { SETTING_LIST, type SettingList } from '../../protocol/entities/system/settings.ts';

export function settingsModule(inForce: () => SettingList): Module {
  return {
    name: 'settings',
    summary: 'What the service is configured by',
    operations: {
      list: {
        summary: 'List every setting with its value and where that comes from',
        result: SETTING_LIST,
        run: inForce,
      },
    },
  };
}
