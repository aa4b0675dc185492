/** Owns the making of an MQTT account: what it is called and when it ends, then its login, and whether that works already. */

import { useSignal } from '@preact/signals';
import { CircleCheck, CircleQuestionMark, TriangleAlert } from 'lucide';
import { useEffect } from 'preact/hooks';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { call } from '../../api.ts';
import { Badge } from '../../parts/badge.tsx';
import { LinkButton } from '../../parts/button.tsx';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { COMMON } from '../../words/common.ts';
import { Login } from './login.tsx';
import { loginWorks } from './try-login.ts';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

export function CreateDialog({ onClose, onCreated }: Props) {
  const [label, expires] = [useSignal(''), useSignal('')];
  const made = useSignal<Instance | undefined>(undefined);

  async function create(): Promise<void> {
    const expires_at = momentOf(expires.value);
    made.value = await call('instances.create', { label: label.value.trim() || null, expires_at });
    onCreated();
  }

  return (
    <Dialog title={ACCOUNTS(made.value ? 'made' : 'create')} onClose={onClose}>
      {made.value ? (
        <Made account={made.value} />
      ) : (
        <Form submit={ACCOUNTS('create')} onSubmit={create} onCancel={onClose}>
          {(faultOf) => (
            <>
              <TextField
                label={ACCOUNTS('label')}
                hint={ACCOUNTS('label.hint')}
                value={label.value}
                fault={faultOf('label')}
                onInput={(text) => (label.value = text)}
              />
              <TextField
                label={ACCOUNTS('expires')}
                hint={ACCOUNTS('expires.hint')}
                type="datetime-local"
                value={expires.value}
                fault={faultOf('expires_at')}
                onInput={(text) => (expires.value = text)}
              />
            </>
          )}
        </Form>
      )}
    </Dialog>
  );
}

function Made({ account }: { readonly account: Instance }) {
  const works = useSignal<'trying' | boolean | undefined>('trying');
  useEffect(() => {
    void loginWorks(account.user, account.password).then((answer) => {
      works.value = answer;
    });
  }, [account]);
  return (
    <>
      <p role="status">
        {works.value === 'trying' && <span class="hint">{ACCOUNTS('works.trying')}</span>}
        {works.value === true && <Badge tone="good" icon={CircleCheck} text={ACCOUNTS('works.yes')} />}
        {works.value === false && <Badge tone="bad" icon={TriangleAlert} text={ACCOUNTS('works.no')} />}
        {works.value === undefined && <Badge tone="soft" icon={CircleQuestionMark} text={ACCOUNTS('works.unknown')} />}
      </p>
      <Login account={account} />
      <div class="actions">
        <LinkButton kind="primary" to={`/accounts/${account._id}`}>
          {COMMON('kept')}
        </LinkButton>
      </div>
    </>
  );
}

/** In the browser's zone; null: never. */
export function momentOf(local: string): string | null {
  return local === '' ? null : new Date(local).toISOString();
}
