/** Owns the list of what the core keeps: every domain's records, for whoever opens a store. */

import { CAMERA_STATES, CAMERAS } from './camera-records.ts';
import { FACTS } from './fact-records.ts';
import { INSTANCES, TOMBSTONES } from './instance-records.ts';
import { INSTANCE_REQUESTS } from './instance-requests.ts';
import { INSTANCE_USAGE, INSTANCE_USAGE_HISTORY } from './usage-records.ts';
import { TOKENS, USERS } from './user-records.ts';

export const COLLECTIONS = [
  USERS,
  TOKENS,
  CAMERAS,
  CAMERA_STATES,
  FACTS,
  INSTANCES,
  TOMBSTONES,
  INSTANCE_REQUESTS,
  INSTANCE_USAGE,
  INSTANCE_USAGE_HISTORY,
] as const;
