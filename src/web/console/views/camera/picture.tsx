/** Owns the picture of a camera: the last one with its age, a new one, or live, each when somebody asks for it, since a look wakes some cameras. */

import { useSignal } from '@preact/signals';
import { Camera as CameraShape, Play } from 'lucide';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { download } from '../../api.ts';
import { pictureOf, reloadPictures } from '../../house/pictures.ts';
import { Button } from '../../parts/button.tsx';
import { Ago } from '../../parts/moment.tsx';
import { may, status } from '../../status.ts';
import { LivePicture } from './live-picture.tsx';
import { CAMERA_WORDS } from './words.ts';

export function Picture({ camera }: { readonly camera: Camera }) {
  const { id, name, is_enabled } = camera;
  const isLive = useSignal(false);
  const picture = is_enabled ? pictureOf(id) : undefined;
  if (!may('snapshots', 'read')) return null;

  async function take(): Promise<void> {
    await download(`api/cameras/${id}/snapshot`);
    await reloadPictures();
  }

  return (
    <section class="picture" aria-label={CAMERA_WORDS('picture')}>
      {isLive.value ? (
        <LivePicture camera={camera} onEnd={() => (isLive.value = false)} />
      ) : (
        <>
          {picture ? (
            <figure>
              <img src={picture.url} alt={CAMERA_WORDS('picture.of', { name })} />
              <figcaption class="hint">
                {CAMERA_WORDS('picture.at')} <Ago at={picture.at} />
              </figcaption>
            </figure>
          ) : (
            <p class="hint">{CAMERA_WORDS(is_enabled ? 'picture.hint' : 'picture.off')}</p>
          )}
          <div class="actions">
            {may('streams', 'create') && isServed(camera) && (
              <Button icon={Play} onPress={() => (isLive.value = true)}>
                {CAMERA_WORDS('live')}
              </Button>
            )}
            {is_enabled && (
              <Button icon={CameraShape} onPress={take}>
                {CAMERA_WORDS('takePicture')}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

/** What would be refused is not offered: see docs/cameras.md. */
function isServed({ is_enabled, source, mtx_path }: Camera): boolean {
  const parts = status.value?.health.details ?? {};
  if (!is_enabled) return false;
  return source.type === 'go2rtc' ? 'go2rtc' in parts : 'mediamtx' in parts && mtx_path !== null;
}
