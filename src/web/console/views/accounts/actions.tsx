/** Owns what can be done with one MQTT account: change it, switch it off, give it a new password, and delete it with a receipt. */

import { useSignal } from '@preact/signals';
import { Ban, Check, KeyRound, Pencil, Trash2 } from 'lucide';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { call } from '../../api.ts';
import { Menu, type MenuItem } from '../../parts/menu.tsx';
import { confirmTyped } from '../../parts/messages/confirm.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { go } from '../../router.ts';
import { mayOwn } from '../../status.ts';
import { listAddress } from './address.ts';
import { noteChange } from './changes.ts';
import { EditDialog } from './edit.tsx';
import { RotateDialog } from './rotate.tsx';
import { nameOf } from './standing.tsx';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly account: Instance;
  readonly reload: () => Promise<void>;
}

export function AccountActions({ account, reload }: Props) {
  const open = useSignal<'edit' | 'rotate' | undefined>(undefined);
  const { _id: id, enabled } = account;
  const close = () => {
    open.value = undefined;
  };

  async function turn(isOn: boolean): Promise<void> {
    await call('instances.update', { enabled: isOn }, id);
    await reload();
  }

  async function switchOver(): Promise<void> {
    await turn(!enabled);
    done(ACCOUNTS(enabled ? 'turnedOff' : 'turnedOn', { n: 1 }), () => turn(enabled));
  }

  async function remove(): Promise<void> {
    const name = nameOf(account);
    const title = ACCOUNTS('delete.title', { name });
    const question = { title, consequence: ACCOUNTS('delete.consequence'), verb: ACCOUNTS('delete'), word: name };
    if (!(await confirmTyped(question))) return;
    const { kicked, offlineDropped, retainedPurged } = await call('instances.delete', undefined, id);
    go(listAddress().slice(1));
    noteChange();
    done(ACCOUNTS('deleted', { name, kicked, offline: offlineDropped, retained: retainedPurged }));
  }

  const items: MenuItem[] = [];
  if (mayOwn('instances', 'update')) {
    items.push({ text: ACCOUNTS('edit'), icon: Pencil, onPress: () => (open.value = 'edit') });
    items.push({ text: ACCOUNTS('rotate'), icon: KeyRound, onPress: () => (open.value = 'rotate') });
    items.push({ text: ACCOUNTS(enabled ? 'turnOff' : 'turnOn'), icon: enabled ? Ban : Check, onPress: switchOver });
  }
  if (mayOwn('instances', 'delete'))
    items.push({ text: ACCOUNTS('delete'), icon: Trash2, danger: true, onPress: remove });
  return (
    <div class="actions">
      {items.length > 0 && <Menu label={ACCOUNTS('more', { name: nameOf(account) })} items={items} />}
      {open.value === 'edit' && <EditDialog account={account} reload={reload} onClose={close} />}
      {open.value === 'rotate' && <RotateDialog account={account} reload={reload} onClose={close} />}
    </div>
  );
}
