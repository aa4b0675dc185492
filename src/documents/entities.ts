/** Owns what the entity of a request means: the id of a row, unless it is said here. */

interface Entity {
  readonly meaning: string;
  /** Whether an unknown one is answered with `not_found`. */
  readonly isRow: boolean;
}

const ROW: Entity = { meaning: 'The id, as a text', isRow: true };

const OTHERS: Readonly<Record<string, Entity>> = {
  'auth.delete': { meaning: 'Id of one of your tokens, or `current`', isRow: true },
  'clients.delete': { meaning: 'Id of the client, as listed', isRow: true },
  'credentials.read': {
    meaning: "Base64 of a JSON object: the query of Google's answer (`state`, `code`, `scope`) and `origin`",
    isRow: true,
  },
  'cronjobs.update': { meaning: 'Name of the job', isRow: false },
  'htop.update': { meaning: 'Name of the process', isRow: false },
  'imports.update': { meaning: 'Id of the operation that has made the plan', isRow: true },
  'service.read': { meaning: '`log`', isRow: true },
  'service.update': { meaning: '`log` or `process`', isRow: true },
  'streams.read': { meaning: 'Id of the camera', isRow: true },
  'streams.delete': { meaning: 'The `id` that `streams.create` answered', isRow: true },
  'snapshots.read': { meaning: 'Id of the camera', isRow: true },
};

/** @param operation `<module>.<command>` */
export function entityOf(operation: string): Entity {
  return OTHERS[operation] ?? ROW;
}
