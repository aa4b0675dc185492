/** Owns one source of the truth about cameras: this bridge sees it while it is its own, and else shows what another one tells, and has that act. */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { ActOnCamera } from '../../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../../core/cameras/records.ts';
import type { Closers } from '../../core/lifecycle.ts';
import type { Fence } from '../../core/store.ts';
import type { Core } from '../core.ts';
import { actElsewhere, actForOthers } from './passing.ts';
import { hearTold, type Told, tellOthers } from './told.ts';

/** A source that is seen. */
export interface Sight extends Told {
  readonly act: ActOnCamera;
  close(): Promise<void>;
}

export interface HeldSource extends Told {
  readonly act: ActOnCamera;
}

export interface Source {
  readonly name: string;
  /** Whether its truth about a camera is this source. */
  readonly tellsOf: (camera: CameraRecord) => boolean;
  /** Begins to see. @param cameras refuses what is seen when the source is another bridge's by then */
  readonly see: (cameras: Cameras) => Sight;
}

export function holdSource({ name, tellsOf, see }: Source, core: Core, closers: Closers): HeldSource {
  const { holdings, cameras, store } = core;
  let sight: Sight | undefined;
  const told = hearTold(name, core);
  const actThere = actElsewhere(name, core);
  const shown = () => sight ?? told;

  const stop = holdings.whileHolding(name, ({ takesOver, fence }) => {
    cameras.seenHere([...store.collection(CAMERAS).values()].filter(tellsOf), !takesOver);
    const now = see(fencedBy(cameras, fence));
    sight = now;
    const ends = [tellOthers(name, now, core), actForOthers(name, now.act, core)];
    return async () => {
      sight = undefined;
      for (const end of ends) end?.();
      await now.close();
    };
  });
  closers.add(name, stop);

  return {
    act: (camera, action) => (sight?.act ?? actThere)(camera, action),
    media: { list: () => shown().media.list(), get: (path) => shown().media.get(path) },
    get health() {
      return shown().health;
    },
    get streamPorts() {
      return shown().streamPorts;
    },
  };
}

function fencedBy(cameras: Cameras, fence: Fence): Cameras {
  return {
    ...cameras,
    observe: (id, seen, deliberate) => cameras.observe(id, seen, deliberate, fence),
    sourceChanged: (change) => cameras.sourceChanged(change, fence),
  };
}
