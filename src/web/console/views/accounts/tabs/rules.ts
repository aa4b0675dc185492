/** Owns what the rules of topics mean that the service names for an MQTT account. */

import { words } from '../../../words/words.ts';

export const RULES = words(
  {
    'an instance owns its root': 'Everything below its own name belongs to it.',
    'an instance stays within its root': 'It may only use topics below its own name.',
    'not a topic name': 'That is no topic to publish to: it has a wildcard in it, or nothing.',
    'not a topic filter': 'That is no filter: a wildcard stands alone on its level, and # at the end.',
  },
  {
    'an instance owns its root': 'Alles unter seinem eigenen Namen gehört ihm.',
    'an instance stays within its root': 'Es darf nur Topics unter seinem eigenen Namen nutzen.',
    'not a topic name': 'Dorthin lässt sich nichts veröffentlichen: Es enthält einen Platzhalter oder ist leer.',
    'not a topic filter': 'Das ist kein Filter: Ein Platzhalter steht allein auf seiner Ebene, und # am Ende.',
  },
);
