/** Owns who may log in at an embedded broker that stands beside another one: rented instances. The API is at that other one. */

import type { AccountDirectory } from '../accounts/accounts.ts';
import type { RepeatedLines } from '../timing/repeated-lines.ts';

export function instancesOnly(directory: AccountDirectory, refusals: RepeatedLines): AccountDirectory {
  return {
    ...directory,
    loginByCertificate: () => undefined,
    async login(attempt) {
      const account = await directory.login(attempt);
      if (account === undefined || account.kind === 'instance') return account;
      const { username, address } = attempt;
      refusals.info(
        account.key,
        { username, address },
        'only MQTT instances may use the embedded broker: everybody else uses the external one',
      );
      return undefined;
    },
  };
}
