/** Owns what Supervisor accepts as the value of an option, by the words of the manifest's schema. Only the types that we use. */

export interface OptionType {
  readonly kind: 'str' | 'password' | 'bool' | 'int' | 'port' | 'match' | 'list';
  readonly isOptional: boolean;
  /** Of a number, or of the length of a text. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Of a list. */
  readonly choices: readonly string[] | undefined;
  readonly pattern: RegExp | undefined;
}

const WRITTEN =
  /^(?:(?<plain>bool|port)|(?<ranged>str|password|int)(?:\((?<min>-?\d+)?,(?<max>-?\d+)?\))?|match\((?<match>.*)\)|list\((?<list>.+)\))(?<optional>\??)$/;

/** @throws Error for what is no type, or none of those that a flat option may have here */
export function optionType(written: unknown): OptionType {
  const groups = WRITTEN.exec(String(written))?.groups;
  if (!groups) throw new Error(`no type of an option: ${JSON.stringify(written)}`);
  const { plain, ranged, min, max, match, list, optional } = groups;
  return {
    kind: kindOf(plain ?? ranged ?? (match === undefined ? 'list' : 'match')),
    isOptional: optional === '?',
    min: min === undefined ? undefined : Number(min),
    max: max === undefined ? undefined : Number(max),
    choices: list?.split('|'),
    // Supervisor's regular expressions hold at the start only.
    pattern: match === undefined ? undefined : new RegExp(`^(?:${match})`),
  };
}

export function accepts({ kind, min, max, choices, pattern }: OptionType, value: unknown): boolean {
  const isWithin = (size: number) => size >= (min ?? -Infinity) && size <= (max ?? Infinity);
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value) && isWithin(Number(value));
    case 'port':
      return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535;
    case 'match':
      return pattern?.test(String(value)) === true;
    case 'list':
      return choices?.includes(String(value)) === true;
    default:
      return typeof value === 'string' && isWithin(value.length);
  }
}

function kindOf(name: string): OptionType['kind'] {
  const kinds = ['str', 'password', 'bool', 'int', 'port', 'match', 'list'] as const;
  const kind = kinds.find((known) => known === name);
  if (kind === undefined) throw new Error(`no kind of an option: ${name}`);
  return kind;
}
