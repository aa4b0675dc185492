/** Owns one camera at a glance: how it is, since when, who watches, and the line of its last day. Not more. */

import { Eye } from 'lucide';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { conditionOf } from '../../house/condition.ts';
import { lastingOutage } from '../../house/outages.ts';
import { Icon } from '../../parts/icon.tsx';
import { Ago } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { DayLine } from './day-line.tsx';
import { HOME } from './words.ts';

export function CameraCard({ camera }: { readonly camera: Camera }) {
  const { id, name, room, stream_uptime, stream_consumer_count: viewers } = camera;
  const condition = conditionOf(camera);
  const since = condition === 'up' ? stream_uptime : (lastingOutage(id)?.from ?? null);
  return (
    <article class="card" data-camera={id} data-condition={condition}>
      <h3>
        <a href={`#/cameras/${id}`}>{name}</a>
      </h3>
      <p class="card-line">
        <State condition={condition} />
        {since !== null && (
          <span class="hint">
            <Ago at={since} />
          </span>
        )}
        {viewers > 0 && (
          <span class="hint viewers" title={HOME('viewers', { n: viewers })}>
            <Icon shape={Eye} size={16} />
            <span class="read-out">{HOME('viewers', { n: viewers })}</span>
            <span aria-hidden="true">{viewers}</span>
          </span>
        )}
      </p>
      <p class="hint card-room">{room}</p>
      <DayLine cameraId={id} condition={condition} />
    </article>
  );
}
