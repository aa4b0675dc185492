/** Owns the example of what is told of a camera's past. */

import type { OutageInfo, UptimeInfo } from '../protocol/entities/outage.ts';

/** Known for a week. */
export const UPTIME: UptimeInfo = {
  '24h': { ratio: 0.9983, up: 86_253, down: 147, blind: 0 },
  '7d': { ratio: 0.9998, up: 604_623, down: 147, blind: 30 },
  '30d': { ratio: 0.9998, up: 604_623, down: 147, blind: 1_987_230 },
};

const GARAGE_DOWN: OutageInfo = {
  id: '1-1795279710698',
  camera: 1,
  name: 'Garage door',
  room: 'Garage',
  kind: 'down',
  reason: 'refused',
  from: '2026-11-21T16:48:30.698Z',
  until: '2026-11-21T16:50:57.700Z',
  seconds: 147,
  since: '2026-11-21T16:48:30.698Z',
};

const ASKED = { camera: 1, from: '2026-11-21T00:00:00Z', kind: 'down' };
const PAGE = { search: null, page: 1, itemsPerPage: 10, sortBy: null };

export const OUTAGES_LISTED = { payload: ASKED, answer: { ...PAGE, ...ASKED, total: 1, items: [GARAGE_DOWN] } };
