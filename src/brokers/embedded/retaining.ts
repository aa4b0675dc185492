/** Owns that what finds no room among the retained messages is told once, until there is room again: the log must not fill up as well. */

import type { Log } from '../../core/ports.ts';
import type { Message } from './message.ts';
import type { RetainedMessages } from './retained.ts';

export function createRetaining(retained: RetainedMessages, log: Log): (message: Message) => void {
  /** Accounts that have been told that no more is retained for them. */
  const full = new Set<string>();

  return (message) => {
    const { account } = message;
    if (retained.store(message)) {
      full.delete(account);
      return;
    }
    if (!full.has(account)) log.warn({ account }, 'too much is retained: delivered, but not retained');
    full.add(account);
  };
}
