/** Owns what can be done with a camera, for whoever may: at once, after a question, or after a typed name. */

import { Play, Power, RotateCw, ScanSearch, Square, Trash2 } from 'lucide';
import type { Camera, StreamAction } from '../../../../protocol/entities/camera.ts';
import { call } from '../../api.ts';
import { reloadCamera } from '../../house/cameras.ts';
import { Button } from '../../parts/button.tsx';
import { Menu, type MenuItem } from '../../parts/menu.tsx';
import { confirmOnce, confirmTyped } from '../../parts/messages/confirm.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { go } from '../../router.ts';
import { may, status } from '../../status.ts';
import { CAMERA_WORDS } from './words.ts';

export function CameraActions({ camera }: { readonly camera: Camera }) {
  const { name, is_enabled } = camera;
  const items: MenuItem[] = [];
  const can = may('cameras', 'update') ? actionsOn(camera) : [];
  if (can.includes('stop')) items.push({ text: CAMERA_WORDS('stop'), icon: Square, onPress: () => stop(camera) });
  if (may('cameras', 'update')) {
    const text = CAMERA_WORDS(is_enabled ? 'switch.off' : 'switch.on');
    items.push({ text, icon: Power, onPress: () => switchOver(camera) });
  }
  if (may('cameras', 'delete')) {
    items.push({ text: CAMERA_WORDS('delete'), icon: Trash2, danger: true, onPress: () => remove(camera) });
  }
  return (
    <div class="actions">
      {can.includes('start') && <Act camera={camera} action="start" icon={Play} />}
      {can.includes('probe') && <Act camera={camera} action="probe" icon={ScanSearch} />}
      {can.includes('restart') && <Act camera={camera} action="restart" icon={RotateCw} />}
      {items.length > 0 && <Menu label={CAMERA_WORDS('more', { name })} items={items} />}
    </div>
  );
}

interface ActProps {
  readonly camera: Camera;
  readonly action: 'start' | 'probe' | 'restart';
  readonly icon: typeof Play;
}

function Act({ camera, action, icon }: ActProps) {
  return (
    <Button icon={icon} onPress={() => act(camera, action)}>
      {CAMERA_WORDS(action)}
    </Button>
  );
}

/** What else would be refused is not offered: see docs/cameras.md. */
function actionsOn({ is_enabled, status: now, source, mtx_path }: Camera): readonly StreamAction[] {
  const parts = status.value?.health.details ?? {};
  if (!is_enabled || status.value?.mode === 'follow') return [];
  if (source.type === 'go2rtc') return 'go2rtc' in parts ? ['probe'] : [];
  if ('mediamtx' in parts && mtx_path !== null) return now === 'stopped' ? ['start'] : ['probe', 'restart', 'stop'];
  return source.type === 'rtsp' ? ['probe'] : [];
}

async function act({ id, name }: Camera, action: StreamAction): Promise<void> {
  await call('cameras.update', { action }, id);
  await reloadCamera(id);
  done(CAMERA_WORDS(`done.${action}`, { name }));
}

async function stop(camera: Camera): Promise<void> {
  const { name, stream_consumer_count: n } = camera;
  const question = {
    title: CAMERA_WORDS('stop.title', { name }),
    consequence: CAMERA_WORDS('stop.consequence', { n }),
    verb: CAMERA_WORDS('stop'),
  };
  if (n === 0 || (await confirmOnce(question))) await act(camera, 'stop');
}

async function switchOver({ id, name, is_enabled }: Camera): Promise<void> {
  const set = async (isOn: boolean) => {
    await call('cameras.update', { is_enabled: isOn }, id);
    await reloadCamera(id);
  };
  await set(!is_enabled);
  done(CAMERA_WORDS(is_enabled ? 'switchedOff' : 'switchedOn', { name }), () => set(is_enabled));
}

async function remove({ id, name }: Camera): Promise<void> {
  const isSure = await confirmTyped({
    title: CAMERA_WORDS('delete.title', { name }),
    consequence: CAMERA_WORDS('delete.consequence'),
    verb: CAMERA_WORDS('delete'),
    word: name,
  });
  if (!isSure) return;
  await call('cameras.delete', undefined, id);
  go('/');
  await reloadCamera(id);
  done(CAMERA_WORDS('deleted', { name }));
}
