/** Owns the picture of a camera, taken when somebody asks for it: a look wakes some cameras. */

import { useSignal } from '@preact/signals';
import { Camera as CameraShape } from 'lucide';
import { useEffect } from 'preact/hooks';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { download } from '../../api.ts';
import { Button } from '../../parts/button.tsx';
import { Ago } from '../../parts/moment.tsx';
import { may } from '../../status.ts';
import { CAMERA_WORDS } from './words.ts';

export function Picture({ camera: { id, name } }: { readonly camera: Camera }) {
  const taken = useSignal<{ readonly url: string; readonly at: string } | undefined>(undefined);
  useEffect(() => () => URL.revokeObjectURL(taken.peek()?.url ?? ''), [taken]);
  if (!may('snapshots', 'read')) return null;

  async function take(): Promise<void> {
    const picture = await download(`api/cameras/${id}/snapshot`);
    URL.revokeObjectURL(taken.peek()?.url ?? '');
    taken.value = { url: URL.createObjectURL(picture), at: new Date().toISOString() };
  }

  return (
    <section class="picture" aria-label={CAMERA_WORDS('picture')}>
      {taken.value ? (
        <figure>
          <img src={taken.value.url} alt={CAMERA_WORDS('picture.of', { name })} />
          <figcaption class="hint">
            {CAMERA_WORDS('picture.at')} <Ago at={taken.value.at} />
          </figcaption>
        </figure>
      ) : (
        <p class="hint">{CAMERA_WORDS('picture.hint')}</p>
      )}
      <Button icon={CameraShape} onPress={take}>
        {CAMERA_WORDS('takePicture')}
      </Button>
    </section>
  );
}
