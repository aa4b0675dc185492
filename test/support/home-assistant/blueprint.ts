/** Owns the reading of a blueprint of ours: what it is about, what it asks for, and its body with the inputs in place. */

import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

const BLUEPRINTS = new URL('../../../addon/blueprints/automation/', import.meta.url);
export const BLUEPRINT_FILES = readdirSync(BLUEPRINTS);

/** Stands where the user's choice will. */
export class Input {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export interface Blueprint {
  readonly text: string;
  readonly about: Json;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly body: Json;
}

/** @throws Error for what is no YAML, or makes the parser warn */
export function readBlueprint(file: string): Blueprint {
  const text = readFileSync(new URL(file, BLUEPRINTS), 'utf8');
  const tag = {
    tag: '!input',
    identify: (value: unknown) => value instanceof Input,
    resolve: (name: string) => new Input(name),
  };
  const document = parseDocument(text, { customTags: [tag], version: '1.1', strict: true });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw fault;
  const { blueprint, ...body } = document.toJS();
  const { input, ...about } = blueprint;
  return { text, about, inputs: input, body };
}
