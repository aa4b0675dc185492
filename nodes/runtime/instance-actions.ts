/** Owns what can be done with MQTT instances; used at both ends, so that the dialog asks for what the runtime needs. */

export const INSTANCE_ACTIONS = ['list', 'create', 'read', 'delete', 'rotate', 'disconnect', 'usage'] as const;

export type InstanceAction = (typeof INSTANCE_ACTIONS)[number];

export const LONGEST_OVERLAP_SECONDS = 604_800;
export const LONGEST_TIMEOUT_SECONDS = 3600;

export function isInstanceAction(value: unknown): value is InstanceAction {
  return INSTANCE_ACTIONS.some((action) => action === value);
}

/** Whether it is done with one instance. */
export function concernsOne(action: InstanceAction): boolean {
  return action !== 'list' && action !== 'create';
}
