/** Owns the last step: an event that is made here, goes through the service, and is seen arriving. */

import { useSignal } from '@preact/signals';
import { CircleCheck, Radio } from 'lucide';
import { topicsOf } from '../../../../../protocol/topics.ts';
import { call } from '../../../api.ts';
import { cameras, reloadCameras } from '../../../house/cameras.ts';
import { onEvent } from '../../../live.ts';
import { Badge } from '../../../parts/badge.tsx';
import { Button } from '../../../parts/button.tsx';
import { Copied } from '../../../parts/copy.tsx';
import { done } from '../../../parts/messages/toast.tsx';
import { status } from '../../../status.ts';
import { START } from '../words.ts';

const EVENT = 'motion';
const PATIENCE_MS = 10_000;

interface Tried {
  readonly cameraId: number;
  readonly name: string;
  readonly ms: number;
}

export function TryStep() {
  const tried = useSignal<Tried | undefined>(undefined);
  const exampleId = useSignal<number | undefined>(undefined);

  async function camera(): Promise<{ readonly id: number; readonly name: string }> {
    const [first] = cameras.value ?? [];
    if (first) return first;
    const example = { name: START('try.example'), mtx_path: 'example', is_enabled: true };
    const made = await call('cameras.create', example);
    exampleId.value = made.id;
    await reloadCameras();
    return made;
  }

  async function send(): Promise<void> {
    tried.value = undefined;
    const { id, name } = await camera();
    const arrival = arrivalOf(id);
    const begunMs = performance.now();
    await call('events.create', { domain: 'camera', entity: id, event: EVENT });
    if (await arrival) tried.value = { cameraId: id, name, ms: Math.round(performance.now() - begunMs) };
  }

  async function removeExample(): Promise<void> {
    await call('cameras.delete', undefined, exampleId.value);
    exampleId.value = undefined;
    await reloadCameras();
    done(START('try.exampleGone'));
  }

  const { baseTopic = 'nestmtx', eventTopics } = status.value ?? {};
  const topicOf = (cameraId: number) => topicsOf(baseTopic, eventTopics).event('camera', cameraId, EVENT)[0] ?? '';
  return (
    <>
      <p>{START('try.hint')}</p>
      <div class="actions">
        <Button kind="primary" icon={Radio} onPress={send}>
          {START('try.send')}
        </Button>
      </div>
      <div role="status">
        {tried.value && (
          <>
            <p>
              <Badge
                tone="good"
                icon={CircleCheck}
                text={START('try.arrived', { name: tried.value.name, ms: tried.value.ms })}
              />
            </p>
            <p>
              {START('try.topic')} <Copied text={topicOf(tried.value.cameraId)} what={START('try.topicWord')} />
            </p>
          </>
        )}
      </div>
      {exampleId.value !== undefined && <Button onPress={removeExample}>{START('try.removeExample')}</Button>}
    </>
  );
}

/** @returns whether it came */
function arrivalOf(cameraId: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (came: boolean) => {
      stop();
      clearTimeout(timer);
      resolve(came);
    };
    const stop = onEvent(({ domain, event, entity }) => {
      if (domain === 'camera' && event === EVENT && entity === cameraId) end(true);
    });
    const timer = setTimeout(() => end(false), PATIENCE_MS);
  });
}
