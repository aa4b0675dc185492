/** Owns which request ids an answer on Socket.IO may be named by: not by a name that means something else there (N-51). */

import { type BridgeEvent, EVENTS } from '../../protocol/events.ts';

/** Names of Socket.IO and its clients, of this transport, of upstream's events, and the spelling upstream sends for `unDemand`. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'error', 'newListener', 'removeListener'],
  ...['failure', 'log', 'request'],
  ...['undemand', 'booted', 'shutdown'],
  ...Object.values(EVENTS).flat(),
]);

const DOMAINS: readonly string[] = [...Object.keys(EVENTS), 'application', 'nestmtx'];

/** Every name one event is told under: upstream's three, and the documented `nestmtx:*`. */
export function eventNames({ domain, event }: Pick<BridgeEvent, 'domain' | 'event'>): string[] {
  return [`${domain}:${event}`, `${domain}:*`, 'nestmtx:*', event];
}

export function isReservedId(requestId: string): boolean {
  return RESERVED.has(requestId) || DOMAINS.some((domain) => requestId.startsWith(`${domain}:`));
}
