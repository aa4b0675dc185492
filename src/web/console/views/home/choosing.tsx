/** Owns several cameras chosen at once, and what can be done to all of them: with progress that can be stopped, and a way back. */

import { signal, useSignal } from '@preact/signals';
import { BellOff, DoorOpen, Power, PowerOff, X } from 'lucide';
import type { Camera, CameraUpdate } from '../../../../protocol/entities/camera.ts';
import { call } from '../../api.ts';
import { nowMs } from '../../clock.ts';
import { cameras, reloadCameras } from '../../house/cameras.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { Dialog } from '../../parts/messages/dialog.tsx';
import { doToAll } from '../../parts/messages/progress.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { HOME } from './words.ts';

const HOUR_MS = 60 * 60 * 1000;

/** By id; undefined while nobody chooses. */
export const chosen = signal<ReadonlySet<number> | undefined>(undefined);

export function ChoiceBox({ camera: { id, name } }: { readonly camera: Camera }) {
  if (!chosen.value) return null;
  return (
    <label class="choice-box">
      <input
        type="checkbox"
        checked={chosen.value.has(id)}
        aria-label={HOME('choose', { name })}
        onChange={({ currentTarget }) => {
          const now = new Set(chosen.peek());
          if (currentTarget.checked) now.add(id);
          else now.delete(id);
          chosen.value = now;
        }}
      />
    </label>
  );
}

export function ChosenBar() {
  const isMoving = useSignal(false);
  if (!chosen.value) return null;
  const those = (cameras.value ?? []).filter(({ id }) => chosen.value?.has(id));
  const end = () => (chosen.value = undefined);

  /** Each gets its own values back. */
  async function change(changes: CameraUpdate): Promise<void> {
    const keys = Object.keys(changes) as (keyof CameraUpdate & keyof Camera)[];
    const changed = await doToAll(HOME('changing'), those, ({ id }) => call('cameras.update', changes, id));
    end();
    await reloadCameras();
    done(HOME('changed', { n: changed.length }), async () => {
      const before = (camera: Camera): CameraUpdate => Object.fromEntries(keys.map((key) => [key, camera[key]]));
      await doToAll(HOME('changing'), changed, (camera) => call('cameras.update', before(camera), camera.id));
      await reloadCameras();
    });
  }

  const quiet = () => change({ quietUntil: new Date(nowMs() + HOUR_MS).toISOString() });
  const n = those.length;
  return (
    <section class="bulk" aria-label={HOME('chosen', { n })}>
      <strong role="status">{HOME('chosen', { n })}</strong>
      {n > 0 && (
        <>
          <Button icon={Power} onPress={() => change({ is_enabled: true })}>
            {HOME('switchOn')}
          </Button>
          <Button icon={PowerOff} onPress={() => change({ is_enabled: false })}>
            {HOME('switchOff')}
          </Button>
          <Button icon={BellOff} onPress={quiet}>
            {HOME('quiet')}
          </Button>
          <Button icon={DoorOpen} onPress={() => (isMoving.value = true)}>
            {HOME('move')}
          </Button>
        </>
      )}
      <Button kind="quiet" icon={X} label={HOME('chooseNone')} onPress={end} />
      {isMoving.value && <Move onClose={() => (isMoving.value = false)} onMove={(room) => change({ room })} />}
    </section>
  );
}

interface MoveProps {
  readonly onClose: () => void;
  readonly onMove: (room: string) => Promise<void>;
}

function Move({ onClose, onMove }: MoveProps) {
  const room = useSignal('');
  async function move(): Promise<void> {
    if (room.value.trim() === '') return;
    onClose();
    await onMove(room.value.trim());
  }
  return (
    <Dialog title={HOME('move')} onClose={onClose}>
      <Form submit={HOME('move')} onSubmit={move} onCancel={onClose}>
        {() => <TextField label={HOME('room')} value={room.value} onInput={(text) => (room.value = text)} />}
      </Form>
    </Dialog>
  );
}
