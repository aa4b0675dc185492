/** Owns a camera in numbers: viewers, since when, how much of the time it was up, and where its picture comes from. */

import type { Camera } from '../../../../protocol/entities/camera.ts';
import { Ago } from '../../parts/moment.tsx';
import { locale } from '../../words/language.ts';
import { CAMERA_WORDS } from './words.ts';

const WINDOWS = ['24h', '7d', '30d'] as const;
const LEAST_SECONDS = 60;

export function Facts({ camera }: { readonly camera: Camera }) {
  const { stream_consumer_count, stream_uptime, room, mtx_path } = camera;
  // A NestMTX that is followed has neither.
  const { source, uptime }: Partial<Camera> = camera;
  const type = `type.${source?.type}`;
  return (
    <section aria-labelledby="facts-title">
      <h2 id="facts-title">{CAMERA_WORDS('facts')}</h2>
      <dl class="facts">
        <dt>{CAMERA_WORDS('viewers')}</dt>
        <dd>{stream_consumer_count}</dd>
        {stream_uptime !== null && (
          <>
            <dt>{CAMERA_WORDS('since')}</dt>
            <dd>
              <Ago at={stream_uptime} />
            </dd>
          </>
        )}
        {uptime && (
          <>
            <dt>{CAMERA_WORDS('uptime')}</dt>
            <dd>
              {WINDOWS.map((window) => (
                <span key={window} class="uptime">
                  {CAMERA_WORDS(`uptime.${window}`)}: <strong>{percent(uptime[window])}</strong>
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>{CAMERA_WORDS('room')}</dt>
        <dd>{room}</dd>
        {source && (
          <>
            <dt>{CAMERA_WORDS('source')}</dt>
            <dd>
              {CAMERA_WORDS.knows(type) ? CAMERA_WORDS(type) : source.type} <code>{source.url ?? source.stream}</code>
            </dd>
          </>
        )}
        {mtx_path !== null && (
          <>
            <dt>{CAMERA_WORDS('path')}</dt>
            <dd>
              <code>{mtx_path}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Never rounded up to all of the time; what is known of a few seconds is a figure of nothing. */
function percent({ up, down, ratio }: Camera['uptime']['24h']): string {
  if (ratio === null || up + down < LEAST_SECONDS) return CAMERA_WORDS('unknownYet');
  const digits = { style: 'percent', maximumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(locale.value, digits).format(ratio < 1 ? Math.min(ratio, 0.9999) : 1);
}
