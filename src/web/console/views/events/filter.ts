/** Owns which events are wanted: as the address says it, as the service is asked for it, and as a live event is held to it. Pure. */

import type { LiveEvent } from '../../live.ts';

export interface Filter {
  /** Id of a camera, or empty. */
  readonly camera: string;
  /** Such as `camera.offline`, or empty. */
  readonly kind: string;
  readonly search: string;
}

export function isFiltered({ camera, kind, search }: Filter): boolean {
  return camera !== '' || kind !== '' || search.trim() !== '';
}

export function queryFor({ camera, kind, search }: Filter) {
  const [domain = '', event = ''] = kind.split('.');
  return {
    ...(camera !== '' && { domain: 'camera', entity: camera }),
    ...(kind !== '' && { domain, event }),
    ...(search.trim() !== '' && { search: search.trim() }),
  };
}

/** What is searched for is known to the service alone: it may look where we do not. */
export function fits({ domain, event, entity }: LiveEvent, { camera, kind }: Filter): boolean {
  if (camera !== '' && (domain !== 'camera' || String(entity) !== camera)) return false;
  return kind === '' || kind === `${domain}.${event}`;
}
