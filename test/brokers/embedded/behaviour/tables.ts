/** Owns the list of all tables of behaviour. */

import type { Row } from './row.ts';
import { CONNECTING } from './tables/connecting.ts';
import { DELIVERING } from './tables/delivering.ts';
import { ENDING } from './tables/ending.ts';
import { PROPERTIES } from './tables/properties.ts';
import { PUBLISHING } from './tables/publishing.ts';
import { RESUMING } from './tables/resuming.ts';
import { RETAINED } from './tables/retained.ts';
import { SESSIONS } from './tables/sessions.ts';
import { SHARING } from './tables/sharing.ts';
import { SIZES } from './tables/sizes.ts';
import { SUBSCRIBING } from './tables/subscribing.ts';
import { WILLS } from './tables/wills.ts';

export const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'who is let in': CONNECTING,
  sessions: SESSIONS,
  wills: WILLS,
  'retained messages': RETAINED,
  'what clients publish': PUBLISHING,
  'what readers get': DELIVERING,
  'what comes again': RESUMING,
  subscriptions: SUBSCRIBING,
  'shared subscriptions': SHARING,
  'what MQTT 5 adds': PROPERTIES,
  'what is too large': SIZES,
  'how a connection ends': ENDING,
};
