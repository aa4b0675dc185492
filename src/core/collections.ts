/** Owns the list of what the core keeps: every domain's records, for whoever opens a store. */

import { TOKENS, USERS } from './accounts/records.ts';
import { CAMERA_STATES, CAMERAS } from './cameras/records.ts';
import { WRITTEN_PATHS } from './cameras/written-paths.ts';
import { FACTS } from './fact-records.ts';
import { OUTBOX } from './happened/outbox.ts';
import { PAST_EVENTS } from './happened/past-events.ts';
import { TROUBLES } from './happened/troubles.ts';
import { INSTANCE_REQUESTS } from './instances/keyed-requests.ts';
import { INSTANCES, TOMBSTONES } from './instances/records.ts';
import { INSTANCE_USAGE, INSTANCE_USAGE_HISTORY } from './instances/usage/records.ts';
import { CAMERA_CONDITIONS, PAST_STRETCHES } from './outages/records.ts';

export const COLLECTIONS = [
  USERS,
  TOKENS,
  CAMERAS,
  CAMERA_STATES,
  WRITTEN_PATHS,
  OUTBOX,
  PAST_EVENTS,
  TROUBLES,
  CAMERA_CONDITIONS,
  PAST_STRETCHES,
  FACTS,
  INSTANCES,
  TOMBSTONES,
  INSTANCE_REQUESTS,
  INSTANCE_USAGE,
  INSTANCE_USAGE_HISTORY,
] as const;
