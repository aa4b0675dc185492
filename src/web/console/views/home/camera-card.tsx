/** Owns one camera at a glance: how it is, since when, who watches, and the line of its last day. Not more. */

import { Eye } from 'lucide';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { conditionOf } from '../../house/condition.ts';
import { lastingOutage } from '../../house/outages.ts';
import { pictureOf } from '../../house/pictures.ts';
import { Icon } from '../../parts/icon.tsx';
import { Ago } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { ChoiceBox } from './choosing.tsx';
import { DayLine } from './day-line.tsx';
import { HOME } from './words.ts';

interface Props {
  readonly camera: Camera;
  /** Where it does not stand below its room. */
  readonly withRoom: boolean;
}

export function CameraCard({ camera, withRoom }: Props) {
  const { id, name, room, stream_uptime, stream_consumer_count: viewers } = camera;
  const condition = conditionOf(camera);
  const since = condition === 'up' ? stream_uptime : (lastingOutage(id)?.from ?? null);
  const picture = condition === 'off' ? undefined : pictureOf(id);
  return (
    <article class="card" data-camera={id} data-condition={condition}>
      {picture && (
        <figure>
          <img src={picture.url} alt={HOME('picture', { name })} />
          <figcaption>
            <Ago at={picture.at} />
          </figcaption>
        </figure>
      )}
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
      <ChoiceBox camera={camera} />
      {withRoom && <p class="hint">{room}</p>}
      <DayLine cameraId={id} condition={condition} />
    </article>
  );
}
