/** Owns how somebody changes the own password: the one until now first. Whoever Home Assistant vouches for has none here. */

import { useSignal } from '@preact/signals';
import { call } from '../../api.ts';
import { viewer } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { done } from '../messages/toast.tsx';
import { TextField } from './field.tsx';
import { Form } from './form.tsx';

interface Props {
  /** What goes before the fields. */
  readonly hint: string;
  readonly submit: string;
  readonly onChanged?: () => void;
}

export function OwnPassword({ hint, submit, onChanged }: Props) {
  const [current, fresh] = [useSignal(''), useSignal('')];
  const id = viewer.value?.id;
  if (id === null || id === undefined) return <p>{COMMON('password.none')}</p>;

  async function save(): Promise<void> {
    await call('users.update', { current_password: current.value, password: fresh.value }, id ?? '');
    current.value = '';
    fresh.value = '';
    done(COMMON('password.changed'));
    onChanged?.();
  }

  return (
    <>
      <p class="hint">{hint}</p>
      <Form submit={submit} onSubmit={save}>
        {(faultOf) => (
          <>
            <TextField
              label={COMMON('password.current')}
              type="password"
              autocomplete="current-password"
              value={current.value}
              fault={faultOf('current_password')}
              onInput={(text) => (current.value = text)}
            />
            <TextField
              label={COMMON('password.new')}
              hint={COMMON('password.hint')}
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
