/** Owns how a camera is changed: everything that `cameras.update` takes, and only what was changed is sent, with a way back. */

import { useSignal } from '@preact/signals';
import type { Camera, CameraUpdate } from '../../../../protocol/entities/camera.ts';
import { call } from '../../api.ts';
import { reloadCamera } from '../../house/cameras.ts';
import { CheckField, SelectField, TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { COMMON } from '../../words/common.ts';
import { changesOf, type Draft, draftOf, wayBack } from './draft.ts';
import { SourceFields } from './source-fields.tsx';
import { CAMERA_WORDS } from './words.ts';

export function Edit({ camera }: { readonly camera: Camera }) {
  const draft = useSignal(draftOf(camera));
  const set = (changed: Partial<Draft>) => {
    draft.value = { ...draft.value, ...changed };
  };
  const now = draft.value;

  async function save(): Promise<void> {
    const changes = changesOf(draft.value, camera);
    if (Object.keys(changes).length === 0) return done(CAMERA_WORDS('unchanged'));
    await send(changes);
    const back = wayBack(changes, camera);
    done(COMMON('saved'), back && (() => send(back)));
  }

  async function send(changes: CameraUpdate): Promise<void> {
    await call('cameras.update', changes, camera.id);
    await reloadCamera(camera.id);
  }

  return (
    <Form submit={COMMON('save')} onSubmit={save}>
      {(faultOf) => (
        <>
          {camera.credentialId === null ? (
            <>
              <TextField
                label={CAMERA_WORDS('name')}
                value={now.name}
                fault={faultOf('name')}
                onInput={(name) => set({ name })}
              />
              <TextField
                label={CAMERA_WORDS('room')}
                value={now.room}
                fault={faultOf('room')}
                onInput={(room) => set({ room })}
              />
            </>
          ) : (
            <p class="hint">{CAMERA_WORDS('name.google')}</p>
          )}
          <SourceFields source={now.source} set={(source) => set({ source })} faultOf={faultOf} />
          <TextField
            label={CAMERA_WORDS('path')}
            value={now.mtxPath}
            fault={faultOf('mtx_path')}
            onInput={(mtxPath) => set({ mtxPath })}
          />
          <CheckField
            label={CAMERA_WORDS('enabled')}
            checked={now.isEnabled}
            onChange={(isEnabled) => set({ isEnabled })}
          />
          <CheckField
            label={CAMERA_WORDS('persistent')}
            checked={now.isPersistent}
            onChange={(isPersistent) => set({ isPersistent })}
          />
          <CheckField
            label={CAMERA_WORDS('probe.allowed')}
            hint={CAMERA_WORDS('probe.hint')}
            checked={now.probe}
            onChange={(probe) => set({ probe })}
          />
          <SelectField
            label={CAMERA_WORDS('expected')}
            hint={CAMERA_WORDS('expected.hint')}
            value={now.expected}
            onChange={(expected) => set({ expected })}
            options={[
              ['', CAMERA_WORDS('expected.default')],
              ['always', CAMERA_WORDS('expected.always')],
              ['on-demand', CAMERA_WORDS('expected.on-demand')],
            ]}
          />
          <SelectField
            label={CAMERA_WORDS('snapshots')}
            value={now.snapshots}
            onChange={(snapshots) => set({ snapshots })}
            options={[
              ['', CAMERA_WORDS('snapshots.default')],
              ['true', CAMERA_WORDS('snapshots.on')],
              ['false', CAMERA_WORDS('snapshots.off')],
            ]}
          />
          <TextField
            label={CAMERA_WORDS('interval')}
            hint={CAMERA_WORDS('interval.hint')}
            type="number"
            value={now.snapshotInterval}
            fault={faultOf('snapshotInterval')}
            onInput={(snapshotInterval) => set({ snapshotInterval })}
          />
          <TextField
            label={CAMERA_WORDS('quietUntil')}
            hint={CAMERA_WORDS('quietUntil.hint')}
            type="datetime-local"
            value={now.quietUntil}
            fault={faultOf('quietUntil')}
            onInput={(quietUntil) => set({ quietUntil })}
          />
        </>
      )}
    </Form>
  );
}
