/** Owns what both documents say about an operation: its name, who may use it, its example. */

import { type Right, rightFor } from '../core/requests/access.ts';
import type { Module, Operation } from '../core/requests/registry.ts';
import { COMMANDS, type Command } from '../protocol/verbs.ts';
import { EXAMPLES, type Example } from './examples.ts';

const RIGHTS: Readonly<Record<Right, string>> = {
  anyone: 'Needs no token.',
  user: 'Needs a token.',
  self: 'Needs a token: of an administrator, or of the user with this id.',
  admin: 'Needs a token of an administrator.',
};

export interface Described {
  readonly module: string;
  readonly command: Command;
  readonly operation: Operation;
  /** E.g. `usersCreate`. */
  readonly id: string;
  readonly right: Right;
  readonly rightInWords: string;
  readonly example: Example;
}

/** Every operation somebody may use: one without a right is for nobody. */
export function operationsOf(modules: readonly Module[]): Described[] {
  return modules.flatMap(({ name, operations }) =>
    COMMANDS.flatMap((command) => {
      const operation = operations[command];
      const right = rightFor(name, command);
      if (!operation || !right) return [];
      const id = name + capitalised(command);
      const example = EXAMPLES[`${name}.${command}`] ?? {};
      return { module: name, command, operation, id, right, rightInWords: RIGHTS[right], example };
    }),
  );
}

/** `failed-extension` is `FailedExtension`. */
export function capitalised(word: string): string {
  return word
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
