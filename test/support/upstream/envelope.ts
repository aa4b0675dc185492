/** Owns upstream's envelope rules, written from the contract (2.2) and not from our own parser: the first violation, or none. */

export interface UpstreamViolation {
  readonly message: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly context: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const VERBS = ['list', 'read', 'create', 'update', 'delete'];
const KEYS = ['command', 'module', 'requestId', 'entity', 'payload', 'token'];

export function violationOf(request: unknown): UpstreamViolation | undefined {
  if (!isFields(request)) {
    const context = { type: 'object', label: 'value', value: request };
    return { message: '"value" must be of type object', path: [], type: 'object.base', context };
  }
  const found = KEYS.map((key) => keyViolation(key, request)).find((violation) => violation !== undefined);
  if (found) return found;
  const unknown = Object.keys(request).find((key) => !KEYS.includes(key));
  if (unknown === undefined) return undefined;
  return violation(unknown, 'is not allowed', 'object.unknown', request, { child: unknown });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keyViolation(key: string, request: Fields): UpstreamViolation | undefined {
  const value = request[key];
  const rule = ruleOf(key, request['command']);
  if (value === undefined) {
    return rule === 'required' ? violation(key, 'is required', 'any.required', undefined, {}) : undefined;
  }
  if (key === 'command') {
    const words = `must be one of [${VERBS.join(', ')}]`;
    return VERBS.includes(String(value)) && typeof value === 'string'
      ? undefined
      : violation(key, words, 'any.only', request, { valids: VERBS });
  }
  if (rule === 'forbidden') return violation(key, 'is not allowed', 'any.unknown', request, {});
  if (key === 'payload') {
    return isFields(value)
      ? undefined
      : violation(key, 'must be of type object', 'object.base', request, { type: 'object' });
  }
  if (typeof value !== 'string') return violation(key, 'must be a string', 'string.base', request, {});
  return value === '' ? violation(key, 'is not allowed to be empty', 'string.empty', request, {}) : undefined;
}

function ruleOf(key: string, command: unknown): 'required' | 'optional' | 'forbidden' {
  const names = (...verbs: string[]) => verbs.includes(String(command));
  if (key === 'token') return 'optional';
  if (key === 'entity') return names('read', 'update', 'delete') ? 'required' : 'forbidden';
  if (key !== 'payload' || names('create', 'update')) return 'required';
  return names('list') ? 'optional' : 'forbidden';
}

function violation(
  key: string,
  words: string,
  type: string,
  request: Fields | undefined,
  first: Fields,
): UpstreamViolation {
  const value = request ? { value: request[key] } : {};
  return { message: `"${key}" ${words}`, path: [key], type, context: { ...first, label: key, ...value, key } };
}
