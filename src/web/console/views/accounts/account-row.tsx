/** Owns one MQTT account in the list: chosen by its box, opened by its name. */

import type { Signal } from '@preact/signals';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { Ago } from '../../parts/moment.tsx';
import { mayOwn } from '../../status.ts';
import { addressOf } from './address.ts';
import type { Selection } from './bulk.tsx';
import { nameOf, Standing } from './standing.tsx';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly account: Instance;
  /** Absent where none is chosen with others. */
  readonly selection: Signal<Selection> | undefined;
  /** The one that is open. */
  readonly shown: string | undefined;
}

export function AccountRow({ account, selection, shown }: Props) {
  const { _id: id, user, label, owner_name: owner, created_at } = account;

  function choose(): void {
    if (!selection) return;
    const chosen = new Map(selection.value);
    if (!chosen.delete(id)) chosen.set(id, account);
    selection.value = chosen;
  }

  return (
    <>
      {selection && mayOwn('instances', 'update') && (
        <label class="choose">
          <input
            type="checkbox"
            checked={selection.value.has(id)}
            onChange={choose}
            aria-label={ACCOUNTS('choose', { name: nameOf(account) })}
          />
        </label>
      )}
      <a class="account-link" href={addressOf(id)} aria-current={id === shown ? 'true' : undefined}>
        <span class="account-name">{nameOf(account)}</span>
        <span class="hint">
          {[label === null ? undefined : user, owner].map((text) => text && `${text} · `)}
          <Ago at={created_at} />
        </span>
      </a>
      <Standing account={account} />
    </>
  );
}
