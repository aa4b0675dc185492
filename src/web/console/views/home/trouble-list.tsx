/** Owns how what is wrong is said: what, since when, what to do, and one way there. */

import { CircleCheck, TriangleAlert } from 'lucide';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import type { Health } from '../../../../protocol/entities/health.ts';
import { conditionOf } from '../../house/condition.ts';
import { lastingOutage } from '../../house/outages.ts';
import { Icon } from '../../parts/icon.tsx';
import { At } from '../../parts/moment.tsx';
import { REASONS } from '../../words/conditions.ts';
import { healthText } from '../../words/health.ts';
import { type Trouble, troublesOf } from './troubles.ts';
import { HOME } from './words.ts';

export function TroubleList({ health, cameras }: { readonly health: Health; readonly cameras: readonly Camera[] }) {
  const troubles = troublesOf(health, cameras);
  const up = cameras.filter((camera) => conditionOf(camera) === 'up').length;
  if (troubles.length === 0) {
    return (
      <p class="all-right">
        <Icon shape={CircleCheck} />
        <span>
          {HOME('allRight')}{' '}
          {cameras.length > 0 && <span class="hint">{HOME('count', { n: cameras.length, up })}</span>}
        </span>
      </p>
    );
  }
  return (
    <section class="troubles" aria-label={HOME('troubles')}>
      <ul>
        {troubles.map((trouble) => (
          <li key={keyOf(trouble)}>
            <Icon shape={TriangleAlert} />
            <TroubleText trouble={trouble} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TroubleText({ trouble }: { readonly trouble: Trouble }) {
  switch (trouble.kind) {
    case 'part':
      return <p>{[healthText(trouble.part, trouble.reason), sufferers(trouble.unknown)].join(' ')}</p>;
    case 'source':
      return <p>{[reasonText(trouble.reason), sufferers(trouble.unknown)].join(' ')}</p>;
    case 'more':
      return <p>{HOME('more', { n: trouble.count })}</p>;
    case 'camera':
      return <CameraTrouble camera={trouble.camera} />;
  }
}

function CameraTrouble({ camera: { id, name, reason } }: { readonly camera: Camera }) {
  const from = lastingOutage(id)?.from;
  return (
    <p>
      <a href={`#/cameras/${id}`}>{HOME('down', { name })}</a> {reason && reasonText(reason)}{' '}
      {from !== undefined && (
        <span class="hint">
          {HOME('since')} <At at={from} />
        </span>
      )}
    </p>
  );
}

function reasonText(reason: string): string {
  return REASONS.knows(reason) ? REASONS(reason) : reason;
}

function sufferers(n: number): string {
  return n === 0 ? '' : HOME('unknown', { n });
}

function keyOf(trouble: Trouble): string {
  if (trouble.kind === 'camera') return String(trouble.camera.id);
  if (trouble.kind === 'more') return 'more';
  return trouble.kind === 'part' ? trouble.part : trouble.reason;
}
