/** Owns the cases of who may do what, on every transport: one for each row of the access table, and for each it lacks. */

import { describe, expect, it } from 'vitest';
import { ACCESS } from '../../../src/core/requests/access.ts';
import { COMMANDS } from '../../../src/protocol/verbs.ts';
import { type Caller, wellFormed } from './caller.ts';

export function accessCases({ ok, refused, asAdmin, asUser }: Caller, without: readonly string[]): void {
  const modules = Object.keys(ACCESS).filter((module) => !without.includes(module));
  const pairs = modules.flatMap((module) => COMMANDS.map((command) => ({ module, command })));
  const rightOf = ({ module, command }: (typeof pairs)[number]) => ACCESS[module]?.[command];

  describe('who may', () => {
    it.each(pairs.filter((pair) => !['anyone', undefined].includes(rightOf(pair))))(
      '$module $command is nothing for a stranger, with or without a wrong token',
      async ({ module, command }) => {
        const unauthorized = { message: 'Unauthorized', code: 'unauthorized', details: [] };
        expect(await refused(wellFormed(module, command))).toMatchObject(unauthorized);
        expect(await refused({ ...wellFormed(module, command), token: 'wrong' })).toMatchObject(unauthorized);
      },
    );

    it.each(pairs.filter((pair) => rightOf(pair) === 'admin' || rightOf(pair) === 'self'))(
      '$module $command is forbidden to a user who is no administrator',
      async ({ module, command }) => {
        const error = await refused(asUser(wellFormed(module, command)));
        expect(error).toMatchObject({ message: 'Forbidden', code: 'forbidden', details: [] });
      },
    );

    it.each(pairs.filter((pair) => rightOf(pair) === undefined))(
      'nobody implements $module $command',
      async ({ module, command }) => {
        const message = `Module ${module} does not implement a ${command} method`;
        const error = await refused(asAdmin(wellFormed(module, command)));
        expect(error).toMatchObject({ message, code: 'unsupported_command' });
      },
    );

    it('an unknown module is told before the token is looked at', async () => {
      const error = await refused({ command: 'list', module: 'nope', token: 'wrong' });
      expect(error).toMatchObject({ message: 'Module nope not initialized', code: 'unknown_module' });
    });

    it('a wrong token changes nothing for an open module', async () => {
      expect(await ok({ command: 'list', module: 'version', token: 'wrong' })).toHaveProperty('release');
    });
  });
}
