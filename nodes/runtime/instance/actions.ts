/** Owns what can be done with MQTT instances; used at both ends, so that the dialog asks for what the runtime needs. */

export const INSTANCE_ACTIONS = [
  'list',
  'create',
  'read',
  'update',
  'delete',
  'rotate',
  'disconnect',
  'sessions',
  'usage',
  'acl-check',
  'connection',
] as const;

export type InstanceAction = (typeof INSTANCE_ACTIONS)[number];

/** What may be asked of a topic. */
export const RIGHTS = ['publish', 'subscribe'] as const;

/** What to paste where, as the service names it; `all` leaves the kind out. */
export const BUNDLES = ['all', 'node-red', 'home-assistant', 'mosquitto_sub', 'esp32', 'qr'] as const;

export const LONGEST_OVERLAP_SECONDS = 604_800;
export const LONGEST_TIMEOUT_SECONDS = 3600;

export function isInstanceAction(value: unknown): value is InstanceAction {
  return INSTANCE_ACTIONS.some((action) => action === value);
}

/** Whether it is done with one instance. */
export function concernsOne(action: InstanceAction): boolean {
  return action !== 'list' && action !== 'create';
}

/** Whether it may be asked for on the condition that the instance is still as it was read. */
export function isConditional(action: InstanceAction): boolean {
  return action === 'update' || action === 'delete' || action === 'rotate';
}

/** Whether its answer is an instance to connect as. */
export function leadsToConnection(action: InstanceAction): boolean {
  return action === 'create' || action === 'read' || action === 'rotate';
}
