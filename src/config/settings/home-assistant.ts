/** Owns the settings about Home Assistant: whether it is told of cameras, where, and in which language. */

import { FLAG, TEXT, TOPIC } from './kinds.ts';

export const HOME_ASSISTANT_SETTINGS = {
  HA_DISCOVERY: {
    ...FLAG,
    yaml: 'ha.discovery',
    default: false,
    description: 'Announce cameras to Home Assistant by MQTT discovery; the app switches it on.',
  },
  HA_DISCOVERY_PREFIX: {
    ...TOPIC,
    yaml: 'ha.discovery_prefix',
    default: 'homeassistant',
    description: 'First levels of the discovery topics.',
  },
  HA_LANGUAGE: {
    ...TEXT,
    yaml: 'ha.language',
    enum: ['en', 'de'],
    default: 'en',
    description: 'Language of the names of entities in Home Assistant.',
  },
  HA_BIRTH_TOPIC: {
    ...TOPIC,
    yaml: 'ha.birth_topic',
    description: 'Where Home Assistant says that it has started; when absent, status below the prefix.',
  },
  HA_BIRTH_PAYLOAD: {
    ...TEXT,
    yaml: 'ha.birth_payload',
    default: 'online',
    description: 'What it says there.',
  },
} as const;
