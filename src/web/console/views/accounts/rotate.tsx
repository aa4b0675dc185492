/** Owns a new password for an MQTT account: how long the old one still counts, and the new one until somebody has it. */

import { useSignal } from '@preact/signals';
import type { Instance } from '../../../../protocol/entities/instance.ts';
import { call } from '../../api.ts';
import { SelectField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { Secret } from '../../parts/secret.tsx';
import { nameOf } from './standing.tsx';
import { ACCOUNTS } from './words.ts';

interface Props {
  readonly account: Instance;
  readonly reload: () => Promise<void>;
  readonly onClose: () => void;
}

const OVERLAPS = ['0', '300', '3600', '86400', '604800'] as const;

export function RotateDialog({ account, reload, onClose }: Props) {
  const overlap = useSignal('3600');
  const made = useSignal<string | undefined>(undefined);

  async function rotate(): Promise<void> {
    await call('instances.update', { action: 'rotate', overlap_seconds: Number(overlap.value) }, account._id);
    made.value = (await call('instances.read', undefined, account._id)).password;
    await reload();
  }

  return (
    <Dialog title={ACCOUNTS('rotate.title', { name: nameOf(account) })} onClose={onClose}>
      {made.value === undefined ? (
        <Form submit={ACCOUNTS('rotate')} onSubmit={rotate} onCancel={onClose}>
          {(faultOf) => (
            <SelectField
              label={ACCOUNTS('overlap')}
              hint={ACCOUNTS('overlap.hint')}
              value={overlap.value}
              fault={faultOf('overlap_seconds')}
              onChange={(value) => (overlap.value = value)}
              options={OVERLAPS.map((seconds) => [seconds, ACCOUNTS(`overlap.${seconds}`)])}
            />
          )}
        </Form>
      ) : (
        <>
          <p>{ACCOUNTS('rotated')}</p>
          <Secret text={made.value} what={ACCOUNTS('password')} onKept={onClose} />
        </>
      )}
    </Dialog>
  );
}
