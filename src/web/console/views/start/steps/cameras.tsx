/** Owns the third step: cameras that MediaMTX or go2rtc have already, all of them at once. */

import { Plus } from 'lucide';
import type { Adoptable } from '../../../../../protocol/entities/camera.ts';
import { call } from '../../../api.ts';
import { reloadCameras } from '../../../house/cameras.ts';
import { useLoad } from '../../../loads.ts';
import { Button, LinkButton } from '../../../parts/button.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { doToAll } from '../../../parts/messages/progress.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { START } from '../words.ts';

const MOST = 1000;

export function CamerasStep() {
  const load = useLoad(() => call('cameras.list adoptable', { adoptable: true, itemsPerPage: MOST }));

  async function addAll(found: readonly Adoptable[]): Promise<void> {
    const added = await doToAll(START('cameras.adding'), found, add);
    await Promise.all([reloadCameras(), load.reload()]);
    done(START('cameras.added', { n: added.length }));
  }

  return (
    <Loaded load={load}>
      {({ items, total }) => (
        <>
          <p>{total === 0 ? START('cameras.none') : START('cameras.found', { n: total })}</p>
          <div class="actions">
            {total > 0 && (
              <Button kind="primary" icon={Plus} onPress={() => addAll(items)}>
                {START('cameras.add', { n: items.length })}
              </Button>
            )}
            <LinkButton to="/cameras/add">{START('cameras.byAddress')}</LinkButton>
          </div>
        </>
      )}
    </Loaded>
  );
}

function add({ mtx_path, stream }: Adoptable): Promise<unknown> {
  return stream === null
    ? call('cameras.create', { name: mtx_path ?? '', mtx_path, is_enabled: true })
    : call('cameras.create', { name: stream, source: { type: 'go2rtc', stream }, is_enabled: true });
}
