/** Owns what the wire shows of the settings in force. */

import type { FromSchema } from 'json-schema-to-ts';
import { textOrNull } from '../fields.ts';

const text = { type: 'string' } as const;

const properties = {
  name: { ...text, description: 'As an environment variable' },
  yaml: { ...text, description: 'Its place in a YAML file' },
  description: {
    title: 'Description',
    type: 'object',
    properties: { en: text, de: text },
    required: ['en', 'de'],
    additionalProperties: false,
    description: 'What it is for, in each language',
  },
  value: {
    type: ['string', 'integer', 'boolean', 'array', 'null'],
    items: text,
    description: 'Null where it has none, and of a secret',
  },
  isSet: { type: 'boolean', description: 'Whether there is a value' },
  isSecret: { type: 'boolean' },
  source: { ...text, description: '`default`, `environment`, or the file that it was read from' },
  key: { ...textOrNull, description: 'What it is called there; null for a default' },
} as const;

export const SETTING_LIST = {
  title: 'SettingList',
  type: 'object',
  properties: {
    settings: {
      type: 'array',
      items: {
        title: 'Setting',
        type: 'object',
        properties,
        required: Object.keys(properties) as (keyof typeof properties)[],
        additionalProperties: false,
      },
    },
    unheeded: { type: 'array', items: text, description: 'What was written and has no effect: a sentence each' },
  },
  required: ['settings', 'unheeded'],
  additionalProperties: false,
} as const;

export type SettingList = Readonly<FromSchema<typeof SETTING_LIST>>;
