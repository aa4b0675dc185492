/** Owns what becomes of a will that is due: a message like any other, as far as its account may still say it. */

import type { Account } from '../../core/accounts/accounts.ts';
import type { AccountUse } from './accounts/account-use.ts';
import type { Core } from './core.ts';
import { Message } from './message.ts';
import type { Will } from './packets/packet.ts';

type Parts = Pick<Core, 'directory' | 'acl' | 'clock' | 'uses' | 'admit' | 'goOn' | 'senderOf'>;

export interface LastWords {
  say(use: AccountUse, will: Will): void;
  /** Of a client that was at another broker. */
  sayFor(account: Account, will: Will): void;
}

export function createLastWords({ directory, acl, clock, uses, admit, goOn, senderOf }: Parts): LastWords {
  function say(use: AccountUse, will: Will): void {
    const { account } = use;
    if (!directory.isCurrent(account) || !acl.publish(account, will.topic).allowed) return;
    const { expirySeconds } = will.properties;
    const expiresAtMs = expirySeconds === undefined ? undefined : clock.now() + expirySeconds * 1000;
    goOn(use, admit(new Message({ ...will, account: account.key, expiresAtMs }), senderOf(account, undefined)));
  }

  return {
    say,
    sayFor(account, will) {
      const use = uses.open(uses.of(account.key)?.account ?? directory.recall(account));
      say(use, will);
      uses.release(use);
    },
  };
}
