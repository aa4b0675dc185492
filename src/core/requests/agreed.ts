/**
 * Owns that what is changed at one bridge of a cluster is answered when the others show it, and that nothing is refused for want of what
 * another bridge knows already.
 */

import type { ErrorCode } from '../../protocol/errors.ts';
import type { Command } from '../../protocol/verbs.ts';
import type { Consistency } from '../cluster/consistency.ts';
import type { Registry } from './registry.ts';

const CHANGING: readonly Command[] = ['create', 'update', 'delete'];
/** What may be different a moment later. A wrong password is none of it: logins look again themselves, and each guess counts once. */
const FOR_WANT: readonly ErrorCode[] = ['not_found', 'unauthorized'];

export function agreed<R extends Registry>(registry: R, consistency: Consistency): R {
  return {
    ...registry,
    async execute(request, origin) {
      const { reached } = consistency;
      let outcome = await registry.execute(request, origin);
      const isInWant = !outcome.ok && FOR_WANT.includes(outcome.error.code) && request.module !== 'auth';
      if (isInWant) {
        await consistency.caughtUp().catch(() => undefined);
        if (consistency.reached > reached) outcome = await registry.execute(request, origin);
      }
      if (outcome.ok && CHANGING.includes(request.command)) await consistency.shownEverywhere();
      return outcome;
    },
  };
}
