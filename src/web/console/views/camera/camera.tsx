/** Owns the view of one camera, beside the others where there is room: how it is and why, its picture, what can be done, and where it can be used. */

import './camera.css';
import { ChevronLeft } from 'lucide';
import type { Camera } from '../../../../protocol/entities/camera.ts';
import { cameras, cameraWith } from '../../house/cameras.ts';
import { conditionOf } from '../../house/condition.ts';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Panes } from '../../parts/lists/panes.tsx';
import { Skeleton } from '../../parts/loaded.tsx';
import { At } from '../../parts/moment.tsx';
import { State } from '../../parts/state.tsx';
import { shownTab, Tabs } from '../../parts/tabs.tsx';
import { may } from '../../status.ts';
import type { ViewProps } from '../../views.ts';
import { COMMON } from '../../words/common.ts';
import { REASONS } from '../../words/conditions.ts';
import { CameraActions } from './actions.tsx';
import { Edit } from './edit.tsx';
import { Facts } from './facts.tsx';
import { CameraList } from './list.tsx';
import { Picture } from './picture.tsx';
import { History } from './tabs/history.tsx';
import { Use } from './use.tsx';
import { CAMERA_WORDS } from './words.ts';

export function CameraView({ params }: ViewProps) {
  const id = Number(params['id']);
  return (
    <Panes list={() => <CameraList shown={id} />} detail={() => <Detail key={id} id={id} />} shown={params['id']} />
  );
}

function Detail({ id }: { readonly id: number }) {
  const camera = cameraWith(id);
  return (
    <div class="camera">
      <a class="back" href="#/">
        <Icon shape={ChevronLeft} />
        {CAMERA_WORDS('toAll')}
      </a>
      {camera ? <Known camera={camera} /> : cameras.value ? <Gone /> : <Skeleton />}
    </div>
  );
}

function Gone() {
  return (
    <>
      <h1>{CAMERA_WORDS('title')}</h1>
      <Empty title={CAMERA_WORDS('gone')} />
    </>
  );
}

function Known({ camera }: { readonly camera: Camera }) {
  const past = may('outages', 'list') ? (['history'] as const) : [];
  const tabs = ['overview', ...past, 'use', ...(may('cameras', 'update') ? (['edit'] as const) : [])] as const;
  const tab = shownTab(tabs);
  return (
    <>
      <div class="view-head">
        <h1>{camera.name}</h1>
        <State condition={conditionOf(camera)} />
        <CameraActions camera={camera} />
      </div>
      <Reason camera={camera} />
      <Tabs label={CAMERA_WORDS('parts')} keep={['search']} tabs={tabs.map((name) => [name, CAMERA_WORDS(name)])} />
      {tab === 'overview' && (
        <div class="columns">
          <Picture camera={camera} />
          <Facts camera={camera} />
        </div>
      )}
      {tab === 'history' && <History camera={camera} />}
      {tab === 'use' && <Use camera={camera} />}
      {tab === 'edit' && <Edit key={camera.id} camera={camera} />}
    </>
  );
}

function Reason({ camera }: { readonly camera: Camera }) {
  const { quietUntil } = camera;
  // What was last wrong with a camera that is off is nobody's business until it is on.
  const reason = conditionOf(camera) === 'off' ? null : camera.reason;
  return (
    <>
      {reason && (
        <div class="notice" data-tone="bad">
          <p>{REASONS.knows(reason) ? REASONS(reason) : reason}</p>
          <details>
            <summary>{COMMON('details')}</summary>
            <code>{CAMERA_WORDS('code', { reason })}</code>
          </details>
        </div>
      )}
      {quietUntil && (
        <p class="notice">
          {CAMERA_WORDS('quiet', { time: '' })} <At at={quietUntil} />
        </p>
      )}
    </>
  );
}
