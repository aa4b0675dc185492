/** Owns the live picture of a camera, from the moment somebody asks for it until they go elsewhere. */

import { useSignal } from '@preact/signals';
import { Square } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { Refusal } from '../../api.ts';
import { refusalOf } from '../../loads.ts';
import { Button } from '../../parts/button.tsx';
import { COMMON } from '../../words/common.ts';
import { refusalText } from '../../words/refusals.ts';
import { watchLive } from './live.ts';
import { CAMERA_WORDS } from './words.ts';

interface Props {
  readonly camera: Camera;
  readonly onEnd: () => void;
}

type Progress = 'connecting' | 'live' | Refusal;

export function LivePicture({ camera: { id, name }, onEnd }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const progress = useSignal<Progress>('connecting');
  const attempt = useSignal(0);
  useEffect(() => {
    const over = new AbortController();
    progress.value = 'connecting';
    const fail = (fault: unknown) => {
      if (!over.signal.aborted) progress.value = refusalOf(fault);
    };
    watchLive(id, () => fail(new Refusal('unreachable', 'lost')), over.signal).then(({ stream }) => {
      if (over.signal.aborted || !video.current) return;
      video.current.srcObject = stream;
      progress.value = 'live';
    }, fail);
    return () => over.abort();
  }, [id, attempt.value]);
  const now = progress.value;
  return (
    <>
      <div class="live" data-progress={now instanceof Refusal ? 'failed' : now}>
        <video
          ref={video}
          autoplay
          muted
          playsinline
          controls={now === 'live'}
          aria-label={CAMERA_WORDS('live.of', { name })}
        />
        {now === 'connecting' && <p role="status">{CAMERA_WORDS('live.connecting')}</p>}
        {now instanceof Refusal && (
          <div role="alert">
            <p>{now.code === 'unreachable' ? CAMERA_WORDS('live.nothingArrives') : refusalText(now)}</p>
            <Button onPress={() => (attempt.value += 1)}>{COMMON('again')}</Button>
          </div>
        )}
      </div>
      <Button icon={Square} onPress={onEnd}>
        {CAMERA_WORDS('live.end')}
      </Button>
    </>
  );
}
