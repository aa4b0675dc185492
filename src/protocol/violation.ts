/** Owns the form and the words of one violated rule, on the envelope and in a payload alike (contract 2.2). */

/** One entry of `details`: upstream's clients read `message`, `path` and `type`. */
export interface Violation {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly type: string;
  readonly context: Readonly<Record<string, unknown>>;
}

export const VIOLATION = {
  title: 'Violation',
  type: 'object',
  description: 'One rule that the request broke',
  properties: {
    message: { type: 'string' },
    path: { type: 'array', items: { type: ['string', 'integer'] }, description: "From the request's root" },
    type: { type: 'string', description: 'Kind of the rule, e.g. `any.required`' },
    context: { type: 'object' },
  },
  required: ['message', 'path', 'type', 'context'],
  additionalProperties: false,
} as const;

export type Path = readonly (string | number)[];

/** Further keys of the violation's context, before and after `label` (contract 2.2, third column). */
interface Extra {
  readonly first?: Readonly<Record<string, unknown>>;
}

export function missing(path: Path): Violation {
  return violation(path, 'any.required', 'is required');
}

export function notAllowed(path: Path, value: unknown): Violation {
  return violation(path, 'any.unknown', 'is not allowed', { value });
}

export function unknownKey(path: Path, value: unknown): Violation {
  return violation(path, 'object.unknown', 'is not allowed', { value }, { first: { child: path.at(-1) } });
}

export function notOneOf(path: Path, valids: readonly unknown[], value: unknown): Violation {
  return violation(path, 'any.only', `must be one of [${valids.join(', ')}]`, { value }, { first: { valids } });
}

export function notA(type: 'string' | 'boolean' | 'number' | 'array', path: Path, value: unknown): Violation {
  const words = { string: 'a string', boolean: 'a boolean', number: 'a number', array: 'an array' };
  return violation(path, `${type}.base`, `must be ${words[type]}`, { value });
}

export function notAnObject(path: Path, value: unknown): Violation {
  return violation(path, 'object.base', 'must be of type object', { value }, { first: { type: 'object' } });
}

export function emptyString(path: Path): Violation {
  return violation(path, 'string.empty', 'is not allowed to be empty', { value: '' });
}

export function tooShort(path: Path, limit: number, value: unknown): Violation {
  const words = `length must be at least ${limit} characters long`;
  return violation(path, 'string.min', words, { value }, { first: { limit } });
}

export function tooLong(path: Path, limit: number, value: unknown): Violation {
  const words = `length must be less than or equal to ${limit} characters long`;
  return violation(path, 'string.max', words, { value }, { first: { limit } });
}

export function patternMismatch(path: Path, pattern: string, value: unknown): Violation {
  const words = `fails to match the required pattern: /${pattern}/`;
  return violation(path, 'string.pattern.base', words, { value }, { first: { regex: `/${pattern}/` } });
}

/** A rule of ours that upstream has no words for. */
export function custom(path: Path, type: string, words: string, value: unknown): Violation {
  return violation(path, type, words, { value });
}

function violation(
  path: Path,
  type: string,
  words: string,
  given: { value?: unknown } = {},
  { first = {} }: Extra = {},
): Violation {
  const label = path.length === 0 ? 'value' : path.join('.');
  const key = path.at(-1);
  return {
    message: `"${label}" ${words}`,
    path,
    type,
    // `value` is absent where nothing was sent; the outermost value has no `key`.
    context: { ...first, label, ...given, ...(key === undefined ? {} : { key }) },
  };
}
