/** Owns the list of people and devices: found by name, made, changed, and deleted with what goes along. */

import { useSignal } from '@preact/signals';
import { KeyRound, Pencil, Plus, Trash2 } from 'lucide';
import type { User } from '../../../../../protocol/entities/user.ts';
import { call } from '../../../api.ts';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { SearchField } from '../../../parts/forms/search-field.tsx';
import { PER_PAGE, Rows } from '../../../parts/lists/rows.tsx';
import { Menu, type MenuItem } from '../../../parts/menu.tsx';
import { confirmTyped } from '../../../parts/messages/confirm.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { queryOf } from '../../../router.ts';
import { may, viewer } from '../../../status.ts';
import { COMMON } from '../../../words/common.ts';
import { PasswordDialog } from '../password-dialog.tsx';
import { UserDialog } from '../user-dialog.tsx';
import { PEOPLE } from '../words.ts';

const ROW_HEIGHT = 72;

type Open = { readonly kind: 'create' } | { readonly kind: 'edit' | 'password'; readonly user: User };

export function Users() {
  const search = queryOf('search');
  const changes = useSignal(0);
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const changed = () => {
    changes.value += 1;
  };

  async function remove({ id, username, instances = 0 }: User): Promise<void> {
    const title = PEOPLE('delete.title', { name: username });
    const consequence = instances > 0 ? PEOPLE('delete.accounts', { n: instances }) : PEOPLE('delete.consequence');
    if (!(await confirmTyped({ title, consequence, verb: PEOPLE('delete'), word: username }))) return;
    await call('users.delete', undefined, id);
    changed();
    done(PEOPLE('deleted', { name: username }));
  }

  function itemsOf(user: User): MenuItem[] {
    // Nobody changes or deletes themselves here; the system's own user belongs to the service.
    const isOwn = String(user.id) === viewer.value?.id;
    const items: MenuItem[] = [
      { text: PEOPLE('edit'), icon: Pencil, onPress: () => (open.value = { kind: 'edit', user }) },
    ];
    if (isOwn) return items;
    items.push({
      text: PEOPLE('newPassword'),
      icon: KeyRound,
      onPress: () => (open.value = { kind: 'password', user }),
    });
    if (may('users', 'delete')) {
      items.push({ text: PEOPLE('delete'), icon: Trash2, danger: true, onPress: () => remove(user) });
    }
    return items;
  }

  const shown = open.value;
  return (
    <>
      <div class="actions">
        {may('users', 'create') && (
          <Button kind="primary" icon={Plus} onPress={() => (open.value = { kind: 'create' })}>
            {PEOPLE('create')}
          </Button>
        )}
      </div>
      <SearchField label={PEOPLE('search')} />
      <Rows
        label={PEOPLE('tab.users')}
        rowHeight={ROW_HEIGHT}
        by={`${search}\n${changes.value}`}
        load={(page) => call('users.list', { search, page, itemsPerPage: PER_PAGE })}
        row={(user) => (
          <>
            <div class="two-lines">
              <strong>{user.username}</strong>
              <span class="hint">{describe(user)}</span>
            </div>
            {user.id !== 0 && <Menu label={PEOPLE('more', { name: user.username })} items={itemsOf(user)} />}
          </>
        )}
        empty={<Empty title={COMMON('nothingFound')}>{COMMON('nothingFound.hint', { search })}</Empty>}
      />
      {shown?.kind === 'create' && <UserDialog user={undefined} onClose={close} onSaved={changed} />}
      {shown?.kind === 'edit' && <UserDialog user={shown.user} onClose={close} onSaved={changed} />}
      {shown?.kind === 'password' && <PasswordDialog user={shown.user} onClose={close} />}
    </>
  );
}

function describe({ id, role, can_login, topics, instances }: User): string {
  if (id === 0) return PEOPLE('system');
  return [
    PEOPLE(`role.${role}`),
    can_login ? undefined : PEOPLE('locked'),
    topics && PEOPLE('topics', { n: topics.length }),
    instances && PEOPLE('accounts', { n: instances }),
  ]
    .filter(Boolean)
    .join(' · ');
}
