/** Owns the example of what is listed of past events. */

import type { PastEvent } from '../protocol/entities/past-event.ts';

const GARAGE_OFFLINE: PastEvent = {
  id: 412,
  domain: 'camera',
  event: 'offline',
  entity: 1,
  details: { name: 'Garage door', enabled: true, path: 'garage', query: '', reason: 'refused', seq: 7 },
  at: '2026-11-21T16:48:30.698Z',
};

const ASKED = { domain: 'camera', entity: 1, from: '2026-11-21T00:00:00Z' };
const PAGE = { search: null, page: 1, itemsPerPage: 10, sortBy: null };

export const EVENTS_LISTED = { payload: ASKED, answer: { ...PAGE, ...ASKED, total: 1, items: [GARAGE_OFFLINE] } };
