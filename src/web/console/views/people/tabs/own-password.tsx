/** Owns how somebody changes the own password: the one until now first, and every other session ends. */

import { useSignal } from '@preact/signals';
import { call } from '../../../api.ts';
import { TextField } from '../../../parts/forms/field.tsx';
import { Form } from '../../../parts/forms/form.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { viewer } from '../../../status.ts';
import { COMMON } from '../../../words/common.ts';
import { PEOPLE } from '../words.ts';

export function OwnPassword() {
  const [current, fresh] = [useSignal(''), useSignal('')];

  async function save(): Promise<void> {
    const id = viewer.value?.id ?? '';
    await call('users.update', { current_password: current.value, password: fresh.value }, id);
    current.value = '';
    fresh.value = '';
    done(PEOPLE('own.done'));
  }

  return (
    <>
      <p class="hint">{PEOPLE('own.hint')}</p>
      <Form submit={COMMON('save')} onSubmit={save}>
        {(faultOf) => (
          <>
            <TextField
              label={PEOPLE('own.current')}
              type="password"
              autocomplete="current-password"
              value={current.value}
              fault={faultOf('current_password')}
              onInput={(text) => (current.value = text)}
            />
            <TextField
              label={PEOPLE('newPassword')}
              hint={PEOPLE('password.hint')}
              type="password"
              autocomplete="new-password"
              value={fresh.value}
              fault={faultOf('password')}
              onInput={(text) => (fresh.value = text)}
            />
          </>
        )}
      </Form>
    </>
  );
}
