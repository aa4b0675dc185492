/** Owns one MQTT account in the list: chosen by its box, opened by its name. */

import type { Signal } from '@preact/signals';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { Ago } from '../../parts/moment.tsx';
import { mayOwn } from '../../status.ts';
import type { Selection } from './bulk.tsx';
import { nameOf, Standing } from './standing.tsx';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly account: Instance;
  readonly selection: Signal<Selection>;
}

export function AccountRow({ account, selection }: Props) {
  const { _id: id, user, label, owner_name: owner, created_at } = account;
  const isChosen = selection.value.has(id);

  function choose(): void {
    const chosen = new Map(selection.value);
    if (!chosen.delete(id)) chosen.set(id, account);
    selection.value = chosen;
  }

  return (
    <>
      {mayOwn('instances', 'update') && (
        <label class="choose">
          <input
            type="checkbox"
            checked={isChosen}
            onChange={choose}
            aria-label={ACCOUNTS('choose', { name: nameOf(account) })}
          />
        </label>
      )}
      <a class="account-link" href={`#/accounts/${id}`}>
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
