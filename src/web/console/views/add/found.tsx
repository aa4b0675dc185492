/** Owns taking over what MediaMTX and go2rtc have already: several at once, with a progress that can be ended. */

import { useSignal } from '@preact/signals';
import type { Adoptable } from '../../../../protocol/entities/camera.ts';
import { call } from '../../api.ts';
import { reloadCameras } from '../../house/cameras.ts';
import { useLoad } from '../../loads.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { CheckField, TextField } from '../../parts/forms/field.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { done } from '../../parts/messages/toast.tsx';
import { status } from '../../status.ts';
import { nameFor } from './names.ts';
import { TryFound } from './try-found.tsx';
import { ADD } from './words.ts';

const MOST = 1000;

export function Found() {
  const load = useLoad(() => call('cameras.list adoptable', { adoptable: true, itemsPerPage: MOST }));
  const parts = status.value?.health.details ?? {};
  if (!('mediamtx' in parts) && !('go2rtc' in parts)) {
    return (
      <Empty title={ADD('noServer')}>
        <p>{ADD('noServer.hint')}</p>
      </Empty>
    );
  }
  return (
    <Loaded load={load}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={ADD('nothingFound')}>
            <p>{ADD('nothingFound.hint')}</p>
          </Empty>
        ) : (
          <Choice found={items.toReversed()} reload={load.reload} />
        )
      }
    </Loaded>
  );
}

interface Props {
  readonly found: readonly Adoptable[];
  readonly reload: () => Promise<void>;
}

function Choice({ found, reload }: Props) {
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const names = useSignal<Readonly<Record<string, string>>>({});
  const room = useSignal('');
  const progress = useSignal<{ readonly done: number; readonly n: number } | undefined>(undefined);
  const isEnded = useSignal(false);
  const failed = useSignal<readonly string[]>([]);

  function choose(keys: readonly string[], is: boolean): void {
    const now = new Set(chosen.value);
    for (const key of keys) is ? now.add(key) : now.delete(key);
    chosen.value = now;
  }

  async function add(): Promise<void> {
    const wanted = found.filter((each) => chosen.value.has(keyOf(each)));
    isEnded.value = false;
    failed.value = [];
    let added = 0;
    for (const each of wanted) {
      if (isEnded.value) break;
      progress.value = { done: added, n: wanted.length };
      try {
        await call('cameras.create', {
          name: names.value[keyOf(each)]?.trim() || nameFor(keyOf(each)),
          ...(room.value.trim() !== '' && { room: room.value.trim() }),
          is_enabled: true,
          ...(each.stream === null ? { mtx_path: each.mtx_path } : { source: { type: 'go2rtc', stream: each.stream } }),
        });
        added += 1;
      } catch {
        failed.value = [...failed.value, keyOf(each)];
      }
    }
    progress.value = undefined;
    chosen.value = new Set(failed.value);
    await Promise.all([reload(), reloadCameras()]);
    if (added > 0) done(ADD('addedMany', { n: added }));
  }

  const all = found.map(keyOf);
  return (
    <div class="form">
      <p class="hint">{ADD('found.hint')}</p>
      <CheckField
        label={ADD('chooseAll')}
        checked={chosen.value.size === all.length}
        onChange={(is) => choose(all, is)}
      />
      <ul class="found-list">
        {found.map((each) => {
          const key = keyOf(each);
          return (
            <li key={key}>
              <CheckField
                label={key}
                hint={ADD(each.stream_ready ? 'ready' : 'notReady')}
                checked={chosen.value.has(key)}
                onChange={(is) => choose([key], is)}
              />
              {!each.stream_ready && <TryFound found={each} />}
              {chosen.value.has(key) && (
                <TextField
                  label={ADD('name.of', { path: key })}
                  value={names.value[key] ?? nameFor(key)}
                  onInput={(text) => (names.value = { ...names.value, [key]: text })}
                />
              )}
            </li>
          );
        })}
      </ul>
      <TextField label={ADD('room.for')} value={room.value} onInput={(text) => (room.value = text)} />
      {failed.value.length > 0 && (
        <p class="fault" role="alert">
          {ADD('failed', { names: failed.value.join(', ') })}
        </p>
      )}
      <div class="actions">
        {progress.value ? (
          <>
            <p role="status">{ADD('working', progress.value)}</p>
            <Button onPress={() => (isEnded.value = true)}>{ADD('stop')}</Button>
          </>
        ) : (
          chosen.value.size > 0 && (
            <Button kind="primary" onPress={add}>
              {ADD('submit.many', { n: chosen.value.size })}
            </Button>
          )
        )}
      </div>
    </div>
  );
}

function keyOf({ mtx_path, stream }: Adoptable): string {
  return mtx_path ?? stream ?? '';
}
