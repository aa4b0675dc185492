/** Owns a token for a program: made with the own password, and shown this once. */

import { useSignal } from '@preact/signals';
import { isObject } from '../../../../protocol/envelope.ts';
import { ask } from '../../api.ts';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { Secret } from '../../parts/secret.tsx';
import { viewer } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { PEOPLE } from './words.ts';

interface Props {
  readonly onClose: () => void;
  readonly onCreated: () => Promise<void>;
}

export function TokenDialog({ onClose, onCreated }: Props) {
  const [name, password] = [useSignal(''), useSignal('')];
  const made = useSignal<string | undefined>(undefined);

  async function create(): Promise<void> {
    const login = {
      username: viewer.value?.name,
      password: password.value,
      name: name.value.trim() || undefined,
      rememberMe: true,
    };
    const headers = { 'Content-Type': 'application/json' };
    // As nobody: whoever is signed in does not sign in once more.
    const response = await ask('api/auth', { method: 'POST', headers, body: JSON.stringify(login) }, null);
    const answer: unknown = await response.json();
    made.value = isObject(answer) ? String(answer['bearer']) : undefined;
    await onCreated();
  }

  return (
    <Dialog title={PEOPLE('token')} onClose={onClose}>
      {made.value === undefined ? (
        <Form submit={PEOPLE('token')} onSubmit={create} onCancel={onClose}>
          {() => (
            <>
              <TextField
                label={PEOPLE('token.name')}
                hint={PEOPLE('token.name.hint')}
                autocomplete="off"
                value={name.value}
                onInput={(text) => (name.value = text)}
              />
              <TextField
                label={COMMON('password.current')}
                type="password"
                autocomplete="current-password"
                value={password.value}
                onInput={(text) => (password.value = text)}
              />
            </>
          )}
        </Form>
      ) : (
        <>
          <p>{PEOPLE('token.made')}</p>
          <Secret text={made.value} what={PEOPLE('token.word')} onKept={onClose} />
        </>
      )}
    </Dialog>
  );
}
