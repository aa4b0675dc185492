/**
 * Owns the one door by which settings and credentials come in. Node-RED puts the value of a variable in place of `${NAME}`, and that may be
 * anything: behind this door each is what its node was written for, or there is an error that names it.
 */

import { isObject } from '../../src/protocol/envelope.ts';
import { NodeError } from './node-error.ts';

/** What a setting should be. */
export interface Kind<Value> {
  /** @returns undefined for what is none; `given` is never absent, nor a variable that nobody has set */
  read(given: unknown): Value | undefined;
  /** For a setting that is absent or empty. */
  readonly absent: Value;
  /** Ends the sentence "... must be". */
  readonly words: string;
  /** What reads it later knows better what a variable is that nobody has set. */
  readonly isReadLater?: true;
}

export type Kinds = Readonly<Record<string, Kind<unknown>>>;

export type Values<Of extends Kinds> = {
  readonly [Name in keyof Of]: Of[Name] extends Kind<infer Value> ? Value : never;
};

export function text(absent = ''): Kind<string> {
  return { absent, words: 'a text', read: textOf };
}

/** What is kept apart from flows: `text` is shown to whoever may edit, `password` to nobody. */
export interface Secret extends Kind<string> {
  readonly type: 'text' | 'password';
}

export function secret(type: Secret['type']): Secret {
  return { ...text(), type };
}

/** The value of a field that has a type beside it: a text even where it is JSON, of which Node-RED makes a value again. */
export function typedText(absent = ''): Kind<string> {
  return { absent, words: 'a text', read: (given) => textOf(given) ?? JSON.stringify(given), isReadLater: true };
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

export function flag(absent = false): Kind<boolean> {
  return { absent, words: 'true or false', read: (given) => FLAGS.get(textOf(given)?.trim().toLowerCase() ?? '') };
}

export function number(from: number, to: number, absent: number): Kind<number> {
  const read = (given: unknown) => {
    const words = textOf(given)?.trim();
    const value = words === '' ? absent : Number(words);
    return value >= from && value <= to ? value : undefined;
  };
  return { absent, words: `a number from ${from} to ${to}`, read };
}

export function oneOf<Choice extends string>(absent: Choice, ...others: Choice[]): Kind<Choice> {
  const choices = [absent, ...others];
  return {
    absent,
    words: `one of ${choices.join(', ')}`,
    read: (given) => choices.find((choice) => choice === textOf(given)?.trim()),
  };
}

/** @throws NodeError `invalid_setting`, which names the first that is wrong, and never shows a value: it may be a password */
export function readValues<Of extends Kinds>(kinds: Of, given: object): Values<Of>;
export function readValues(kinds: Kinds, given: object): Readonly<Record<string, unknown>> {
  const source = new Map(Object.entries(given));
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, readValue(name, kind, source.get(name))]),
  );
}

function readValue(name: string, kind: Kind<unknown>, given: unknown): unknown {
  if (given === undefined || given === null || given === '') return kind.absent;
  const variable = partsOf(given)
    .map(unsetVariable)
    .find((each) => each !== undefined);
  if (variable !== undefined && !kind.isReadLater) throw wrong(name, `is the variable ${variable}, which is not set`);
  const value = kind.read(given);
  if (value === undefined) throw wrong(name, `must be ${kind.words}, not ${shapeOf(given)}`);
  return value;
}

/** Of a list what is in it, and in the rows of a list. */
function partsOf(given: unknown): unknown[] {
  if (!Array.isArray(given)) return [given];
  return given.flatMap((each: unknown) => (isObject(each) ? Object.values(each) : [each]));
}

function wrong(field: string, what: string): NodeError {
  return new NodeError('invalid_setting', `the setting “${field}” ${what}`, { field });
}

/** Node-RED leaves the name where there is nothing to put in its place. */
export function unsetVariable(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\$\{(\S+)\}$/.exec(value)?.[1] : undefined;
}

/** Undefined for what is no single value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

/** In words, for an error. */
export function shapeOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'empty';
  if (Buffer.isBuffer(value)) return 'a buffer';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`.replace('a string', 'this text');
}
