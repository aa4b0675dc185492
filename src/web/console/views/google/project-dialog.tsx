/** Owns the steps to a new project of Google: what is to be done there, and what of it is entered here. */

import { useSignal } from '@preact/signals';
import { call } from '../../api.ts';
import { Copied } from '../../parts/copy.tsx';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { isTakenByGoogle, redirectAddress } from './origin.ts';
import { GOOGLE } from './words.ts';

interface Props {
  readonly onClose: () => void;
  readonly onAdded: () => Promise<void>;
}

const DEVICE_ACCESS = 'https://console.nest.google.com/device-access';
const CLOUD = 'https://console.cloud.google.com/apis/credentials';

export function ProjectDialog({ onClose, onAdded }: Props) {
  const draft = useSignal({ description: '', id: '', secret: '', project: '', subscription: '' });
  const set = (changed: Partial<typeof draft.value>) => {
    draft.value = { ...draft.value, ...changed };
  };
  const now = draft.value;

  async function add(): Promise<void> {
    const { description, id, secret, project, subscription } = draft.value;
    await call('credentials.create', {
      description: description.trim(),
      oauth_client_id: id.trim(),
      oauth_client_secret: secret.trim(),
      dac_project_id: project.trim() || null,
      ...(subscription.trim() === '' ? {} : { pubsub_subscription: subscription.trim() }),
    });
    await onAdded();
    onClose();
    done(GOOGLE('added'));
  }

  return (
    <Dialog title={GOOGLE('add')} onClose={onClose}>
      <ol class="steps">
        <li>
          <a href={DEVICE_ACCESS} target="_blank" rel="noreferrer">
            {GOOGLE('step.access')}
          </a>
        </li>
        <li>
          <a href={CLOUD} target="_blank" rel="noreferrer">
            {GOOGLE('step.client')}
          </a>{' '}
          {GOOGLE('step.redirect')} <Copied text={redirectAddress()} what={GOOGLE('redirect')} />
          {!isTakenByGoogle() && <p class="fault">{GOOGLE('step.refused')}</p>}
        </li>
        <li>{GOOGLE('step.project')}</li>
      </ol>
      <Form submit={GOOGLE('add')} onSubmit={add} onCancel={onClose}>
        {(faultOf) => (
          <>
            <TextField
              label={GOOGLE('description')}
              value={now.description}
              fault={faultOf('description')}
              onInput={(description) => set({ description })}
            />
            <TextField
              label={GOOGLE('clientId')}
              autocomplete="off"
              value={now.id}
              fault={faultOf('oauth_client_id')}
              onInput={(id) => set({ id })}
            />
            <TextField
              label={GOOGLE('clientSecret')}
              type="password"
              autocomplete="off"
              value={now.secret}
              fault={faultOf('oauth_client_secret')}
              onInput={(secret) => set({ secret })}
            />
            <TextField
              label={GOOGLE('projectId')}
              autocomplete="off"
              value={now.project}
              fault={faultOf('dac_project_id')}
              onInput={(project) => set({ project })}
            />
            <TextField
              label={GOOGLE('subscription')}
              hint={GOOGLE('subscription.hint')}
              autocomplete="off"
              value={now.subscription}
              fault={faultOf('pubsub_subscription')}
              onInput={(subscription) => set({ subscription })}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}
