/** Owns adding one camera by its address, or one that publishes itself: its name proposes the path. */

import { useSignal } from '@preact/signals';
import { call } from '../../api.ts';
import { reloadCamera } from '../../house/cameras.ts';
import { TextField } from '../../parts/forms/field.tsx';
import { Form } from '../../parts/forms/form.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { go } from '../../router.ts';
import { kindOf, pathFor } from './names.ts';
import { Trial } from './trial.tsx';
import { ADD } from './words.ts';

export function ByAddress({ publishes = false }: { readonly publishes?: boolean }) {
  const [name, room, url] = [useSignal(''), useSignal(''), useSignal('')];
  const path = useSignal<string | undefined>(undefined);
  const proposed = path.value ?? pathFor(name.value);

  async function add(): Promise<void> {
    const camera = await call('cameras.create', {
      name: name.value.trim(),
      ...(room.value.trim() !== '' && { room: room.value.trim() }),
      mtx_path: proposed === '' ? null : proposed,
      is_enabled: proposed !== '',
      ...(!publishes && { source: { type: kindOf(url.value), url: url.value.trim() } }),
    });
    await reloadCamera(camera.id);
    go(`/cameras/${camera.id}`);
    done(ADD('added', { name: camera.name }));
  }

  return (
    <>
      <p class="hint">{ADD(publishes ? 'publisher.hint' : 'address.hint')}</p>
      <Form submit={ADD('submit')} onSubmit={add}>
        {(faultOf) => (
          <>
            {!publishes && (
              <div>
                <TextField
                  label={ADD('url')}
                  hint={ADD('url.hint')}
                  type="url"
                  autocomplete="off"
                  value={url.value}
                  fault={faultOf('source', 'url')}
                  onInput={(text) => (url.value = text)}
                />
                <Trial url={url.value} />
              </div>
            )}
            <TextField
              label={ADD('name')}
              value={name.value}
              fault={faultOf('name')}
              onInput={(text) => (name.value = text)}
            />
            <TextField
              label={ADD('room')}
              value={room.value}
              fault={faultOf('room')}
              onInput={(text) => (room.value = text)}
            />
            <TextField
              label={ADD('path')}
              hint={ADD('path.hint')}
              value={proposed}
              fault={faultOf('mtx_path')}
              onInput={(text) => (path.value = text)}
            />
          </>
        )}
      </Form>
    </>
  );
}
