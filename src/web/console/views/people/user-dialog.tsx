/** Owns how somebody, or a device, is made and changed: name, what they may do, and the topics of a device. */

import { useSignal } from '@preact/signals';
import type { User, UserUpdate } from '../../../../protocol/entities/user.ts';
import { call } from '../../api.ts';
import { AreaField } from '../../parts/forms/area-field.tsx';
import { CheckField, SelectField, TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { viewer } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { PEOPLE } from './words.ts';

interface Props {
  /** Undefined: somebody new. */
  readonly user: User | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

interface Draft {
  readonly username: string;
  readonly password: string;
  readonly role: User['role'];
  readonly canLogin: boolean;
  /** One a line. */
  readonly topics: string;
  readonly limit: string;
}

export function UserDialog({ user, onClose, onSaved }: Props) {
  const draft = useSignal<Draft>(draftOf(user));
  const set = (changed: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changed };
  };
  const isOwn = user !== undefined && String(user.id) === viewer.value?.id;
  const now = draft.value;

  async function save(): Promise<void> {
    const { username, password, role, canLogin: can_login } = draft.value;
    const topics = topicsOf(draft.value);
    if (user) await update(user, changesOf(draft.value, user, isOwn));
    else
      await call('users.create', { username: username.trim(), password, can_login, role, ...(topics && { topics }) });
    onSaved();
    onClose();
    done(user ? COMMON('saved') : PEOPLE('created', { name: username.trim() }));
  }

  return (
    <Dialog title={user ? PEOPLE('edit.title', { name: user.username }) : PEOPLE('create')} onClose={onClose}>
      <Form submit={user ? COMMON('save') : PEOPLE('create')} onSubmit={save} onCancel={onClose}>
        {(faultOf) => (
          <>
            {!user && (
              <>
                <TextField
                  label={PEOPLE('username')}
                  autocomplete="off"
                  value={now.username}
                  fault={faultOf('username')}
                  onInput={(username) => set({ username })}
                />
                <TextField
                  label={PEOPLE('password')}
                  hint={COMMON('password.hint')}
                  type="password"
                  autocomplete="new-password"
                  value={now.password}
                  fault={faultOf('password')}
                  onInput={(password) => set({ password })}
                />
              </>
            )}
            {!isOwn && (
              <>
                <SelectField
                  label={PEOPLE('role')}
                  hint={PEOPLE(`role.${now.role}.hint`)}
                  value={now.role}
                  onChange={(role) => set({ role: role as User['role'] })}
                  options={(['user', 'admin', 'device'] as const).map((role) => [role, PEOPLE(`role.${role}`)])}
                />
                <CheckField
                  label={PEOPLE('canLogin')}
                  hint={PEOPLE('canLogin.hint')}
                  checked={now.canLogin}
                  onChange={(canLogin) => set({ canLogin })}
                />
              </>
            )}
            {now.role === 'device' && (
              <AreaField
                label={PEOPLE('topicFilters')}
                hint={PEOPLE('topicFilters.hint')}
                value={now.topics}
                fault={faultOf('topics')}
                onInput={(topics) => set({ topics })}
              />
            )}
            {user && now.role !== 'device' && (
              <TextField
                label={PEOPLE('limit')}
                hint={PEOPLE('limit.hint')}
                type="number"
                value={now.limit}
                fault={faultOf('instance_limit')}
                onInput={(limit) => set({ limit })}
              />
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}

function draftOf(user: User | undefined): Draft {
  return {
    username: '',
    password: '',
    role: user?.role ?? 'user',
    canLogin: user?.can_login ?? true,
    topics: user?.topics?.join('\n') ?? '',
    limit: user?.instance_limit === undefined ? '' : String(user.instance_limit),
  };
}

async function update({ id }: User, changes: UserUpdate): Promise<void> {
  if (Object.keys(changes).length > 0) await call('users.update', changes, id);
}

/** Only what was changed is sent: nobody may change the own role, not even to what it is. */
function changesOf(draft: Draft, user: User, isOwn: boolean): UserUpdate {
  const topics = topicsOf(draft);
  const was = draftOf(user);
  return {
    ...(isOwn || draft.role === user.role ? {} : { role: draft.role }),
    ...(isOwn || draft.canLogin === user.can_login ? {} : { can_login: draft.canLogin }),
    ...(topics && (draft.topics !== was.topics || draft.role !== user.role) ? { topics } : {}),
    ...(draft.limit === was.limit ? {} : { instance_limit: draft.limit === '' ? null : Number(draft.limit) }),
  };
}

function topicsOf({ role, topics }: Draft): string[] | undefined {
  if (role !== 'device') return undefined;
  return topics
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
