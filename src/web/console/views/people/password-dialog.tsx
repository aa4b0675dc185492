/** Owns a new password that an administrator gives somebody: whoever was signed in as them is signed out. */

import { useSignal } from '@preact/signals';
import type { User } from '../../../../protocol/entities/user.ts';
import { call } from '../../api.ts';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { COMMON } from '../../words/common.ts';
import { PEOPLE } from './words.ts';

export function PasswordDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const password = useSignal('');

  async function save(): Promise<void> {
    await call('users.update', { password: password.value }, user.id);
    onClose();
    done(PEOPLE('newPassword.done', { name: user.username }));
  }

  return (
    <Dialog title={PEOPLE('newPassword.title', { name: user.username })} onClose={onClose}>
      <Form submit={COMMON('save')} onSubmit={save} onCancel={onClose}>
        {(faultOf) => (
          <TextField
            label={PEOPLE('newPassword')}
            hint={PEOPLE('newPassword.hint')}
            type="password"
            autocomplete="new-password"
            value={password.value}
            fault={faultOf('password')}
            onInput={(text) => (password.value = text)}
          />
        )}
      </Form>
    </Dialog>
  );
}
