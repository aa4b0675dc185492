/** Owns how an MQTT account is changed: what it is called, when it ends, and whether Home Assistant shows it. */

import { useSignal } from '@preact/signals';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { call } from '../../api.ts';
import { CheckField, TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { COMMON } from '../../words/common.ts';
import { momentOf } from './create.tsx';
import { nameOf } from './standing.tsx';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly account: Instance;
  readonly reload: () => Promise<void>;
  readonly onClose: () => void;
}

export function EditDialog({ account, reload, onClose }: Props) {
  const { _id: id, label, expires_at, home_assistant } = account;
  const draft = useSignal({ label: label ?? '', expires: localOf(expires_at), isShown: home_assistant });
  const set = (changed: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...changed };
  };

  async function send(changes: Pick<Instance, 'label' | 'expires_at' | 'home_assistant'>): Promise<void> {
    await call('instances.update', changes, id);
    await reload();
  }

  async function save(): Promise<void> {
    const { label: text, expires, isShown } = draft.value;
    // What was not touched keeps its seconds.
    const end = expires === localOf(expires_at) ? expires_at : momentOf(expires);
    await send({ label: text.trim() || null, expires_at: end, home_assistant: isShown });
    onClose();
    done(COMMON('saved'), () => send({ label, expires_at, home_assistant }));
  }

  const now = draft.value;
  return (
    <Dialog title={ACCOUNTS('edit.title', { name: nameOf(account) })} onClose={onClose}>
      <Form submit={COMMON('save')} onSubmit={save} onCancel={onClose}>
        {(faultOf) => (
          <>
            <TextField
              label={ACCOUNTS('label')}
              value={now.label}
              fault={faultOf('label')}
              onInput={(text) => set({ label: text })}
            />
            <TextField
              label={ACCOUNTS('expires')}
              hint={ACCOUNTS('expires.hint')}
              type="datetime-local"
              value={now.expires}
              fault={faultOf('expires_at')}
              onInput={(expires) => set({ expires })}
            />
            <CheckField
              label={ACCOUNTS('homeAssistant')}
              checked={now.isShown}
              onChange={(isShown) => set({ isShown })}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** As the field wants it: in the browser's zone, to the minute. */
function localOf(at: string | null): string {
  if (at === null) return '';
  const moment = new Date(at);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
