/** Owns the five verbs of the API; knows nothing of modules. */

/** In the order the wire lists them (contract 2.2). */
export const COMMANDS = ['list', 'read', 'create', 'update', 'delete'] as const;

export type Command = (typeof COMMANDS)[number];

export function isCommand(value: unknown): value is Command {
  return (COMMANDS as readonly unknown[]).includes(value);
}

/** Verbs that act on one entity and therefore must name it. */
export function needsEntity(command: Command): boolean {
  return command === 'read' || command === 'update' || command === 'delete';
}

/** Whether a verb carries data: always, never, or as the caller likes. */
export function payloadRule(command: Command): 'required' | 'optional' | 'forbidden' {
  if (command === 'list') return 'optional';
  return command === 'create' || command === 'update' ? 'required' : 'forbidden';
}
