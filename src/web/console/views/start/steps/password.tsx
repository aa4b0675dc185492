/** Owns the first step: a password of one's own in place of the one that the start has shown. */

import { useSignal } from '@preact/signals';
import { call } from '../../../api.ts';
import { TextField } from '../../../parts/forms/field.tsx';
import { Form } from '../../../parts/forms/form.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { viewer } from '../../../status.ts';
import { START } from '../words.ts';

export function PasswordStep({ onDone }: { readonly onDone: () => void }) {
  const [current, fresh] = [useSignal(''), useSignal('')];
  const id = viewer.value?.id;
  // Whoever Home Assistant vouches for has no password here.
  if (id === null || id === undefined) return <p>{START('password.none')}</p>;

  async function save(): Promise<void> {
    await call('users.update', { current_password: current.value, password: fresh.value }, id ?? '');
    done(START('password.done'));
    onDone();
  }

  return (
    <>
      <p>{START('password.hint')}</p>
      <Form submit={START('password.save')} onSubmit={save}>
        {(faultOf) => (
          <>
            <TextField
              label={START('password.current')}
              type="password"
              autocomplete="current-password"
              value={current.value}
              fault={faultOf('current_password')}
              onInput={(text) => (current.value = text)}
            />
            <TextField
              label={START('password.new')}
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
