/** Owns how moments are written on the wire. */

/** As events carry it: `2026-11-21T16:48:30.698Z`. */
export function isoZulu(ms: number): string {
  return new Date(ms).toISOString();
}

/** As upstream's objects carry it: `2026-11-21T16:48:30.698+00:00`. */
export function isoOffset(ms: number): string {
  return isoZulu(ms).replace('Z', '+00:00');
}

/** As upstream's rows of credentials carry it: `2026-11-21 16:48:30`, UTC. */
export function sqlDateTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
