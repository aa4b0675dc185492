/** Owns what events mean to one another: which tell of the same thing, which are alarms, and which end them. Used at both ends. */

/** Events that tell of the same thing: each ends the one before. The others tell of a moment. */
const STATES: Readonly<Record<string, string>> = {
  ready: 'feed',
  notReady: 'feed',
  demand: 'demand',
  unDemand: 'demand',
  authenticated: 'login',
  reauthenticated: 'login',
  unauthenticated: 'login',
  offline: 'reach',
  online: 'reach',
  connected: 'link',
  disconnected: 'link',
};

const ALARMS: readonly string[] = ['notReady', 'offline', 'unauthenticated', 'disconnected'];

/** What the event tells the state of; undefined for one that passes. */
export function stateOf(event: string): string | undefined {
  return Object.hasOwn(STATES, event) ? STATES[event] : undefined;
}

export function relativesOf(event: string): string[] {
  const state = stateOf(event);
  return state === undefined ? [] : Object.entries(STATES).flatMap(([name, other]) => (other === state ? [name] : []));
}

export function isAlarm(event: string): boolean {
  return ALARMS.includes(event);
}

/** Undefined for an event that ends no alarm. */
export function alarmEndedBy(event: string): string | undefined {
  return isAlarm(event) ? undefined : relativesOf(event).find(isAlarm);
}
